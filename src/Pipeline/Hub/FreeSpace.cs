using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>Room on the disk of the cache.</summary>
internal static class FreeSpace
{
    /// <summary>Refuses what the disk has no room for.</summary>
    /// <param name="directory">The cache's, which need not be there yet.</param>
    /// <param name="bytes">What is to be fetched.</param>
    /// <exception cref="UsageException">There is less room.</exception>
    public static void Require(string directory, long bytes)
    {
        if (bytes > 0 && Of(directory) is { } free && free < bytes)
        {
            throw new UsageException(
                $"{ByteCount.Text(bytes)} are to be fetched, and the disk of {directory} has room for {ByteCount.Text(free)}; make room, "
                    + "or name another directory for the cache by HF_HOME."
            );
        }
    }

    /// <summary>Bytes that this account may write on the disk of a directory; null where the system does not tell.</summary>
    public static long? Of(string directory)
    {
        string? at = Path.GetFullPath(directory);
        while (at is not null && !Directory.Exists(at))
        {
            at = Path.GetDirectoryName(at);
        }

        try
        {
            return at is null ? null : new DriveInfo(at).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}

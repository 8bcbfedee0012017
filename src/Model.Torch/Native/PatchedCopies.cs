namespace Cppo.Model.Torch.Native;

/// <summary>Where patched libraries are kept between runs: the user's own cache directory.</summary>
internal static class PatchedCopies
{
    /// <summary>
    /// The path of a file with exactly these bytes, written aside and renamed where it is not there yet, so that several processes may do
    /// so at once. Where the cache directory cannot be written, a directory of this process's own.
    /// </summary>
    internal static string Store(string name, byte[] bytes)
    {
        try
        {
            return Store(Path.Combine(CacheRoot(), "cppo-pipeline"), name, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Store(Directory.CreateTempSubdirectory("cppo-pipeline-").FullName, name, bytes);
        }
    }

    private static string Store(string directory, string name, byte[] bytes)
    {
        string path = Path.Combine(directory, name);
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
        {
            return path;
        }

        Directory.CreateDirectory(directory);
        string aside = Path.Combine(directory, $"{name}.{Guid.NewGuid():N}");
        try
        {
            File.WriteAllBytes(aside, bytes);
            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }

        return path;
    }

    /// <summary>XDG_CACHE_HOME, else .cache in the user's home (XDG Base Directory Specification).</summary>
    private static string CacheRoot() =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache)
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
}

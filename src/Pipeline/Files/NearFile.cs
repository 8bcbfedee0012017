namespace Cppo.Pipeline.Files;

/// <summary>What a mistyped path probably means.</summary>
internal static class NearFile
{
    /// <summary>The path with the nearest name that there is in its directory; null where none is near, or there is no directory.</summary>
    public static string? Of(string path)
    {
        try
        {
            string trimmed = Path.TrimEndingDirectorySeparator(path);
            string name = Path.GetFileName(trimmed);
            string folder = Path.GetDirectoryName(trimmed) is { Length: > 0 } stated ? stated : ".";
            string[] all = [.. Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry))];
            string[] ofKind = [.. all.Where(entry => Path.GetExtension(entry) == Path.GetExtension(name))];
            return (NearestName.Of(name, ofKind) ?? NearestName.Of(name, all)) is not { } nearest ? null
                : folder == "." ? nearest
                : Path.Combine(folder, nearest);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The end of a sentence about a path that does not exist: <c>; did you mean pipeline.json?</c>, or a full stop.</summary>
    public static string Hint(string path) => Of(path) is { } nearest ? $"; did you mean {nearest}?" : ".";
}

namespace Cppo.Pipeline.Hub;

/// <summary>A file as a repository lists it.</summary>
/// <param name="Path">Below the repository's root, with slashes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Hash">
/// What it is known by, in hexadecimal digits: the SHA-256 of a large file's bytes, or the SHA-1 that git gives a small one.
/// </param>
internal sealed record HubFile(string Path, long Size, string Hash)
{
    /// <summary>Whether <see cref="Hash"/> is a SHA-256.</summary>
    public bool IsLarge => Hash.Length == 64;
}

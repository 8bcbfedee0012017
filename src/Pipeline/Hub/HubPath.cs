using System.Text;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>Names of files as a repository states them, which become paths of this machine.</summary>
internal static class HubPath
{
    private const int LongestPath = 1024;
    private const int LongestPart = 200;

    /// <summary>Names that Windows keeps for devices, whatever ending they have.</summary>
    private static readonly string[] Devices = ["con", "prn", "aux", "nul"];

    /// <summary>Why a name cannot be a file of a snapshot, in words; null: it can.</summary>
    public static string? Fault(string path)
    {
        string[] parts = path.Split('/');
        return path.Length is 0 or > LongestPath ? "it is empty or too long"
            : LeavesCache(path) ? "it leads out of the cache"
            : path.Any(c => c is '\\' or ':' or '\n' or '\t' || char.IsSurrogate(c) || TerminalText.IsCode(c))
                ? "it has a backslash, a colon or a sign that is no text"
            : Array.Exists(parts, part => Encoding.UTF8.GetByteCount(part) > LongestPart) ? "a part of it is too long"
            : Array.Exists(parts, part => part[^1] is '.' or ' ' || IsDevice(part)) ? "Windows cannot have such a name"
            : null;
    }

    /// <summary>Whether a name is absolute, or has parts that are empty, <c>.</c> or <c>..</c>.</summary>
    public static bool LeavesCache(string path) =>
        path.Length == 0
        || Array.Exists(path.Split('/', '\\'), part => part is "" or "." or "..")
        || Path.IsPathRooted(path)
        || (path.Length > 1 && path[1] == ':');

    /// <summary>Below a directory.</summary>
    public static string Below(string directory, string path) => Path.Combine([directory, .. path.Split('/')]);

    /// <summary>As a part of an address.</summary>
    public static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static bool IsDevice(string part)
    {
        string stem = part.Split('.')[0].ToLowerInvariant();
        return Devices.Contains(stem) || (stem.Length == 4 && char.IsAsciiDigit(stem[3]) && stem[..3] is ("com" or "lpt"));
    }
}

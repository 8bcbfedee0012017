using System.Globalization;
using Cppo.Model.Files;

namespace Cppo.Pipeline.Checkpoints;

/// <summary>A directory that is, or may be, a checkpoint.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Updates">The updates that its name says.</param>
/// <param name="IsAside">Whether it stands under the name of one that is written or replaced.</param>
internal sealed record CheckpointPath(string Path, int Updates, bool IsAside);

/// <summary>The names of a run's checkpoints: <c>step-NNNNNN</c> for N updates done.</summary>
internal static class CheckpointPaths
{
    private const string Prefix = "step-";

    /// <summary>The directory of a checkpoint.</summary>
    public static string Of(string directory, int updates) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{updates:000000}"));

    /// <summary>The updates that a directory's name says; -1 where it is no checkpoint's.</summary>
    public static int UpdatesOf(string path)
    {
        string name = Path.GetFileName(Path.GetFullPath(path));
        return
            name.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int updates)
            ? updates
            : -1;
    }

    /// <summary>The checkpoint that a number of updates names, <c>20</c> or <c>step-20</c>; null where there is none.</summary>
    public static string? Named(string directory, string number) =>
        int.TryParse(number.Replace(Prefix, "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out int updates)
            ? All(directory).FirstOrDefault(path => UpdatesOf(path) == updates)
            : null;

    /// <summary>The checkpoints under their own names; none where there is no directory.</summary>
    public static IEnumerable<string> All(string directory) => Below(directory, "").Where(path => UpdatesOf(path) >= 0);

    /// <summary>What a save or a removal that was interrupted left.</summary>
    public static IEnumerable<string> Leftovers(string directory) => Below(directory, AtomicFile.Ending);

    /// <summary>
    /// All that may be loaded, newest first: of one number of updates the checkpoint itself, then the one that was about to take its place,
    /// then the one whose place was about to be taken.
    /// </summary>
    public static IEnumerable<CheckpointPath> Candidates(string directory)
    {
        string[] endings = ["", AtomicFile.Ending, AtomicDirectory.ReplacedEnding];
        return from path in Below(directory, "")
            from rank in Enumerable.Range(0, endings.Length)
            where path.EndsWith(endings[rank], StringComparison.Ordinal)
            let updates = UpdatesOf(path[..^endings[rank].Length])
            where updates >= 0
            orderby updates descending, rank
            select new CheckpointPath(path, updates, IsAside: rank > 0);
    }

    private static string[] Below(string directory, string ending) =>
        Directory.Exists(directory) ? Directory.GetDirectories(directory, Prefix + "*" + ending) : [];
}

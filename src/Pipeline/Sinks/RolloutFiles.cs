using System.Globalization;
using Cppo.Model.Files;

namespace Cppo.Pipeline.Sinks;

/// <summary>
/// The files of a run's completions, one a step: <c>step-NNNNNN.parquet</c>. They carry the column <c>step</c> and lie in no directory
/// <c>step=NNNNNN</c>, as those of earlier programs did: such a name is a partition to DuckDB, which then shows the text 000000 in place of
/// the column, and to pyarrow, which refuses a directory's key that is also a column of integers.
/// </summary>
internal static class RolloutFiles
{
    private const string Prefix = "step-";
    private const string EarlierPrefix = "step=";
    private const string Extension = ".parquet";

    /// <summary>What a Parquet file begins and ends with.</summary>
    private static readonly byte[] Magic = "PAR1"u8.ToArray();

    /// <summary>The file of a step.</summary>
    public static string PathOf(string directory, int step) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D6}{Extension}"));

    /// <summary>Where earlier programs wrote the file of a step.</summary>
    public static string EarlierPathOf(string directory, int step) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{EarlierPrefix}{step:D6}"), "part-0.parquet");

    /// <summary>The file of a step, whichever program wrote it; null where there is none.</summary>
    public static string? Find(string directory, int step) =>
        Array.Find([PathOf(directory, step), EarlierPathOf(directory, step)], File.Exists);

    /// <summary>The steps that have a file, ascending, whichever program wrote it; none where the directory does not exist.</summary>
    public static int[] Steps(string directory) =>
        Directory.Exists(directory)
            ?
            [
                .. Directory
                    .EnumerateFiles(directory, $"{Prefix}*{Extension}")
                    .Select(path => StepOf(Path.GetFileNameWithoutExtension(path), Prefix))
                    .Concat(
                        Directory
                            .EnumerateDirectories(directory, EarlierPrefix + "*")
                            .Select(path => StepOf(Path.GetFileName(path), EarlierPrefix))
                    )
                    .OfType<int>()
                    .Where(step => Find(directory, step) is not null)
                    .Distinct()
                    .Order(),
            ]
            : [];

    private static int? StepOf(string name, string prefix) =>
        int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int step) ? step : null;

    /// <summary>
    /// Whether the file of a step is there from its first to its last bytes; what lies between is not read.
    /// </summary>
    public static bool IsWhole(string directory, int step)
    {
        if (Find(directory, step) is not { } path)
        {
            return false;
        }

        using var file = File.OpenHandle(path);
        byte[] start = new byte[Magic.Length],
            end = new byte[Magic.Length];
        long length = RandomAccess.GetLength(file);
        return length > 2 * Magic.Length
            && RandomAccess.Read(file, start, 0) == Magic.Length
            && RandomAccess.Read(file, end, length - Magic.Length) == Magic.Length
            && start.AsSpan().SequenceEqual(Magic)
            && end.AsSpan().SequenceEqual(Magic);
    }

    /// <summary>Removes what there is of a step and later ones.</summary>
    public static void RemoveFrom(string directory, int step)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        string[] paths =
        [
            .. Directory.GetFiles(directory, Prefix + "*").Where(path => IsOf(path, Prefix)),
            .. Directory.GetDirectories(directory, EarlierPrefix + "*").Where(path => IsOf(path, EarlierPrefix)),
        ];
        foreach (string path in paths.Order(StringComparer.Ordinal))
        {
            DurableFiles.Delete(path);
        }

        bool IsOf(string path, string prefix)
        {
            var name = Path.GetFileName(path.AsSpan())[prefix.Length..];
            int end = name.IndexOf('.');
            var digits = end < 0 ? name : name[..end];
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= step;
        }
    }

    /// <summary>Removes files that were being written when a run was killed.</summary>
    public static void RemoveLeftovers(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        foreach (string path in Directory.GetFiles(directory, Prefix + "*" + Extension + AtomicFile.Ending))
        {
            DurableFiles.Delete(path);
        }
    }
}

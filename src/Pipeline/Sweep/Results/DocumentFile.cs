using Cppo.Model.Files;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Sweep.Results;

/// <summary>
/// A Markdown file, written by people, with a place for each sweep's results: the lines between <c>&lt;!-- sweep NAME --&gt;</c> and
/// <c>&lt;!-- end NAME --&gt;</c>. Figures lie in the directory <c>figures</c> beside it.
/// </summary>
internal sealed class DocumentFile
{
    private readonly string path;
    private readonly List<string> lines;

    private DocumentFile(string path, List<string> lines) => (this.path, this.lines) = (path, lines);

    /// <summary>Where its figures lie.</summary>
    public string Figures => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "figures");

    /// <summary>How it links a figure.</summary>
    public static string LinkTo(string figure) => $"figures/{figure}";

    /// <summary>Opens a file that has a place for each of the sweeps.</summary>
    /// <exception cref="UsageException">It is missing, or lacks a place.</exception>
    public static DocumentFile Open(string path, IEnumerable<string> sweeps)
    {
        var file = new DocumentFile(path, [.. LineFile.Read(path)]);
        foreach (string sweep in sweeps)
        {
            file.PlaceOf(sweep);
        }

        LineFile.RequireWritable("--document", path);
        return file;
    }

    /// <summary>Puts a sweep's results in their place and writes the file.</summary>
    public void Write(string sweep, IEnumerable<string> results)
    {
        var (start, end) = PlaceOf(sweep);
        lines.RemoveRange(start + 1, end - start - 1);
        lines.InsertRange(start + 1, ["", .. results, ""]);
        AtomicFile.WriteText(path, string.Concat(lines.Select(line => line + "\n")));
    }

    private (int Start, int End) PlaceOf(string sweep)
    {
        var (first, last) = ($"<!-- sweep {sweep} -->", $"<!-- end {sweep} -->");
        var (start, end) = (lines.IndexOf(first), lines.IndexOf(last));
        return start >= 0 && end > start
            ? (start, end)
            : throw new UsageException($"{path} has no place for {sweep}; add the lines {first} and {last} to it.");
    }
}

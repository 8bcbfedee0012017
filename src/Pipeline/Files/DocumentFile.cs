using Cppo.Model.Files;

namespace Cppo.Pipeline.Files;

/// <summary>
/// A Markdown file, written by people, with places for results, each by its name: the lines between <c>&lt;!-- results NAME --&gt;</c> and
/// <c>&lt;!-- end NAME --&gt;</c>. Figures lie in the directory <c>figures</c> beside it.
/// </summary>
internal sealed class DocumentFile
{
    private const string FiguresDirectory = "figures";
    private readonly string path;

    private DocumentFile(string path) => this.path = path;

    /// <summary>How it links a figure.</summary>
    public static string LinkTo(string figure) => $"{FiguresDirectory}/{figure}";

    /// <summary>Opens a file that has a place for each of the results.</summary>
    /// <exception cref="UsageException">It is missing, or lacks a place.</exception>
    public static DocumentFile Open(string path, params IEnumerable<string> names)
    {
        var file = new DocumentFile(path);
        string[] lines = [.. LineFile.Read(path)];
        foreach (string name in names)
        {
            file.PlaceOf(name, lines);
        }

        LineFile.RequireWritable("--document", path);
        return file;
    }

    /// <summary>Puts results in their place; what else was written to the file meanwhile stays.</summary>
    /// <exception cref="UsageException">The place is gone.</exception>
    public void Write(string name, IEnumerable<string> results)
    {
        List<string> lines = [.. LineFile.Read(path)];
        var (start, end) = PlaceOf(name, lines);
        lines.RemoveRange(start + 1, end - start - 1);
        lines.InsertRange(start + 1, ["", .. results, ""]);
        AtomicFile.WriteText(path, string.Concat(lines.Select(line => line + "\n")));
    }

    /// <summary>Puts a figure where <see cref="LinkTo"/> links it.</summary>
    public void WriteFigure(string figure, string svg)
    {
        string directory = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, FiguresDirectory);
        Directory.CreateDirectory(directory);
        AtomicFile.WriteText(Path.Combine(directory, figure), svg);
    }

    private (int Start, int End) PlaceOf(string name, IList<string> lines)
    {
        var (first, last) = ($"<!-- results {name} -->", $"<!-- end {name} -->");
        var (start, end) = (lines.IndexOf(first), lines.IndexOf(last));
        return start >= 0 && end > start
            ? (start, end)
            : throw new UsageException($"{path} has no place for {name}; add the lines {first} and {last} to it.");
    }
}

using System.Globalization;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sweep.Cells;
using Cppo.Pipeline.Sweep.Definition;

namespace Cppo.Pipeline.Sweep.Results;

/// <summary>A sweep's results in Markdown: the table of methods, what a publication has, claims, kinds, answers and figures.</summary>
/// <param name="Results">The results.</param>
/// <param name="Claims">The claims with their verdicts.</param>
/// <param name="Answers">Answers side by side; null where the sweep shows none.</param>
internal sealed record SweepDocument(SweepResults Results, ClaimResult[] Claims, AnswerTable? Answers)
{
    /// <summary>The names of a sweep's evaluations.</summary>
    public static string[] TestsOf(SweepConfig sweep) => ["test", .. sweep.Tests.Select(test => test.Name)];

    /// <summary>Reads and computes what the document shows.</summary>
    public static SweepDocument Of(SweepResults results) =>
        new(
            results,
            [.. results.File.Config.Report.Claims.SelectMany(claim => ClaimResult.Of(results, claim))],
            results.File.Config.Report.Answers.Length == 0 ? null : AnswerTable.Of(results)
        );

    /// <summary>The lines.</summary>
    /// <param name="figures">Titles and paths of the figures, as the document links them.</param>
    public IEnumerable<string> Lines(IReadOnlyList<(string Title, string Path)> figures)
    {
        var report = Results.File.Config.Report;
        List<string> lines = [.. Methods(), ""];
        if (report.Published.Length > 0)
        {
            lines.AddRange(["As published:", "", .. Published(report), ""]);
        }

        if (Claims.Length > 0)
        {
            lines.AddRange([.. ClaimLines(), ""]);
        }

        foreach (string method in report.Kinds)
        {
            lines.AddRange(
                Results.Of(method).Cells.Length == 0
                    ? [$"Completions of {method}: no cell has ended.", ""]
                    : [$"Completions of {method}, all seeds:", "", .. Kinds(method), ""]
            );
        }

        foreach (string machine in Results.Methods.SelectMany(method => method.Cells).Select(cell => cell.Machine).Distinct())
        {
            lines.AddRange([$"Measured on: {machine}.", ""]);
        }

        if (report.Answers.Length > 0)
        {
            lines.AddRange(Answers?.Lines() ?? ["Answers: methods have no seed in common, or were not asked the same questions.", ""]);
        }

        lines.AddRange(figures.SelectMany(figure => new[] { $"![{figure.Title}]({figure.Path})", "" }));
        return lines.Count > 0 && lines[^1].Length == 0 ? lines.SkipLast(1) : lines;
    }

    private IEnumerable<string> Methods()
    {
        string[] tests = TestsOf(Results.File.Config);
        MethodColumn[] columns = [.. Results.File.Config.Report.Columns.Select(name => MethodColumn.Find(name, tests))];
        var table = new MarkdownTable(["", "seeds", .. columns.Select(column => column.Header)]);
        foreach (var method in Results.Methods)
        {
            table.Add([
                method.Method.Name,
                Text($"{method.Cells.Length}"),
                .. columns.Select(column => column.Of(Results, method)?.Text(column.Format) ?? ""),
            ]);
        }

        return table.Lines();
    }

    private static IEnumerable<string> Published(SweepReport report)
    {
        string[] columns = [.. report.Published.SelectMany(row => row.Values.Keys).Distinct()];
        var table = new MarkdownTable(["", .. columns]);
        foreach (var row in report.Published)
        {
            table.Add([row.Method, .. columns.Select(column => row.Values.GetValueOrDefault(column, ""))]);
        }

        return table.Lines();
    }

    private IEnumerable<string> ClaimLines()
    {
        var table = new MarkdownTable("claim", "verdict", "measured");
        foreach (var claim in Claims)
        {
            table.Add(claim.Text, Verdicts.nameOf(claim.Verdict), claim.Evidence);
        }

        return table.Lines();
    }

    private IEnumerable<string> Kinds(string method)
    {
        string[] runs = [.. Results.Of(method).Cells.Select(cell => cell.Cell.Directory)];
        foreach (string run in runs)
        {
            CellRecord.RequireCompletions(run);
        }

        return KindTable.Lines(KindTable.Of(runs));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

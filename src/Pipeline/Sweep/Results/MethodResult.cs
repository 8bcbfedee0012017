using Cppo.Pipeline.Sweep.Definition;

namespace Cppo.Pipeline.Sweep.Results;

/// <summary>A method's cells that have ended, by ascending seed.</summary>
/// <param name="Method">The method.</param>
/// <param name="Cells">May lack seeds whose cells failed.</param>
internal sealed record MethodResult(SweepMethod Method, CellResult[] Cells)
{
    /// <summary>Shares of right samples, shape [seed][question]; null where it was not evaluated on this test.</summary>
    public double[][]? Right(string test) =>
        Cells.Length > 0 && Cells.All(cell => cell.Evaluations.ContainsKey(test))
            ? [.. Cells.Select(cell => cell.Evaluations[test].Questions.Select(question => question.Strict).ToArray())]
            : null;

    /// <summary>Cells of the same seeds as those of another method, paired.</summary>
    public (CellResult Own, CellResult Other)[] PairedWith(MethodResult other) =>
        [
            .. Cells
                .Select(own => (own, other.Cells.FirstOrDefault(cell => cell.Cell.Seed == own.Cell.Seed)))
                .Where(pair => pair.Item2 is not null)
                .Select(pair => (pair.own, pair.Item2!)),
        ];

    /// <summary>The accuracies of both on the seeds that both have; null where there is no such seed or evaluation.</summary>
    public (double[][] Other, double[][] Own)? RightPairedWith(MethodResult other, string test)
    {
        var pairs = PairedWith(other);
        return pairs.Length > 0 && pairs.All(pair => pair.Own.Evaluations.ContainsKey(test) && pair.Other.Evaluations.ContainsKey(test))
            ? (
                [.. pairs.Select(pair => pair.Other.Evaluations[test].Questions.Select(question => question.Strict).ToArray())],
                [.. pairs.Select(pair => pair.Own.Evaluations[test].Questions.Select(question => question.Strict).ToArray())]
            )
            : null;
    }
}

/// <summary>All that is known of a sweep whose cells have been made.</summary>
/// <param name="File">The sweep.</param>
/// <param name="Methods">In the order of the axes.</param>
internal sealed record SweepResults(SweepFile File, IReadOnlyList<MethodResult> Methods)
{
    /// <summary>Draws of intervals; the same for all sweeps.</summary>
    public const ulong Seed = 1;

    /// <summary>A method by its name, which the file's checks have found to be there.</summary>
    public MethodResult Of(string method) => Methods.First(result => result.Method.Name == method);

    /// <summary>What others are compared with; null where the sweep names nothing.</summary>
    public MethodResult? Reference => File.Config.Report.Reference.Length == 0 ? null : Of(File.Config.Report.Reference);
}

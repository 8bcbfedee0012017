using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Sweep.Definition;

namespace Cppo.Pipeline.Sweep.Results;

/// <summary>A method's cells that have ended, by ascending seed.</summary>
/// <param name="Method">The method.</param>
/// <param name="Cells">May lack seeds whose cells failed.</param>
internal sealed record MethodResult(SweepMethod Method, CellResult[] Cells)
{
    /// <summary>Shares of right samples, shape [seed][question]; null where it was not evaluated on this test.</summary>
    public double[][]? Right(string test) => RightTogether([this], test)?[0];

    /// <summary>Cells of the same seeds as those of another method, paired.</summary>
    public (CellResult Own, CellResult Other)[] PairedWith(MethodResult other) =>
        [
            .. Cells
                .Select(own => (own, other.Cells.FirstOrDefault(cell => cell.Cell.Seed == own.Cell.Seed)))
                .Where(pair => pair.Item2 is not null)
                .Select(pair => (pair.own, pair.Item2!)),
        ];

    /// <summary>
    /// Shares of right samples of several methods on the seeds that all of them have, shape [method][seed][question]; null where there is
    /// no such seed, where one was not evaluated on this test, or where they were not asked the same questions.
    /// </summary>
    public static double[][][]? RightTogether(IReadOnlyList<MethodResult> methods, string test)
    {
        var evaluations = Together(methods, test);
        return evaluations is null
            ? null
            :
            [
                .. evaluations.Select(method =>
                    method.Select(seed => seed.Questions.Select(question => question.Strict).ToArray()).ToArray()
                ),
            ];
    }

    /// <summary>The cells of several methods with the smallest seed that all have; null where they cannot be compared.</summary>
    public static CellResult[]? OneSeedOf(IReadOnlyList<MethodResult> methods, string test) =>
        Together(methods, test) is null
            ? null
            : [.. methods.Select(method => method.Cells.First(cell => cell.Cell.Seed == Seeds(methods)[0]))];

    private static StoredEvaluation[][]? Together(IReadOnlyList<MethodResult> methods, string test)
    {
        ulong[] seeds = Seeds(methods);
        CellResult[][] cells =
        [
            .. methods.Select(method => seeds.Select(seed => method.Cells.First(cell => cell.Cell.Seed == seed)).ToArray()),
        ];
        if (seeds.Length == 0 || cells.Any(method => method.Any(cell => !cell.Evaluations.ContainsKey(test))))
        {
            return null;
        }

        StoredEvaluation[][] evaluations = [.. cells.Select(method => method.Select(cell => cell.Evaluations[test]).ToArray())];
        var asked = evaluations[0][0].Questions.Select(question => (question.Id, question.Digest)).ToArray();
        return evaluations.All(method =>
            method.All(seed => seed.Questions.Select(question => (question.Id, question.Digest)).SequenceEqual(asked))
        )
            ? evaluations
            : null;
    }

    private static ulong[] Seeds(IReadOnlyList<MethodResult> methods) =>
        [.. methods.Select(method => method.Cells.Select(cell => cell.Cell.Seed)).Aggregate((a, b) => a.Intersect(b)).Order()];
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

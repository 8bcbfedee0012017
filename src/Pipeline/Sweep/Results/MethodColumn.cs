namespace Cppo.Pipeline.Sweep.Results;

/// <summary>A column of the table of methods.</summary>
/// <param name="Name">As <c>report.columns</c> names it; of an evaluation followed by a colon and the test: <c>accuracy:amc</c>.</param>
/// <param name="Header">Above the column.</param>
/// <param name="Format">Digits of its numbers.</param>
/// <param name="Of">A method's number; null where there is none.</param>
internal sealed record MethodColumn(string Name, string Header, string Format, Func<SweepResults, MethodResult, Estimate?> Of)
{
    private const string Test = "test";

    private static readonly MethodColumn[] Plain =
    [
        new("group", "G", "0", (_, method) => Fixed(method, cell => cell.Cell.Config.Rollout.Group)),
        new("keep", "k", "0.##", (_, method) => Fixed(method, cell => cell.Generated == 0 ? null : KeptOfGroup(cell))),
        new("questions", "questions", "#,0", (_, method) => Mean(method, cell => cell.Questions)),
        new("completions", "completions", "#,0", (_, method) => Mean(method, cell => cell.Generated)),
        new("kept", "trained", "#,0", (_, method) => Mean(method, cell => cell.Kept)),
        new("updates", "updates", "#,0", (_, method) => Mean(method, cell => cell.Updates.Length)),
        new("steps", "optimizer steps", "#,0", (_, method) => Mean(method, cell => cell.OptimizerSteps)),
        new("seconds", "seconds", "0.0", (_, method) => IfTrained(method, Mean(method, cell => cell.Seconds))),
        new("rolloutSeconds", "rollouts, s", "0.0", (_, method) => IfTrained(method, Mean(method, cell => cell.RolloutSeconds))),
        new("updateSeconds", "updates, s", "0.0", (_, method) => IfTrained(method, Mean(method, cell => cell.UpdateSeconds))),
        new("acceleration", "acceleration", "0.00", (results, method) => Acceleration(method, results.Reference)),
        new("limit", "limit", "0.00", (results, method) => Limit(method, results.Reference)),
        new("reached", "of the limit, %", "0", (results, method) => Reached(method, results.Reference)),
    ];

    /// <summary>The names that a sweep with these tests may use.</summary>
    public static string[] NamesFor(IReadOnlyList<string> tests) => [.. All(tests).Select(column => column.Name)];

    /// <summary>A column by its name, which the file's checks have found to be there.</summary>
    public static MethodColumn Find(string name, IReadOnlyList<string> tests) => All(tests).First(column => column.Name == name);

    /// <summary>Seconds of the reference over the method's, of the same seed; geometric mean over seeds, Student's interval.</summary>
    public static Estimate? Acceleration(MethodResult method, MethodResult? reference) =>
        Ratio(method, reference, (own, other) => other.Seconds / own.Seconds);

    /// <summary>The share of the limit that the acceleration reaches.</summary>
    public static Estimate? Reached(MethodResult method, MethodResult? reference) =>
        Ratio(method, reference, (own, other) => 100 * other.Seconds / own.Seconds / own.LimitAgainst(other));

    private static IEnumerable<MethodColumn> All(IReadOnlyList<string> tests) => [.. Plain, .. tests.SelectMany(OfTest)];

    private static IEnumerable<MethodColumn> OfTest(string test)
    {
        string suffix = test == Test ? "" : $":{test}";
        string header = test == Test ? "" : $" {test}";
        yield return new($"accuracy{suffix}", $"accuracy{header}, %", "0.0", (_, method) => Accuracy(method, test));
        yield return new(
            $"difference{suffix}",
            $"difference{header}, points",
            "+0.0;-0.0;0.0",
            (results, method) => Difference(results, method, test)
        );
    }

    private static Estimate? Accuracy(MethodResult method, string test)
    {
        if (method.Right(test) is not { } right)
        {
            return null;
        }

        var accuracy = SeedBootstrap.accuracy(SweepResults.Seed, right);
        return new Estimate(accuracy.Mean, accuracy.Low, accuracy.High).InPercent();
    }

    private static Estimate? Difference(SweepResults results, MethodResult method, string test)
    {
        if (
            results.Reference is not { } reference
            || reference == method
            || MethodResult.RightTogether([reference, method], test) is not { } right
        )
        {
            return null;
        }

        var difference = SeedBootstrap.difference(SweepResults.Seed, 0, right[0], right[1]);
        return new Estimate(difference.Difference, difference.Low, difference.High).InPercent();
    }

    private static Estimate? Limit(MethodResult method, MethodResult? reference) =>
        Ratio(method, reference, (own, other) => own.LimitAgainst(other)) is { } limit ? new Estimate(limit.Value) : null;

    /// <summary>The geometric mean of a ratio over seeds, with Student's interval; null for the reference and without a value.</summary>
    private static Estimate? Ratio(MethodResult method, MethodResult? reference, Func<CellResult, CellResult, double?> of)
    {
        if (reference is null || reference == method)
        {
            return null;
        }

        double?[] ratios = [.. method.PairedWith(reference).Select(pair => of(pair.Own, pair.Other))];
        if (ratios.Length == 0 || ratios.Any(ratio => ratio is not > 0 || !double.IsFinite(ratio.Value)))
        {
            return null;
        }

        // Of two seeds Student's interval is so wide that it says nothing.
        var mean = StudentT.ofRatios([.. ratios.Select(_ => 1.0)], [.. ratios.Select(ratio => ratio!.Value)]);
        return ratios.Length < 3 ? new Estimate(mean.Mean) : new Estimate(mean.Mean, mean.Low, mean.High);
    }

    private static double? KeptOfGroup(CellResult cell) => cell.Kept / cell.Generated * cell.Cell.Config.Rollout.Group;

    private static Estimate? IfTrained(MethodResult method, Estimate? estimate) =>
        method.Cells.Any(cell => cell.Updates.Length > 0) ? estimate : null;

    private static Estimate? Mean(MethodResult method, Func<CellResult, double> of) =>
        method.Cells.Length == 0 ? null : new Estimate(method.Cells.Average(of));

    private static Estimate? Fixed(MethodResult method, Func<CellResult, double?> of) =>
        method.Cells.Length > 0 && method.Cells.All(cell => of(cell) is not null) ? Mean(method, cell => of(cell)!.Value) : null;
}

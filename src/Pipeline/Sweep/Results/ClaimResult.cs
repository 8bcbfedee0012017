using System.Globalization;
using Cppo.Pipeline.Sweep.Definition;
using Verdict = Cppo.Stages.Evaluation.Verdict;

namespace Cppo.Pipeline.Sweep.Results;

/// <summary>A claim with what the results say of it.</summary>
/// <param name="Text">The claim as a sentence.</param>
/// <param name="Verdict">Held, not held or undecided.</param>
/// <param name="Evidence">The numbers that decide.</param>
internal sealed record ClaimResult(string Text, Verdict Verdict, string Evidence)
{
    private const string Missing = "a cell or an evaluation that it needs is missing, or they were not asked the same questions";

    /// <summary>Seeds below which nothing is decided about methods: two models may differ by chance alone.</summary>
    private const int FewestSeeds = 3;

    private const string TooFew = "nothing is decided by fewer than three seeds";

    /// <summary>A claim's parts, one for each method, or one for an order.</summary>
    public static IEnumerable<ClaimResult> Of(SweepResults results, SweepClaim claim)
    {
        if (claim.Claim == "order")
        {
            return Order(results, claim);
        }

        var other = claim.To.Length > 0 ? results.Of(claim.To) : results.Reference!;
        return claim.Claim switch
        {
            "notInferior" => claim.Methods.Select(name => NotInferior(results.Of(name), other, claim)),
            "better" => Better(results, other, claim),
            "reachesLimit" => claim.Methods.Select(name => ReachesLimit(results.Of(name), other, claim)),
            _ => claim.Methods.Select(name => RisesSooner(results.Of(name), other, claim)),
        };
    }

    private static ClaimResult NotInferior(MethodResult method, MethodResult other, SweepClaim claim)
    {
        string text = Invariant($"{method.Method.Name} is not inferior to {other.Method.Name} by {claim.Margin:0.##} points{On(claim)}");
        if (MethodResult.RightTogether([other, method], claim.Test) is not { } right)
        {
            return new(text, Verdict.Undecided, Missing);
        }

        var difference = SeedBootstrap.difference(SweepResults.Seed, claim.Margin / 100, right[0], right[1]);
        string evidence =
            Invariant($"{right[0].Length} seeds: difference {Points(difference.Difference)}, one-sided 95 % bound ")
            + Points(difference.LowerBound);
        if (right[0].Length < FewestSeeds)
        {
            return new(text, Verdict.Undecided, $"{evidence}; {TooFew}");
        }

        var (low, high) = StudentT.oneSided(difference.OverSeeds);
        Verdict[] both = [Verdicts.nonInferior(difference), Verdicts.atLeast(-difference.Margin, low, high)];
        return new(text, Agreed(both), Invariant($"{evidence}, over seeds alone {Points(low)}"));
    }

    private static IEnumerable<ClaimResult> Better(SweepResults results, MethodResult other, SweepClaim claim)
    {
        string text = Invariant($"{string.Join(" and ", claim.Methods)} above {other.Method.Name}{On(claim)}");
        double[][][]?[] rights = [.. claim.Methods.Select(name => MethodResult.RightTogether([other, results.Of(name)], claim.Test))];
        if (rights.Any(right => right is null))
        {
            return [new(text, Verdict.Undecided, Missing)];
        }

        if (rights.Any(right => right![0].Length < FewestSeeds))
        {
            return [new(text, Verdict.Undecided, TooFew)];
        }

        return Verdicts
            .ofPairs([
                .. claim.Methods.Zip(
                    rights,
                    (name, right) => Verdicts.compare(SweepResults.Seed, name, right![1], other.Method.Name, right[0])
                ),
            ])
            .Pairs.Select(pair => Pair(pair, claim));
    }

    private static IEnumerable<ClaimResult> Order(SweepResults results, SweepClaim claim)
    {
        string text = Invariant($"accuracy{On(claim)} in the order {string.Join(" > ", claim.Methods)}");
        if (MethodResult.RightTogether([.. claim.Methods.Select(results.Of)], claim.Test) is not { } right)
        {
            return [new(text, Verdict.Undecided, Missing)];
        }

        if (right[0].Length < FewestSeeds)
        {
            return [new(text, Verdict.Undecided, TooFew)];
        }

        var order = Verdicts.order(SweepResults.Seed, claim.Methods, right);
        return
        [
            new(text, order.Verdict, Invariant($"{right[0].Length} seeds, {order.Pairs.Length} pairs, Holm's correction")),
            .. order.Pairs.Select(pair => Pair(pair, claim)),
        ];
    }

    /// <summary>Held or not held where both say so, else undecided.</summary>
    private static Verdict Agreed(Verdict[] both) => both.Distinct().Count() == 1 ? both[0] : Verdict.Undecided;

    private static ClaimResult ReachesLimit(MethodResult method, MethodResult other, SweepClaim claim)
    {
        string text = Invariant($"the acceleration of {method.Method.Name} reaches {100 * claim.Share:0} % of the measured limit");
        return MethodColumn.Reached(method, other) is not { } reached
            ? new(text, Verdict.Undecided, Missing)
            : new(
                text,
                reached.HasInterval ? Verdicts.atLeast(100 * claim.Share, reached.Low, reached.High) : Verdict.Undecided,
                $"{reached.Text("0.0")} %, acceleration {MethodColumn.Acceleration(method, other)!.Value.Text("0.00")}"
                    + (reached.HasInterval ? "" : $"; {TooFew}")
            );
    }

    private static ClaimResult RisesSooner(MethodResult method, MethodResult other, SweepClaim claim)
    {
        string text = $"the reward of {method.Method.Name} rises sooner over {claim.Over} than that of {other.Method.Name}";
        var areas = method
            .PairedWith(other)
            .Select(pair => CurveArea.compare(Curve(pair.Other, claim.Over), Curve(pair.Own, claim.Over)))
            .ToArray();
        if (areas.Length == 0 || areas.Any(area => area.IsNone))
        {
            return new(text, Verdict.Undecided, Missing);
        }

        var means = areas.Select(area => area.Value).ToArray();
        var difference = StudentT.ofPairs([.. means.Select(area => area.First)], [.. means.Select(area => area.Second)]);
        return new(
            text,
            difference.NumValues < FewestSeeds ? Verdict.Undecided
                : difference.Low > 0 ? Verdict.Held
                : difference.High < 0 ? Verdict.NotHeld
                : Verdict.Undecided,
            Invariant(
                $"mean under the curve {means.Average(area => area.Second):0.000} against {means.Average(area => area.First):0.000}, "
            ) + Invariant($"difference {new Estimate(difference.Mean, difference.Low, difference.High).Text("0.000")}")
        );
    }

    private static (double X, double Y)[] Ascending((double X, double Y)[] points) =>
        [.. points.Where((point, i) => i == 0 || point.X > points[i - 1].X)];

    private static (double, double)[] Curve(CellResult cell, string over) => Ascending(cell.Rewards(over));

    private static ClaimResult Pair(OrderedPair pair, SweepClaim claim) =>
        new(
            $"{pair.Better} above {pair.Worse}{On(claim)}",
            pair.Verdict,
            Invariant($"difference {Points(pair.Difference)}, p {pair.PValue:0.0000}, by Holm {pair.AdjustedP:0.0000}")
        );

    private static string On(SweepClaim claim) => claim.Test == "test" ? "" : $" on {claim.Test}";

    private static string Points(double share) => (100 * share).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

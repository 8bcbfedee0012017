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
    private const string Missing = "a cell or an evaluation that it needs is missing";

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
            "reachesLimit" => claim.Methods.Select(name => ReachesLimit(results, results.Of(name), claim)),
            _ => claim.Methods.Select(name => RisesSooner(results.Of(name), other, claim)),
        };
    }

    private static ClaimResult NotInferior(MethodResult method, MethodResult other, SweepClaim claim)
    {
        string text = Invariant($"{method.Method.Name} is not inferior to {other.Method.Name} by {claim.Margin:0.##} points{On(claim)}");
        if (method.RightPairedWith(other, claim.Test) is not { } right)
        {
            return new(text, Verdict.Undecided, Missing);
        }

        var difference = SeedBootstrap.difference(SweepResults.Seed, claim.Margin / 100, right.Other, right.Own);
        return new(
            text,
            Verdicts.nonInferior(difference),
            Invariant($"difference {Points(difference.Difference)}, one-sided 95 % bound {Points(difference.LowerBound)}; ")
                + Invariant($"over seeds alone {Points(difference.OverSeeds.Low)} to {Points(difference.OverSeeds.High)}")
        );
    }

    private static IEnumerable<ClaimResult> Better(SweepResults results, MethodResult other, SweepClaim claim)
    {
        var pairs = claim
            .Methods.Select(name => (Name: name, Right: results.Of(name).RightPairedWith(other, claim.Test)))
            .Where(pair => pair.Right is not null)
            .Select(pair =>
            {
                var (worse, better) = pair.Right!.Value;
                var difference = SeedBootstrap.difference(SweepResults.Seed, 0, worse, better);
                double p = Math.Max(difference.PValue, SignFlip.test(SweepResults.Seed, worse, better));
                return (pair.Name, other.Method.Name, difference.Difference, p);
            })
            .ToArray();
        if (pairs.Length < claim.Methods.Length)
        {
            return
            [
                new(Invariant($"{string.Join(" and ", claim.Methods)} above {other.Method.Name}{On(claim)}"), Verdict.Undecided, Missing),
            ];
        }

        return Verdicts.ofPairs(pairs).Pairs.Select(pair => Pair(pair, claim));
    }

    private static IEnumerable<ClaimResult> Order(SweepResults results, SweepClaim claim)
    {
        string text = Invariant($"accuracy{On(claim)} in the order {string.Join(" > ", claim.Methods)}");
        double[][]?[] rights = claim.Methods.Select(name => results.Of(name).Right(claim.Test)).ToArray();
        if (rights.Any(right => right is null || right.Length != rights[0]!.Length))
        {
            return [new(text, Verdict.Undecided, Missing)];
        }

        var order = Verdicts.order(SweepResults.Seed, claim.Methods, [.. rights.Select(right => right!)]);
        return
        [
            new(text, order.Verdict, Invariant($"{order.Pairs.Length} pairs, Holm's correction")),
            .. order.Pairs.Select(pair => Pair(pair, claim)),
        ];
    }

    private static ClaimResult ReachesLimit(SweepResults results, MethodResult method, SweepClaim claim)
    {
        string text = Invariant($"the acceleration of {method.Method.Name} reaches {100 * claim.Share:0} % of the measured limit");
        return MethodColumn.Reached(results, method) is not { } reached
            ? new(text, Verdict.Undecided, Missing)
            : new(
                text,
                reached.HasInterval ? Verdicts.atLeast(100 * claim.Share, reached.Low, reached.High) : Verdict.Undecided,
                $"{reached.Text("0.0")} %, acceleration {MethodColumn.Acceleration(results, method)!.Value.Text("0.00")}"
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
            difference.NumValues < 2 ? Verdict.Undecided : Verdicts.atLeast(0, difference.Low, difference.High),
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

using System.Text.Json.Nodes;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sweep.Cells;
using Cppo.Pipeline.Sweep.Definition;
using Cppo.Pipeline.Sweep.Results;
using Cppo.Pipeline.Telemetry;
using Verdict = Cppo.Stages.Evaluation.Verdict;

namespace Cppo.Pipeline.Tests.Sweep;

public sealed class ResultTests
{
    [Fact]
    public void LimitAgainst_isTheEquationOfTheMeasuredPhases()
    {
        // GRPO: 10 s rollouts, 30 s updates; keeping 2 of 16: (10 + 30) / (10 + 30 / 8).
        var grpo = Cell("GRPO", 1, seconds: 42, rollout: 10, update: 30, generated: 160, kept: 160);
        var cppo = Cell("CPPO", 1, seconds: 16, rollout: 11, update: 4, generated: 160, kept: 20);

        Assert.Equal(40 / 13.75, cppo.LimitAgainst(grpo)!.Value, 12);
        Assert.Equal(1, grpo.LimitAgainst(grpo)!.Value, 12);
    }

    [Fact]
    public void Acceleration_isTheGeometricMeanOfPairedRatios()
    {
        var results = Results(
            [Cell("GRPO", 1, 40), Cell("GRPO", 2, 80), Cell("GRPO", 3, 90)],
            [Cell("CPPO", 1, 10), Cell("CPPO", 2, 10), Cell("CPPO", 3, 45)]
        );

        var acceleration = MethodColumn.Acceleration(results.Of("CPPO"), results.Reference)!.Value;

        Assert.Equal(4, acceleration.Value, 9); // (4 * 8 * 2)^(1/3)
        Assert.True(acceleration.Low < 4 && acceleration.High > 4);
        Assert.Null(MethodColumn.Acceleration(results.Of("GRPO"), results.Reference));
    }

    [Fact]
    public void Acceleration_twoSeeds_hasNoInterval()
    {
        var results = Results([Cell("GRPO", 1, 40), Cell("GRPO", 2, 40)], [Cell("CPPO", 1, 10), Cell("CPPO", 2, 20)]);

        Assert.False(MethodColumn.Acceleration(results.Of("CPPO"), results.Reference)!.Value.HasInterval);
    }

    [Fact]
    public void Acceleration_seedThatOneLacks_isLeftOut()
    {
        var results = Results([Cell("GRPO", 1, 40), Cell("GRPO", 2, 80)], [Cell("CPPO", 2, 20)]);

        Assert.Equal(4, MethodColumn.Acceleration(results.Of("CPPO"), results.Reference)!.Value.Value, 9);
    }

    [Fact]
    public void Rewards_over_countsQuestionsUpdatesAndSeconds()
    {
        var cell = Cell("a", 1, seconds: 20, updates: 2, questions: 8);

        Assert.Equal([(4.0, 1.0), (8.0, 1.0)], cell.Rewards("questions"));
        Assert.Equal([(1.0, 1.0), (2.0, 1.0)], cell.Rewards("updates"));
        Assert.Equal([(10.0, 1.0), (20.0, 1.0)], cell.Rewards("seconds"));
    }

    [Theory]
    [InlineData(1.0, 1.0, "Held")]
    [InlineData(1.0, 0.2, "NotHeld")]
    public void Of_notInferior_isDecidedWhereAnswersAreClear(double grpo, double cppo, string expected)
    {
        var results = Results(Seeds("GRPO", grpo), Seeds("CPPO", cppo));

        var claim = Assert.Single(ClaimResult.Of(results, new SweepClaim { Claim = "notInferior", Methods = ["CPPO"] }));

        Assert.Equal(expected, claim.Verdict.ToString());
        Assert.Contains("one-sided 95 % bound", claim.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_order_judgesEachPairAndTheWhole()
    {
        var results = Results(Seeds("GRPO", 0.9), Seeds("CPPO", 0.3));
        var claims = ClaimResult.Of(results, new SweepClaim { Claim = "order", Methods = ["GRPO", "CPPO"] }).ToArray();
        var reversed = ClaimResult.Of(results, new SweepClaim { Claim = "order", Methods = ["CPPO", "GRPO"] }).ToArray();

        Assert.Equal([Verdict.Held, Verdict.Held], claims.Select(claim => claim.Verdict));
        Assert.Equal([Verdict.NotHeld, Verdict.NotHeld], reversed.Select(claim => claim.Verdict));
    }

    [Fact]
    public void Of_orderOfMethodsThatLackOtherSeeds_comparesTheSeedsThatAllHave()
    {
        CellResult[] grpo = [.. Enumerable.Range(1, 4).Select(seed => Cell("GRPO", (ulong)seed, 10, share: seed == 1 ? 0 : 0.9))];
        CellResult[] cppo = [.. Enumerable.Range(2, 4).Select(seed => Cell("CPPO", (ulong)seed, 10, share: seed == 5 ? 1 : 0.3))];

        var claim = ClaimResult.Of(Results(grpo, cppo), new SweepClaim { Claim = "order", Methods = ["GRPO", "CPPO"] }).First();

        Assert.Equal(Verdict.Held, claim.Verdict);
        Assert.StartsWith("3 seeds", claim.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_methodsAskedOtherQuestions_isUndecided()
    {
        var other = Seeds("CPPO", 0.3)
            .Select(cell =>
                cell with
                {
                    Evaluations = new Dictionary<string, StoredEvaluation>
                    {
                        ["test"] = cell.Evaluations["test"] with
                        {
                            Questions = [.. cell.Evaluations["test"].Questions.Select(question => question with { Digest = "other" })],
                        },
                    },
                }
            );

        var claim = Assert.Single(
            ClaimResult.Of(Results(Seeds("GRPO", 0.9), [.. other]), new SweepClaim { Claim = "notInferior", Methods = ["CPPO"] })
        );

        Assert.Equal(Verdict.Undecided, claim.Verdict);
    }

    [Theory]
    [InlineData("notInferior")]
    [InlineData("better")]
    [InlineData("reachesLimit")]
    [InlineData("risesSooner")]
    public void Of_oneSeed_decidesNothing(string name)
    {
        var results = Results([Seeds("GRPO", 0.3)[0]], [Seeds("CPPO", 1)[0]]);

        var claims = ClaimResult.Of(results, new SweepClaim { Claim = name, Methods = ["CPPO"] });

        Assert.All(claims, claim => Assert.Equal(Verdict.Undecided, claim.Verdict));
    }

    [Fact]
    public void Of_sameCurves_doNotRiseSooner()
    {
        CellResult[] Curves(string method) =>
            [.. Enumerable.Range(1, 3).Select(seed => Cell(method, (ulong)seed, 10, updates: 3, questions: 6))];

        var claim = Assert.Single(
            ClaimResult.Of(Results(Curves("GRPO"), Curves("CPPO")), new SweepClaim { Claim = "risesSooner", Methods = ["CPPO"] })
        );

        Assert.Equal(Verdict.Undecided, claim.Verdict);
    }

    [Fact]
    public void Of_cellMissing_isUndecided()
    {
        var results = Results([], Seeds("CPPO", 0.3));

        var claim = Assert.Single(ClaimResult.Of(results, new SweepClaim { Claim = "better", Methods = ["CPPO"] }));

        Assert.Equal(Verdict.Undecided, claim.Verdict);
        Assert.Contains("is missing", claim.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_ofATable_escapeWhatWouldBeMarkup()
    {
        var table = new MarkdownTable("a", "b");
        table.Add("x|<b>", "1\n2");

        Assert.Equal(["| a         |   b |", "| --------- | --: |", "| x\\|&lt;b> | 1 2 |"], table.Lines());
    }

    [Theory]
    [InlineData(12.345, double.NaN, double.NaN, "12.3")]
    [InlineData(12.345, 10.04, 14.06, "12.3 (10.0 to 14.1)")]
    [InlineData(12.345, double.NegativeInfinity, double.PositiveInfinity, "12.3")]
    public void Text_ofAnEstimate_hasItsIntervalWhereThereIsOne(double value, double low, double high, string expected) =>
        Assert.Equal(expected, new Estimate(value, low, high).Text("0.0"));

    private static SweepResults Results(CellResult[] grpo, CellResult[] cppo)
    {
        var sweep = new SweepConfig
        {
            Axes = [new() { Points = [new() { Name = "GRPO" }, new() { Name = "CPPO" }] }],
            Report = new() { Reference = "GRPO" },
        };
        var methods = SweepMethod.Of(sweep);
        var file = new SweepFile("s.json", sweep, new Dictionary<string, ConfigPlace>());
        return new SweepResults(file, [new(methods[0], grpo), new(methods[1], cppo)]);
    }

    /// <summary>Three seeds over 600 questions, of which the first share are right.</summary>
    private static CellResult[] Seeds(string method, double share) =>
        [.. Enumerable.Range(1, 3).Select(seed => Cell(method, (ulong)seed, seconds: 10, share: share))];

    private static CellResult Cell(
        string method,
        ulong seed,
        double seconds,
        double rollout = 1,
        double update = 1,
        int generated = 16,
        int kept = 16,
        int updates = 1,
        int questions = 1,
        double share = 1
    )
    {
        var config = new PipelineConfig();
        StepLine[] lines =
        [
            .. Enumerable
                .Range(0, updates)
                .Select(step =>
                {
                    var values = new JsonObject
                    {
                        ["step"] = step,
                        ["questions"] = (double)questions / updates,
                        ["completions_generated"] = (double)generated / updates,
                        ["completions_kept"] = (double)kept / updates,
                        ["elapsed_seconds"] = seconds * (step + 1) / updates,
                        ["rollout_seconds"] = rollout / updates,
                        ["update_seconds"] = update / updates,
                        ["reward_mean"] = 1.0,
                    };
                    return new StepLine(step, values.ToJsonString(), values);
                }),
        ];
        StoredQuestion[] answered = [.. Enumerable.Range(0, 600).Select(i => new StoredQuestion($"{i}", "", i < 600 * share ? 1 : 0, 0))];
        return new CellResult(
            new SweepCell(method, seed, config, [], "id"),
            lines,
            new Dictionary<string, StoredEvaluation> { ["test"] = new(null, "test.csv", method, seed, [], answered) },
            "a machine"
        );
    }
}

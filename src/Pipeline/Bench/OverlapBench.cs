using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Bench;

/// <summary>One turn of a way to train: medians over its updates in seconds, and processor seconds an update, the start included.</summary>
internal sealed record OverlapTurn(double Step, double Rollout, double Update, double Overlap, double Processor);

/// <summary>
/// Steps whose rollouts run beside the update of the batch before (max staleness 1) against steps whose rollouts and updates alternate (0).
/// The learning rate is 0, so that every policy version draws the same completions and both ways have the same work.
/// </summary>
/// <param name="config">Validated.</param>
/// <param name="updates">Updates that are timed in a turn.</param>
/// <param name="rounds">Rounds of a turn each; every second one begins with the other way.</param>
/// <param name="notice">Takes a line after each round.</param>
internal sealed class OverlapBench(PipelineConfig config, int updates, int rounds, Action<string> notice)
{
    /// <summary>Updates that are not timed, while code is still being compiled.</summary>
    public const int WarmUp = 3;

    /// <summary>The turns of each way, [staleness 0 and 1][round].</summary>
    public async Task<OverlapTurn[][]> RunAsync(CancellationToken stop)
    {
        // Nobody's numbers count while most of the code is compiled for the first time.
        await MeasureAsync(0, stop);
        await MeasureAsync(1, stop);
        var turns = new OverlapTurn[][] { new OverlapTurn[rounds], new OverlapTurn[rounds] };
        for (int round = 0; round < rounds; round++)
        {
            foreach (int staleness in round % 2 == 0 ? new[] { 0, 1 } : [1, 0])
            {
                turns[staleness][round] = await MeasureAsync(staleness, stop);
            }

            var (alternating, beside) = (turns[0][round], turns[1][round]);
            notice(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round + 1}: {1000 * alternating.Step:0.0} ms a step in alternation, {1000 * beside.Step:0.0} ms side by side"
                )
            );
        }

        return turns;
    }

    /// <summary>A table for people, in milliseconds an update.</summary>
    public static IEnumerable<string> ToTable(OverlapTurn[][] turns)
    {
        yield return $"{"milliseconds an update", -26}{"step", 9}{"rollout", 9}{"update", 9}{"overlap", 9}{"processor", 11}";
        foreach (var (name, way) in new[] { ("in alternation (0)", turns[0]), ("side by side (1)", turns[1]) })
        {
            yield return Text($"{name, -26}{Median(way, turn => turn.Step), 9:0.0}{Median(way, turn => turn.Rollout), 9:0.0}")
                + Text($"{Median(way, turn => turn.Update), 9:0.0}{Median(way, turn => turn.Overlap), 9:0.0}")
                + Text($"{Median(way, turn => turn.Processor), 11:0.0}");
        }

        var (step, processor) = (Ratios(turns, turn => turn.Step), Ratios(turns, turn => turn.Processor));
        yield return Text($"side by side over alternation, {step.Length} rounds: step {Spread(step)}, processor {Spread(processor)}");
    }

    /// <summary>One JSON object in one line.</summary>
    public static string ToJson(OverlapTurn[][] turns)
    {
        var (step, processor) = (Ratios(turns, turn => turn.Step), Ratios(turns, turn => turn.Processor));
        return new JsonObject
        {
            ["rounds"] = step.Length,
            ["alternation"] = Medians(turns[0]),
            ["side_by_side"] = Medians(turns[1]),
            ["step_ratio"] = Math.Round(BenchClock.Median(step), 4),
            ["step_ratio_quartiles"] = Quartiles(step),
            ["processor_ratio"] = Math.Round(BenchClock.Median(processor), 4),
            ["processor_ratio_quartiles"] = Quartiles(processor),
        }.ToJsonString();
    }

    private static double[] Ratios(OverlapTurn[][] turns, Func<OverlapTurn, double> number) =>
        [.. turns[1].Zip(turns[0], (beside, alternating) => number(beside) / number(alternating)).Order()];

    private static string Spread(double[] ordered) =>
        Text($"{BenchClock.Median(ordered):0.000} ({Quantile(ordered, 0.25):0.000} to {Quantile(ordered, 0.75):0.000})");

    private static JsonArray Quartiles(double[] ordered) =>
        [Math.Round(Quantile(ordered, 0.25), 4), Math.Round(Quantile(ordered, 0.75), 4)];

    private static double Quantile(double[] ordered, double share) => ordered[(int)Math.Round(share * (ordered.Length - 1))];

    private static double Median(OverlapTurn[] way, Func<OverlapTurn, double> number) => 1000 * BenchClock.Median(way.Select(number));

    private static JsonObject Medians(OverlapTurn[] way) =>
        new()
        {
            ["step_ms"] = Math.Round(Median(way, turn => turn.Step), 2),
            ["rollout_ms"] = Math.Round(Median(way, turn => turn.Rollout), 2),
            ["update_ms"] = Math.Round(Median(way, turn => turn.Update), 2),
            ["overlap_ms"] = Math.Round(Median(way, turn => turn.Overlap), 2),
            ["processor_ms"] = Math.Round(Median(way, turn => turn.Processor), 2),
        };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private PipelineConfig Way(int staleness, string directory) =>
        config with
        {
            Run = config.Run with
            {
                Name = "overlap",
                Directory = directory,
                Resume = false,

                // The last update has no rollouts beside it.
                Updates = WarmUp + updates + 1,
            },
            Update = config.Update with { MaxStaleness = staleness, LearningRate = 0, WeightDecay = 0 },
            Evaluation = config.Evaluation with { Before = false, After = false, Every = 0 },
            Checkpoint = config.Checkpoint with { Every = 0 },
        };

    private async Task<OverlapTurn> MeasureAsync(int staleness, CancellationToken stop)
    {
        var directory = Directory.CreateTempSubdirectory("cppo-bench-");
        try
        {
            using var process = Process.GetCurrentProcess();
            var before = process.TotalProcessorTime;
            var way = Way(staleness, directory.FullName);
            await TrainingRun.ExecuteAsync(way, TextWriter.Null, TextWriter.Null, CancellationToken.None, stop);
            process.Refresh();
            double processor = (process.TotalProcessorTime - before).TotalSeconds / way.Run.Updates;
            var lines = StepLines.Read(Path.Combine(directory.FullName, way.Run.Name, MetricsWriter.UpdatesFile));
            var timed = lines[WarmUp..^1];
            return new OverlapTurn(
                BenchClock.Median(
                    timed.Zip(lines[(WarmUp - 1)..], (line, last) => Value(line, "elapsed_seconds") - Value(last, "elapsed_seconds"))
                ),
                BenchClock.Median(timed.Select(line => Value(line, "rollout_seconds"))),
                BenchClock.Median(timed.Select(line => Value(line, "update_seconds"))),
                BenchClock.Median(timed.Select(line => Value(line, "overlap_seconds"))),
                processor
            );
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static double Value(StepLine line, string key) =>
        StepLines.TryValue(line.Values, key) ?? throw new InvalidOperationException($"Line {line.Step} of the run's metrics lacks {key}.");
}

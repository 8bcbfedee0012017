using System.Text.Json.Nodes;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Bench;

/// <summary>Medians over the updates of one way to train.</summary>
/// <param name="Keep">Completions that are kept of each question; the whole group in GRPO.</param>
/// <param name="RolloutSeconds">Generating an update's completions.</param>
/// <param name="UpdateSeconds">The update itself.</param>
/// <param name="StepSeconds">From update to update, with everything that a run does between them.</param>
/// <param name="Questions">Questions of an update.</param>
internal sealed record StepTimes(int Keep, double RolloutSeconds, double UpdateSeconds, double StepSeconds, int Questions);

/// <summary>
/// Whole steps of a pipeline file, GRPO against CPPO with allocation, over the same questions and the same completions: the learning
/// rate is 0, so the policy stays the same, and an update takes as many questions however many completions of each are kept.
/// </summary>
internal sealed class StepBench(PipelineConfig config, int updates, Action<string> notice)
{
    /// <summary>Updates that are not timed, while code is still being compiled.</summary>
    public const int WarmUp = 2;

    /// <summary>Turns that the ways take, so that a machine that becomes slower meanwhile slows down all of them.</summary>
    private const int Turns = 3;

    /// <summary>Questions of an update.</summary>
    private int Questions => config.Update.QuestionsPerDevice * config.Update.Devices.Length * config.Rollout.Group / config.Prune.Keep;

    /// <summary>Trains once as GRPO and once for each number of kept completions.</summary>
    /// <exception cref="UsageException">The update's capacity cannot hold the same questions for one of the numbers.</exception>
    public async Task<IReadOnlyList<StepTimes>> RunAsync(IReadOnlyList<int> keeps, CancellationToken stop)
    {
        int[] all = [config.Rollout.Group, .. keeps];
        var variants = all.Select(Variant).ToArray();
        var updates = variants.Select(_ => new List<UpdateTimes>()).ToArray();
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int way = 0; way < variants.Length; way++)
                updates[way].AddRange(await MeasureAsync(variants[way], stop));
        }

        return [.. variants.Zip(updates, Medians)];
    }

    /// <summary>
    /// The most that keeping <paramref name="keep"/> of G completions can gain where a step is rollouts g and an update u that shrinks
    /// with what is kept: (g + u) / (g + u k / G).
    /// </summary>
    public static double Limit(StepTimes grpo, int keep) =>
        (grpo.RolloutSeconds + grpo.UpdateSeconds) / (grpo.RolloutSeconds + (grpo.UpdateSeconds * keep / grpo.Keep));

    /// <summary>One JSON object in one line.</summary>
    public static string ToJson(IReadOnlyList<StepTimes> times)
    {
        var grpo = times[0];
        return new JsonObject
        {
            ["questions"] = grpo.Questions,
            ["group"] = grpo.Keep,
            ["grpo"] = Times(grpo),
            ["cppo"] = new JsonArray([.. times.Skip(1).Select(cppo =>
            {
                var json = Times(cppo);
                json["keep"] = cppo.Keep;
                json["speedup"] = Math.Round(grpo.StepSeconds / cppo.StepSeconds, 3);
                json["limit"] = Math.Round(Limit(grpo, cppo.Keep), 3);
                return json;
            })]),
        }.ToJsonString();
    }

    /// <summary>A table for people.</summary>
    public static IEnumerable<string> ToTable(IReadOnlyList<StepTimes> times)
    {
        var grpo = times[0];
        yield return $"{grpo.Questions} questions an update, {grpo.Keep} completions each";
        yield return $"{"",-14}{"rollout s",10}{"update s",10}{"step s",10}{"speed-up",10}{"limit",8}{"reached",10}";
        foreach (var time in times)
        {
            var (name, speedup, limit) = (time == grpo ? "GRPO" : $"CPPO keep {time.Keep}", grpo.StepSeconds / time.StepSeconds, Limit(grpo, time.Keep));
            yield return FormattableString.Invariant(
                $"{name,-14}{time.RolloutSeconds,10:0.000}{time.UpdateSeconds,10:0.000}{time.StepSeconds,10:0.000}{speedup,10:0.00}{limit,8:0.00}{100 * speedup / limit,8:0.0} %");
        }
    }

    private static JsonObject Times(StepTimes times) => new()
    {
        ["rollout_seconds"] = Math.Round(times.RolloutSeconds, 4),
        ["update_seconds"] = Math.Round(times.UpdateSeconds, 4),
        ["step_seconds"] = Math.Round(times.StepSeconds, 4),
    };

    private PipelineConfig Variant(int keep)
    {
        var (devices, group) = (config.Update.Devices.Length, config.Rollout.Group);
        int capacity = Questions * keep;
        if (keep > group || capacity % (group * devices) != 0)
        {
            throw new UsageException(
                $"{Questions} questions with {keep} kept completions each do not fill updates of whole questions of {group}; give --keep numbers that divide rollout.group.");
        }

        return config with
        {
            Run = config.Run with { Name = $"keep-{keep}", Updates = WarmUp + ((updates + Turns - 1) / Turns), Resume = false },
            Prune = config.Prune with { Rule = keep == group ? "none" : "lowestAbsolute", Keep = Math.Min(keep, group) },
            Allocation = config.Allocation with { Mode = "completions", DropZeroAdvantage = false },
            Update = config.Update with { QuestionsPerDevice = capacity / group / devices, LearningRate = 0, WeightDecay = 0 },
            Evaluation = config.Evaluation with { Before = false, After = false, Every = 0 },
            Checkpoint = config.Checkpoint with { Every = 0 },
        };
    }

    /// <summary>One update's seconds, and its questions.</summary>
    private sealed record UpdateTimes(double Rollout, double Update, double Step, int Questions);

    private static StepTimes Medians(PipelineConfig variant, List<UpdateTimes> updates) => new(
        variant.Prune.Rule == "none" ? variant.Rollout.Group : variant.Prune.Keep,
        BenchClock.Median(updates.Select(update => update.Rollout)),
        BenchClock.Median(updates.Select(update => update.Update)),
        BenchClock.Median(updates.Select(update => update.Step)),
        updates[^1].Questions);

    private async Task<UpdateTimes[]> MeasureAsync(PipelineConfig variant, CancellationToken stop)
    {
        var directory = Directory.CreateTempSubdirectory("cppo-bench-");
        try
        {
            var placed = variant with { Run = variant.Run with { Directory = directory.FullName } };
            await TrainingRun.ExecuteAsync(placed, TextWriter.Null, TextWriter.Null, CancellationToken.None, stop);
            var lines = StepLines.Read(Path.Combine(directory.FullName, placed.Run.Name, MetricsWriter.UpdatesFile));
            UpdateTimes[] times =
            [
                .. lines.Skip(WarmUp).Zip(lines.Skip(WarmUp - 1), (line, before) => new UpdateTimes(
                    Value(line, "rollout_seconds"),
                    Value(line, "update_seconds"),
                    Value(line, "elapsed_seconds") - Value(before, "elapsed_seconds"),
                    (int)Value(line, "questions"))),
            ];
            notice(FormattableString.Invariant($"{placed.Run.Name}: {BenchClock.Median(times.Select(time => time.Step)):0.000} s a step"));
            return times;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static double Value(StepLine line, string key) =>
        ReportChart.TryValue(line.Values, key) ?? throw new InvalidOperationException($"Line {line.Step} of the run's metrics lacks {key}.");
}

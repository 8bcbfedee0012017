using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Bench;

/// <summary>What every way to train has in common in <see cref="StepBench"/>, while the number of kept completions differs.</summary>
internal enum StepComparison
{
    /// <summary>
    /// An update holds as many completions: what GRPO's freed room lets in are further questions, so the same questions take fewer updates.
    /// This is the method's allocation, and what changing <c>prune.keep</c> in the file does.
    /// </summary>
    Capacity,

    /// <summary>An update takes as many questions, so it is smaller: what pruning alone saves.</summary>
    Questions,
}

/// <summary>Medians over the updates of one way to train, in seconds for each question.</summary>
/// <param name="Keep">Completions that are kept of each question; the whole group in GRPO.</param>
/// <param name="Questions">Questions of an update.</param>
/// <param name="Rollout">Generating its completions.</param>
/// <param name="Update">The update.</param>
/// <param name="Step">From update to update, with everything that a run does between them.</param>
internal sealed record StepTimes(int Keep, int Questions, double Rollout, double Update, double Step);

/// <summary>
/// Whole steps of a pipeline file, GRPO against CPPO with allocation, over equally many questions and with the same policy: the learning
/// rate is 0.
/// </summary>
internal sealed class StepBench(PipelineConfig config, StepComparison comparison, int questions, Action<string> notice)
{
    /// <summary>Updates that are not timed, while code is still being compiled.</summary>
    public const int WarmUp = 2;

    /// <summary>Turns that the ways take, so that a machine that becomes slower meanwhile slows down all of them.</summary>
    private const int Turns = 6;

    /// <summary>Trains once as GRPO and once for each number of kept completions.</summary>
    /// <exception cref="UsageException">An update cannot hold whole questions for one of the numbers.</exception>
    public async Task<IReadOnlyList<StepTimes>> RunAsync(IReadOnlyList<int> keeps, CancellationToken stop)
    {
        int[] all = [config.Rollout.Group, .. keeps];
        var variants = all.Select(Variant).ToArray();
        var updates = variants.Select(_ => new List<StepTimes>()).ToArray();
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int way = 0; way < variants.Length; way++)
            {
                updates[way].AddRange(await MeasureAsync(variants[way], stop));
            }
        }

        return [.. updates.Select(Medians)];
    }

    /// <summary>
    /// The most that keeping <paramref name="keep"/> of G completions can gain where a step is rollouts g and an update u that shrinks
    /// with what is kept: (g + u) / (g + u k / G).
    /// </summary>
    public static double Limit(StepTimes grpo, int keep) =>
        (grpo.Rollout + grpo.Update) / (grpo.Rollout + (grpo.Update * keep / grpo.Keep));

    /// <summary>One JSON object in one line.</summary>
    public string ToJson(IReadOnlyList<StepTimes> times)
    {
        var grpo = times[0];
        return new JsonObject
        {
            ["same"] = comparison.ToString().ToLowerInvariant(),
            ["group"] = grpo.Keep,
            ["grpo"] = Times(grpo),
            ["cppo"] = new JsonArray([
                .. times
                    .Skip(1)
                    .Select(cppo =>
                    {
                        var json = Times(cppo);
                        json["keep"] = cppo.Keep;
                        json["speedup"] = Math.Round(grpo.Step / cppo.Step, 3);
                        json["limit"] = Math.Round(Limit(grpo, cppo.Keep), 3);
                        return json;
                    }),
            ]),
        }.ToJsonString();
    }

    /// <summary>A table for people, in milliseconds for each question.</summary>
    public IEnumerable<string> ToTable(IReadOnlyList<StepTimes> times)
    {
        var grpo = times[0];
        yield return comparison == StepComparison.Capacity
            ? $"updates of the same capacity, {grpo.Questions * grpo.Keep} completions; milliseconds a question"
            : $"updates of the same {grpo.Questions} questions; milliseconds a question";
        yield return $"{"", -14}{"questions", 10}{"rollout", 10}{"update", 10}{"step", 10}{"speed-up", 10}{"limit", 8}{"reached", 10}";
        foreach (var time in times)
        {
            var (name, speedup, limit) = (time == grpo ? "GRPO" : $"CPPO keep {time.Keep}", grpo.Step / time.Step, Limit(grpo, time.Keep));
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{name, -14}{time.Questions, 10}{1000 * time.Rollout, 10:0.00}{1000 * time.Update, 10:0.00}"
                    + $"{1000 * time.Step, 10:0.00}{speedup, 10:0.00}{limit, 8:0.00}{100 * speedup / limit, 8:0.0} %"
            );
        }
    }

    private static JsonObject Times(StepTimes times) =>
        new()
        {
            ["questions"] = times.Questions,
            ["rollout_seconds"] = Math.Round(times.Rollout * times.Questions, 4),
            ["update_seconds"] = Math.Round(times.Update * times.Questions, 4),
            ["step_seconds"] = Math.Round(times.Step * times.Questions, 4),
        };

    private PipelineConfig Variant(int keep)
    {
        var (devices, group) = (config.Update.Devices.Length, config.Rollout.Group);
        int given = config.Update.QuestionsPerDevice * devices * group;

        // Completions of an update, and the questions that they belong to.
        int capacity = comparison == StepComparison.Capacity ? given : given / config.Prune.Keep * keep;
        if (keep < 1 || keep > group || capacity % keep != 0 || capacity % (group * devices) != 0)
        {
            throw new UsageException(
                $"An update of {given} completions cannot be one of whole questions with {keep} kept completions each; give --keep numbers "
                    + $"that divide rollout.group ({group})."
            );
        }

        // Where rollouts run ahead, the last updates have none beside them and are not timed either.
        int timed = (questions + (Turns * capacity / keep) - 1) / (Turns * capacity / keep);
        return config with
        {
            Run = config.Run with { Name = $"keep-{keep}", Updates = WarmUp + timed + config.Update.MaxStaleness, Resume = false },
            Prune = config.Prune with { Rule = keep == group ? "none" : "lowestAbsolute", Keep = keep },
            Allocation = config.Allocation with { Mode = "completions", DropZeroAdvantage = false },
            Update = config.Update with { QuestionsPerDevice = capacity / group / devices, LearningRate = 0, WeightDecay = 0 },
            Evaluation = config.Evaluation with { Before = false, After = false, Every = 0 },
            Checkpoint = config.Checkpoint with { Every = 0 },
        };
    }

    private static StepTimes Medians(List<StepTimes> updates) =>
        new(
            updates[0].Keep,
            updates[0].Questions,
            BenchClock.Median(updates.Select(update => update.Rollout)),
            BenchClock.Median(updates.Select(update => update.Update)),
            BenchClock.Median(updates.Select(update => update.Step))
        );

    private async Task<StepTimes[]> MeasureAsync(PipelineConfig variant, CancellationToken stop)
    {
        var directory = Directory.CreateTempSubdirectory("cppo-bench-");
        try
        {
            var placed = variant with { Run = variant.Run with { Directory = directory.FullName } };
            await TrainingRun.ExecuteAsync(placed, TextWriter.Null, TextWriter.Null, CancellationToken.None, stop);
            var lines = StepLines.Read(Path.Combine(directory.FullName, placed.Run.Name, MetricsWriter.UpdatesFile));
            StepTimes[] times =
            [
                .. lines
                    .Skip(WarmUp)
                    .SkipLast(config.Update.MaxStaleness)
                    .Zip(
                        lines.Skip(WarmUp - 1),
                        (line, before) =>
                        {
                            int numQuestions = (int)Value(line, "questions");
                            double step = Value(line, "elapsed_seconds") - Value(before, "elapsed_seconds");
                            return new StepTimes(
                                variant.Prune.Keep,
                                numQuestions,
                                Value(line, "rollout_seconds") / numQuestions,
                                Value(line, "update_seconds") / numQuestions,
                                step / numQuestions
                            );
                        }
                    ),
            ];
            var median = Medians([.. times]);
            notice(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{placed.Run.Name}, {median.Questions} questions an update: {1000 * median.Step:0.00} ms a question"
                )
            );
            return times;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static double Value(StepLine line, string key) =>
        StepLines.TryValue(line.Values, key) ?? throw new InvalidOperationException($"Line {line.Step} of the run's metrics lacks {key}.");
}

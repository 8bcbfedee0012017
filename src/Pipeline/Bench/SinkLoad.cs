using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Telemetry;
using Cppo.Stages;

namespace Cppo.Pipeline.Bench;

/// <summary>
/// Updates in which nothing is generated and nothing learned: the calls of a run's graph, with the groups and numbers of the size that
/// the default's updates have, so that what sinks take of the processor is all that is left.
/// </summary>
internal sealed class SinkLoad
{
    private const int Questions = 16;
    private const int GroupSize = 16;
    private const int Tokens = 48;
    private const int Spans = 8;
    private static readonly string[] Stages = ["generate", "reward", "advantage", "prune", "allocate", "update"];

    private readonly PrunedGroup[] groups;
    private readonly UpdateMetrics metrics;

    public SinkLoad()
    {
        var batch = new ViewRun(Questions, Updates: 1, GroupSize, Tokens).Batch(0);
        groups = batch.Groups;
        var report = new UpdateReport(0, 1, 0.2, 0.2, 0.01, 0.1, 1.2, 0.9, 1e-5, 0, 1.5, 0, new(0.002, 0.03, 0, 1.001, 0, 0, 3));
        var seconds = Stages.ToDictionary(stage => stage, stage => stage.Length / 7.0);
        metrics = UpdateMetrics.From(batch, report, new StageTimeline(TimeProvider.System), 1, TimeSpan.FromSeconds(1)) with
        {
            BusySeconds = seconds,
            WaitedSeconds = seconds,
            BusySpans = Stages.ToDictionary(
                stage => stage,
                stage => Enumerable.Range(0, Spans).Select(span => new[] { span / 7.0, (span + 0.5) / 7.0 }).ToArray()
            ),
            QuestionsDroppedReasons = new Dictionary<string, int> { ["the gold answer has no number"] = 3 },
            WeightsHash = new string('0', 32),
        };
    }

    /// <summary>The stages of a run whose update writes the numbers of a line to sinks.</summary>
    public TrainingStages Of(RunSinks sinks) =>
        sinks.Watching(
            new TrainingStages
            {
                FirstRound = Questions,
                Generate = (call, _) => Task.FromResult(groups.Select(group => Rollout(group, call.Batch)).ToArray()),
                Score = (rollout, _) => Task.FromResult(new ScoredGroup(rollout, groups[0].Advantaged.Scored.Rewards)),
                Advantage = scored => new AdvantagedGroup(scored, groups[0].Advantaged.Advantages, 1, 1),
                Prune = advantaged => new PrunedGroup(advantaged, groups[0].Fates),
                PruneBatch = all => all,
                MoreQuestions = _ => 0,
                Pack = (batch, all) =>
                    new TrainingBatch(
                        batch,
                        all,
                        [
                            [],
                        ],
                        Questions,
                        0,
                        0,
                        1,
                        1,
                        batch
                    ),
                Update = (batch, _) =>
                {
                    sinks.Written(metrics with { Step = batch.Index });
                    return Task.CompletedTask;
                },
            }
        );

    /// <summary>One update, as the graph calls the stages for it.</summary>
    public static async Task RunAsync(TrainingStages stages, int update, CancellationToken stop)
    {
        var pruned = new List<PrunedGroup>(Questions);
        foreach (var rollout in await stages.Generate(new GenerationCall(update, 0, 0, update, []), stop))
        {
            pruned.Add(stages.Prune(stages.Advantage(await stages.Score(rollout, stop))));
        }

        stages.MoreQuestions(pruned);
        await stages.Update(stages.Pack(update, stages.PruneBatch([.. pruned])), stop);
    }

    private static RolloutGroup Rollout(PrunedGroup group, int batch)
    {
        var made = group.Advantaged.Scored.Rollout;
        return new RolloutGroup(made.Question, made.PromptTokenIds, batch, batch, made.Device, made.Completions, made.GeneratedAt);
    }
}

using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Model.Training;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Settings;
using Cppo.Pipeline.Telemetry;
using Cppo.Stages;

namespace Cppo.Pipeline.Replay;

/// <summary>
/// Makes an update of a run again: from the newest checkpoint before it, or the model that the run started from, over the updates between,
/// each from its recorded rows. Nothing is generated, and nothing of the run is changed.
/// </summary>
internal static class RunReplay
{
    /// <summary>Makes an update again and compares it with what was recorded.</summary>
    /// <param name="directory">The run's.</param>
    /// <param name="step">The update, from 0, as in <c>metrics.jsonl</c>.</param>
    /// <param name="notice">Receives a line for each checkpoint that is passed over, and one before the work begins.</param>
    /// <param name="stop">Ends it between micro-batches.</param>
    /// <exception cref="UsageException">There is no such run or update, or rows of an update on the way are missing.</exception>
    /// <exception cref="DataException">A file of completions is damaged.</exception>
    /// <exception cref="ModelFileException">The model that the run started from, or its tokenizer, is missing or damaged.</exception>
    public static async Task<ReplayResult> ExecuteAsync(string directory, int step, Action<string> notice, CancellationToken stop)
    {
        var run = RecordedRun.Open(directory);
        run.LineOf(step);
        var config = run.ReadConfig();
        var checkpoint = run.CheckpointBefore(step, notice);
        var (first, ordinal) = (checkpoint?.State.NextBatch ?? 0, checkpoint?.State.NextOrdinal ?? 0);
        string origin = checkpoint?.Directory ?? config.Model.Path;
        using var models = Load(config, checkpoint, stop);
        var references = models.References(config);
        try
        {
            var guard = SettingsMap.Guard(config);
            if (guard is not null)
            {
                GuardHistory.Tell(guard, run.DirectoryPath, first, config.Update.Passes);
            }

            if (DescribeSums(config) is { } sums)
            {
                notice(sums);
            }

            var trainer = new PolicyTrainer(models.Replicas, references, SettingsMap.Trainer(config), guard);
            var batches = new RecordedBatch(config, models.Tokenizer, models.Config.VocabSize);
            notice($"{(first == step ? $"step {step} is" : $"steps {first} to {step} are")} made again from {origin}");
            var steps = new List<ReplayedStep>();
            for (int update = first; update <= step; update++)
            {
                var (batch, checks) = batches.Make(update, ordinal, await run.RowsOfAsync(update, stop));
                var report = trainer.Train(batch, stop);
                steps.Add(new(update, Compare(run.LineOf(update).Values, report, models.Replicas[0].HashWeights()), checks));
                ordinal += batch.Groups.Length;
                if (update < step)
                {
                    notice($"step {update} is made again, {(steps[^1].IsEqual ? "equal" : "not equal")}");
                }
            }

            return new ReplayResult(run.DirectoryPath, origin, steps);
        }
        finally
        {
            references.ForEach(reference => reference.Dispose());
        }
    }

    /// <summary>A line where the run added its gradients up in an order that cannot be made again here; null elsewhere.</summary>
    internal static string? DescribeSums(PipelineConfig config) =>
        config is { Update: { Collective: "nccl", Devices.Length: > 1 } }
            ? "warning: the run added up gradients by NCCL (update.collective), and replay does in the order of devices; their last bits "
                + "may differ, and all that follows from them"
            : null;

    /// <summary>The replicas alone: nothing is generated.</summary>
    private static RunModels Load(PipelineConfig config, Checkpoint? checkpoint, CancellationToken stop)
    {
        var training = config with { Rollout = config.Rollout with { Devices = [config.Update.Devices[0]] } };
        if (checkpoint is null)
        {
            return RunModels.Load(training, config.Model.Path, config.Model.RandomInitialization, stop);
        }

        var models = RunModels.Load(training, checkpoint.WeightsDirectory, random: false, stop);
        try
        {
            foreach (var replica in models.Replicas)
            {
                replica.LoadOptimizer(checkpoint.OptimizerPath);
            }

            return models;
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    private static ReplayedNumber[] Compare(JsonObject line, UpdateReport report, string hash) =>
        [
            new("weights_hash", Recorded(line, "weights_hash"), hash),
            Number(line, "loss", report.Loss),
            Number(line, "gradient_norm", report.GradientNorm),
            Number(line, "kl", report.Kl),
            Number(line, "clip_ratio", report.ClipRatio),
            Number(line, "entropy", report.Entropy),
            Number(line, "learning_rate", report.LearningRate),
            Number(line, "steps_skipped", report.StepsSkipped),
        ];

    private static ReplayedNumber Number(JsonObject line, string key, double replayed) =>
        new(key, Recorded(line, key), RowCheck.Text(replayed));

    /// <summary>What a line states, numbers in the one form that all of their texts are compared in.</summary>
    private static string? Recorded(JsonObject line, string key) =>
        line[key] switch
        {
            JsonValue value when value.TryGetValue(out double number) => RowCheck.Text(number),
            JsonValue value when value.TryGetValue(out string? text) => text,
            _ => null,
        };
}

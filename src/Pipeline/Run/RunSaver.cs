using Cppo.Model.Adapters;
using Cppo.Model.Files;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Run;

/// <summary>Saves checkpoints and the trained model.</summary>
/// <param name="policy">What is saved.</param>
/// <param name="directory">
/// Where the model goes; nothing is saved after it was lost to another process. Null on a process that leaves saving to another, and gives
/// it what it has alone.
/// </param>
/// <param name="checkpoints">Where checkpoints go.</param>
/// <param name="configHash">Of the run.</param>
/// <param name="recorder">Knows how long the run has taken.</param>
/// <param name="resumedFrom">The updates of the checkpoint that the run was resumed from; null where it was not.</param>
internal sealed class RunSaver(
    RunPolicy policy,
    RunDirectory? directory,
    CheckpointStore checkpoints,
    string configHash,
    RunRecorder recorder,
    int? resumedFrom
)
{
    private readonly PipelineConfig config = policy.Config;
    private readonly RunModels models = policy.Models;
    private int savedBatch = resumedFrom ?? -1;

    /// <summary>Saves where the flow stands between two batches; once for each position.</summary>
    public void SaveCheckpoint(FlowPosition position)
    {
        if (position.NextBatch == savedBatch)
        {
            return;
        }

        savedBatch = position.NextBatch;
        if (directory is null)
        {
            models.Replicas[0].ShareOptimizer();
            return;
        }

        directory.RequireHeld();
        checkpoints.Save(
            new CheckpointState
            {
                NextBatch = position.NextBatch,
                NextOrdinal = position.NextOrdinal,
                OldestPolicyVersion = Math.Max(0, position.NextBatch - config.Update.MaxStaleness),
                Seed = config.Run.Seed,
                ConfigHash = configHash,
                ElapsedSeconds = recorder.Elapsed.TotalSeconds,
            },
            new CheckpointParts
            {
                SaveWeights = directory =>
                {
                    if (models.Adapter is null)
                    {
                        HfConfigFile.Write(Path.Combine(directory, HfConfigFile.FileName), models.Config, WeightTypeOf(config));
                    }

                    models.Replicas[0].SaveWeights(directory);
                },
                SaveOptimizer = models.Replicas[0].SaveOptimizer,
                SaveVersion = SaveVersion,
            }
        );
    }

    /// <summary>
    /// Writes the trained model as a Hugging Face directory, or the trained adapter as PEFT's, with its tokenizer, a chat template that
    /// asks as the run did, and how the run sampled. It is there whole or not at all.
    /// </summary>
    public void SaveModel()
    {
        if (directory is null)
        {
            return;
        }

        directory.RequireHeld();
        string aside = AtomicDirectory.Begin(directory.ModelDirectory);
        WriteModel(aside);
        AtomicDirectory.Flush(directory.ModelDirectory);
        directory.RequireHeld();
        AtomicDirectory.Put(directory.ModelDirectory);
    }

    /// <summary>Removes checkpoints that are no longer kept, now that all scores are known, and says which one is the best.</summary>
    /// <param name="updates">The updates done.</param>
    /// <returns>A line; null where the best are not kept, or none has a score.</returns>
    public string? KeepBest(int updates)
    {
        if (directory is null)
        {
            return null;
        }

        directory.RequireHeld();
        checkpoints.Prune(updates);
        return config.Checkpoint.KeepBest > 0 && checkpoints.Best() is { } best
            ? $"{best.Path} ({CheckpointScores.Describe(config.Checkpoint, best.Score)})"
            : null;
    }

    private void WriteModel(string path)
    {
        if (models.Adapter is null)
        {
            HfConfigFile.Write(
                Path.Combine(path, HfConfigFile.FileName),
                models.Config,
                WeightTypeOf(config),
                models.Tokenizer.BeginOfText,
                models.Tokenizer.StopTokenIds
            );
        }

        models.Replicas[0].SaveWeights(path);
        ModelFiles.Write(
            path,
            RunModels.TokenizerDirectory(config),
            models.Tokenizer,
            config.Prompt,
            new GenerationDefaults(config.Rollout.Temperature, config.Rollout.MaxNewTokens)
            {
                Restriction = SettingsMap.Restriction(config.Rollout),
            }
        );
    }

    private void SaveVersion(int version, string directory)
    {
        var snapshot = policy.Versions.Get(version, device: 0);
        if (models.Adapter is { } adapter)
        {
            AdapterDirectory.Write(directory, adapter, snapshot.Export());
            return;
        }

        HfModelDirectory.Write(directory, models.Config, snapshot.Streams(), WeightTypeOf(config));
    }

    private static WeightType WeightTypeOf(PipelineConfig config) =>
        config.Model.ComputeType == "bfloat16" ? WeightType.BF16 : WeightType.F32;
}

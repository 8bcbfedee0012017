using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Run;

/// <summary>Saves checkpoints and the trained model.</summary>
internal sealed class RunSaver(RunPolicy policy, CheckpointStore checkpoints, string configHash, RunRecorder recorder)
{
    private readonly PipelineConfig config = policy.Config;
    private readonly RunModels models = policy.Models;
    private int savedBatch = -1;

    /// <summary>Saves where the flow stands between two batches; once for each position.</summary>
    public void SaveCheckpoint(FlowPosition position)
    {
        if (position.NextBatch == savedBatch)
        {
            return;
        }

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
                    HfConfigFile.Write(Path.Combine(directory, HfConfigFile.FileName), models.Config, WeightTypeOf(config));
                    models.Replicas[0].SaveWeights(directory);
                },
                SaveOptimizer = models.Replicas[0].SaveOptimizer,
                SaveVersion = (version, directory) =>
                    HfModelDirectory.Write(
                        directory,
                        models.Config,
                        policy.Versions.Get(version, device: 0).Export(),
                        WeightTypeOf(config)
                    ),
            }
        );
        savedBatch = position.NextBatch;
    }

    /// <summary>
    /// Writes the trained model as a Hugging Face directory with its tokenizer, a chat template that asks as the run did, and how the run
    /// sampled.
    /// </summary>
    public void SaveModel(string directory)
    {
        Directory.CreateDirectory(directory);
        HfConfigFile.Write(
            Path.Combine(directory, HfConfigFile.FileName),
            models.Config,
            WeightTypeOf(config),
            models.Tokenizer.BeginOfText,
            models.Tokenizer.StopTokenIds
        );
        models.Replicas[0].SaveWeights(directory);
        TokenizerWriter.CopyTokenizerFiles(RunModels.TokenizerDirectory(config), directory);
        bool isChat = config.Prompt.ChatTemplate;
        ChatTemplateFile.State(
            directory,
            isChat ? models.Tokenizer.ChatTemplate : TextTemplate.For(models.Tokenizer),
            isOwn: isChat && PromptConfig.ChatTemplateOf(config.Prompt) == ChatTemplates.Auto,
            PromptConfig.SystemOf(config.Prompt)
        );
        GenerationConfigFile.State(
            directory,
            models.Tokenizer.StopTokenIds,
            new GenerationDefaults(config.Rollout.Temperature, config.Rollout.MaxNewTokens)
        );
    }

    private static WeightType WeightTypeOf(PipelineConfig config) =>
        config.Model.ComputeType == "bfloat16" ? WeightType.BF16 : WeightType.F32;
}

using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Models;

/// <summary>A model that is run and not trained: its tokenizer, one engine, and a snapshot of the weights.</summary>
internal sealed class LoadedModel : IDisposable
{
    private LoadedModel(RunModels models) => (Models, Snapshot) = (models, models.Loaded ?? models.Replicas[0].Share(policyVersion: 0));

    /// <summary>Tokenizer and engine, as a run has them.</summary>
    public RunModels Models { get; }

    public ITokenizer Tokenizer => Models.Tokenizer;

    /// <summary>Draws completions.</summary>
    public IRolloutEngine Engine => Models.Rollouts[0];

    /// <summary>The same engine, which computes logprobs.</summary>
    public ITrainableEngine Trainable => Models.Replicas[0];

    /// <summary>The weights as they were loaded.</summary>
    public IPolicySnapshot Snapshot { get; }

    /// <summary>Loads <c>model</c> of a configuration on its first rollout device.</summary>
    /// <exception cref="ModelFileException">The directory is missing or damaged, or tokenizer and weights do not belong
    /// together.</exception>
    /// <exception cref="EngineUnavailableException">The engine or its device cannot run on this machine.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> is set; it ends the load at once.</exception>
    public static Task<LoadedModel> LoadAsync(PipelineConfig config, CancellationToken stop) =>
        Abandonable.RunAsync(token => Load(config, stop: token), stop);

    /// <summary>
    /// The same for generating alone, in <c>rollout.precision</c>: where that is not fp32, the weights are held in no other number type,
    /// and <see cref="Trainable"/> is not there.
    /// </summary>
    public static Task<LoadedModel> LoadForRolloutsAsync(PipelineConfig config, CancellationToken stop) =>
        Abandonable.RunAsync(token => Load(config, generatesOnly: true, token), stop);

    /// <summary>As above, without a wait.</summary>
    public static LoadedModel Load(PipelineConfig config, bool generatesOnly = false, CancellationToken stop = default)
    {
        string device = config.Rollout.Devices[0];
        var here = config with { Rollout = config.Rollout with { Devices = [device] }, Update = config.Update with { Devices = [device] } };
        var models =
            generatesOnly && config.Rollout.Precision != "fp32"
                ? RunModels.LoadForRollouts(here, config.Model.Path, config.Model.RandomInitialization, stop)
                : RunModels.Load(here, config.Model.Path, config.Model.RandomInitialization, stop);
        try
        {
            PromptCheck.CheckVocabulary(config, models);
            return new LoadedModel(models);
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Snapshot.Dispose();
        Models.Dispose();
    }
}

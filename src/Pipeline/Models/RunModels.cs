using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Models;

/// <summary>The engines of a run: one replica per update device, one per rollout device (shared where the device is the same).</summary>
internal sealed class RunModels : IDisposable
{
    private readonly List<IEngine> engines = [];
    private readonly CoreDivision division;
    private readonly CoreBudget cores;
    private readonly bool sharesPolicy;

    private RunModels(ITokenizer tokenizer, CoreDivision division, bool sharesPolicy)
    {
        (Tokenizer, this.division, this.sharesPolicy) = (tokenizer, division, sharesPolicy);
        cores = new CoreBudget(division.Cores);
    }

    /// <summary>The model's tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Trainable engines, one per update device.</summary>
    public List<ITrainableEngine> Replicas { get; } = [];

    /// <summary>Generating engines, one per rollout device.</summary>
    public List<IRolloutEngine> Rollouts { get; } = [];

    /// <summary>The architecture.</summary>
    public DecoderConfig Config => Replicas[0].Config;

    /// <summary>Where the tokenizer's files lie.</summary>
    public static string TokenizerDirectory(PipelineConfig config) => TokenizerDirectory(config.Model);

    /// <summary>As above.</summary>
    public static string TokenizerDirectory(ModelConfig model) => model.TokenizerPath.Length > 0 ? model.TokenizerPath : model.Path;

    /// <summary>
    /// Loads tokenizer and weights; <paramref name="weightsPath"/> is a checkpoint's model directory or the configured one.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> is set; looked at between two weights.</exception>
    public static RunModels Load(PipelineConfig config, string weightsPath, bool random, CancellationToken stop)
    {
        var models = new RunModels(
            ByteLevelTokenizer.Load(
                TokenizerDirectory(config),
                HfConfigFile.Read(Path.Combine(config.Model.Path, HfConfigFile.FileName)).VocabSize,
                PromptConfig.ChatTemplateOf(config.Prompt)
            ),
            CoreDivision.Of(config, Environment.ProcessorCount),
            sharesPolicy: config.Update.MaxStaleness == 0
        );
        try
        {
            foreach (string device in config.Update.Devices)
            {
                models.Replicas.Add(models.Add(config, weightsPath, random, device, stop));
            }

            foreach (string device in config.Rollout.Devices)
            {
                var shared = models.Replicas.OfType<IRolloutEngine>().FirstOrDefault(replica => replica.Device == device);
                models.Rollouts.Add(shared ?? models.Add(config, weightsPath, random, device, stop));
            }

            return models;
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The newest weights as a snapshot on every rollout device; shared with the policy where no update runs beside rollouts.
    /// </summary>
    public async Task<IPolicySnapshot[]> PublishAsync(int version, CancellationToken stop)
    {
        IReadOnlyList<NamedArray>? exported = null;
        var snapshots = new IPolicySnapshot[Rollouts.Count];
        for (int i = 0; i < snapshots.Length; i++)
        {
            snapshots[i] =
                Rollouts[i] is ITrainableEngine trained && Replicas.Contains(trained)
                    ? Publish(trained, version)
                    : await Rollouts[i].TakeWeightsAsync(exported ??= ExportNewest(), version, stop);
        }

        return snapshots;
    }

    /// <summary>
    /// The newest weights on the first rollout device, for use while nothing trains; null where that device does not train.
    /// </summary>
    public IPolicySnapshot? ShareNewest(int version) =>
        Rollouts[0] is ITrainableEngine trained && Replicas.Contains(trained) ? trained.Share(version) : null;

    /// <summary>Weights of a directory as a snapshot on every rollout device.</summary>
    /// <exception cref="ModelFileException">They are damaged, or of another model.</exception>
    public async Task<IPolicySnapshot[]> LoadAsync(string directory, int version, CancellationToken stop)
    {
        using var model = HfModelDirectory.Open(directory);
        NamedArray[] weights = [.. model.ReadAll()];
        return await Task.WhenAll(Rollouts.Select(engine => engine.TakeWeightsAsync(weights, version, stop)));
    }

    /// <summary>
    /// The reference model on every update device: other weights where the configuration names them, else those of the start.
    /// </summary>
    public List<IPolicySnapshot> References(PipelineConfig config)
    {
        if (config.Objective.Beta == 0)
        {
            return [];
        }

        if (config.Model.Reference.Path.Length > 0)
        {
            return [.. Replicas.Select(engine => engine.LoadSnapshot(config.Model.Reference.Path, policyVersion: 0))];
        }

        var start = config.Model.RandomInitialization ? RandomWeights.Streams(Config, config.Run.Seed) : null;
        return
        [
            .. Replicas.Select(engine =>
                start is null ? engine.LoadSnapshot(config.Model.Path, policyVersion: 0) : engine.ImportSnapshot(start, policyVersion: 0)
            ),
        ];
    }

    private IReadOnlyList<NamedArray> ExportNewest()
    {
        using var newest = Replicas[0].Share(policyVersion: 0);
        return newest.Export();
    }

    private IPolicySnapshot Publish(ITrainableEngine trained, int version) =>
        sharesPolicy ? trained.Share(version) : trained.Publish(version);

    public void Dispose() => engines.ForEach(engine => engine.Dispose());

    private ILocalEngine Add(PipelineConfig config, string weightsPath, bool random, string device, CancellationToken stop)
    {
        var settings = SettingsMap.Engine(config, device) with { UpdateThreads = division.Update, Cores = cores };
        ILocalEngine engine;
        if (random)
        {
            var architecture = HfConfigFile.Read(Path.Combine(config.Model.Path, HfConfigFile.FileName));
            engine = EngineFactory.Create(
                config.Model.Engine,
                architecture,
                RandomWeights.Streams(architecture, config.Run.Seed),
                settings
            );
        }
        else
        {
            engine = EngineFactory.Load(config.Model.Engine, weightsPath, settings, stop);
        }

        engines.Add(engine);
        return engine;
    }
}

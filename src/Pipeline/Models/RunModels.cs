using Cppo.Model.Adapters;
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

    private RunModels(ITokenizer tokenizer, Adapter? adapter, CoreDivision division, bool sharesPolicy)
    {
        (Tokenizer, Adapter, this.division, this.sharesPolicy) = (tokenizer, adapter, division, sharesPolicy);
        cores = new CoreBudget(division.Cores);
    }

    /// <summary>The model's tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>The adapter that the engines were made with, which says what is trained; null: all weights are.</summary>
    public Adapter? Adapter { get; }

    /// <summary>Trainable engines, one per update device.</summary>
    public List<ITrainableEngine> Replicas { get; } = [];

    /// <summary>Generating engines, one per rollout device.</summary>
    public List<IRolloutEngine> Rollouts { get; } = [];

    /// <summary>The architecture.</summary>
    public DecoderConfig Config => Rollouts.Count > 0 ? Rollouts[0].Config : Replicas[0].Config;

    /// <summary>The weights of a model that was loaded to generate alone; null where there are replicas.</summary>
    public IPolicySnapshot? Loaded { get; private set; }

    /// <summary>Where the tokenizer's files lie.</summary>
    public static string TokenizerDirectory(PipelineConfig config) => TokenizerDirectory(config.Model);

    /// <summary>As above; an adapter without a tokenizer has its base's.</summary>
    public static string TokenizerDirectory(ModelConfig model) =>
        model.TokenizerPath.Length > 0 ? model.TokenizerPath
        : AdapterDirectory.IsIn(model.Path) && !HasTokenizer(model.Path) ? AdapterDirectory.Open(model.Path).RequireBase()
        : model.Path;

    /// <summary>Whether a directory has a tokenizer's files.</summary>
    public static bool HasTokenizer(string directory) =>
        Array.Exists(["tokenizer.json", "vocab.json"], file => File.Exists(Path.Combine(directory, file)));

    /// <summary>
    /// Loads tokenizer and weights; <paramref name="weightsPath"/> is a checkpoint's model directory or the configured one.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> is set; looked at between two weights.</exception>
    public static RunModels Load(PipelineConfig config, string weightsPath, bool random, CancellationToken stop)
    {
        var source = ModelSource.Of(config, weightsPath, random);
        var models = new RunModels(
            ByteLevelTokenizer.Load(TokenizerDirectory(config), source.Architecture.VocabSize, PromptConfig.ChatTemplateOf(config.Prompt)),
            source.Adapter,
            CoreDivision.Of(config, ProcessCores.Own.Count),
            sharesPolicy: config.Update.MaxStaleness == 0
        );
        try
        {
            foreach (string device in config.Update.Devices)
            {
                models.Replicas.Add(models.Add(config, source, device, stop));
            }

            foreach (string device in config.Rollout.Devices)
            {
                var shared = models.Replicas.OfType<IRolloutEngine>().FirstOrDefault(replica => replica.Device == device);
                models.Rollouts.Add(shared ?? models.Add(config, source, device, stop));
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
    /// Loads tokenizer and weights to generate alone, on the first rollout device: the weights are held in <c>rollout.precision</c> and
    /// nowhere else.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> is set.</exception>
    public static RunModels LoadForRollouts(PipelineConfig config, string weightsPath, bool random, CancellationToken stop)
    {
        var source = ModelSource.Of(config, weightsPath, random);
        var models = new RunModels(
            ByteLevelTokenizer.Load(TokenizerDirectory(config), source.Architecture.VocabSize, PromptConfig.ChatTemplateOf(config.Prompt)),
            source.Adapter,
            CoreDivision.Of(config, ProcessCores.Own.Count),
            sharesPolicy: true
        );
        try
        {
            var settings = SettingsMap.Engine(config, config.Rollout.Devices[0]) with
            {
                Threads = models.division.Cores,
                Cores = models.cores,
            };
            source.UseMerged(
                tensors =>
                {
                    var (engine, loaded) = EngineFactory.CreateForRollouts(config.Model.Engine, source.Architecture, tensors, settings);
                    models.engines.Add(engine);
                    models.Rollouts.Add(engine);
                    models.Loaded = loaded;
                },
                stop
            );
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
        var weights = ReadArrays(directory);
        return await Task.WhenAll(Rollouts.Select(engine => engine.TakeWeightsAsync(weights, version, stop)));
    }

    /// <summary>
    /// The reference model on every update device: other weights where the configuration names them, else those of the start, which under
    /// an adapter are there already.
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

        if (Adapter is not null)
        {
            return [.. Replicas.Select(engine => engine.PublishBase(policyVersion: 0))];
        }

        var start = config.Model.RandomInitialization ? RandomWeights.Streams(Config, config.Run.Seed) : null;
        return
        [
            .. Replicas.Select(engine =>
                start is null ? engine.LoadSnapshot(config.Model.Path, policyVersion: 0) : engine.ImportReference(start, policyVersion: 0)
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

    private IReadOnlyList<NamedArray> ReadArrays(string directory)
    {
        if (Adapter is not null)
        {
            return AdapterDirectory.Open(directory).Read(Config).Arrays;
        }

        using var model = HfModelDirectory.Open(directory);
        return [.. model.ReadAll()];
    }

    private ILocalEngine Add(PipelineConfig config, ModelSource source, string device, CancellationToken stop)
    {
        var settings = SettingsMap.Engine(config, device) with { Threads = division.Cores, UpdateThreads = division.Update, Cores = cores };
        var engine = source.Create(config.Model.Engine, settings, stop);
        engines.Add(engine);
        return engine;
    }
}

using Cppo.Model.Adapters;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Models;

/// <summary>
/// What engines are made from: the weights of a directory or random ones, and the adapter on them where there is one. A directory that is
/// an adapter's says itself what its base is.
/// </summary>
internal sealed class ModelSource
{
    private readonly ulong? randomSeed;

    private ModelSource(string directory, ulong? randomSeed, Func<DecoderConfig, Adapter>? adapter)
    {
        (Directory, this.randomSeed) = (directory, randomSeed);
        Architecture = HfConfigFile.Read(Path.Combine(directory, HfConfigFile.FileName));
        Adapter = adapter?.Invoke(Architecture);
    }

    /// <summary>Where the weights lie, and what describes them.</summary>
    public string Directory { get; }

    /// <summary>Of the model, with or without an adapter.</summary>
    public DecoderConfig Architecture { get; }

    /// <summary>What is trained on weights that stay as they are; null: the weights are.</summary>
    public Adapter? Adapter { get; }

    /// <summary>What a configuration's engines start from.</summary>
    /// <param name="config">Says what the base of an adapter of its own is.</param>
    /// <param name="weightsPath">A checkpoint's weights, or the configured model.</param>
    /// <param name="random">Whether the weights are drawn, and the path only describes them.</param>
    /// <exception cref="ModelFileException">A file is missing or damaged, or belongs to another model or adapter.</exception>
    public static ModelSource Of(PipelineConfig config, string weightsPath, bool random)
    {
        ulong? seed = random ? config.Run.Seed : null;
        var own = AdapterOf(config.Model);
        bool isAdapter = AdapterDirectory.IsIn(weightsPath);
        if (own is null || AdapterDirectory.IsIn(config.Model.Path))
        {
            return isAdapter ? OfAdapter(weightsPath) : new ModelSource(weightsPath, seed, adapter: null);
        }

        ulong? baseSeed = config.Model.RandomInitialization ? config.Run.Seed : null;
        if (isAdapter)
        {
            var opened = AdapterDirectory.Open(weightsPath);
            return opened.Settings.Means(own)
                ? new ModelSource(
                    config.Model.Path,
                    baseSeed,
                    architecture => opened.Read(architecture, new AdapterBase(config.Model.Path, baseSeed, opened.Base.Hash))
                )
                : throw new ModelFileException($"{weightsPath} is an adapter of {opened.Settings}, and model.lora says {own}.");
        }

        return weightsPath == config.Model.Path
            ? new ModelSource(
                config.Model.Path,
                baseSeed,
                architecture => Adapter.New(architecture, own, new AdapterBase(config.Model.Path, baseSeed), config.Run.Seed)
            )
            : throw new ModelFileException(
                $"{weightsPath} holds no {AdapterDirectory.ConfigFileName}, and model.lora trains an adapter; name a checkpoint of it."
            );
    }

    /// <summary>Refuses a directory that is neither a model's nor an adapter's, before any weights are read.</summary>
    /// <exception cref="ModelFileException">It is neither, or a file is damaged.</exception>
    public static void RequireReadable(string directory) =>
        HfConfigFile.Read(
            Path.Combine(
                AdapterDirectory.IsIn(directory) ? AdapterDirectory.Open(directory).RequireBase() : directory,
                HfConfigFile.FileName
            )
        );

    /// <summary>Whether a directory holds a model or an adapter, whole or not.</summary>
    public static bool IsIn(string directory) =>
        File.Exists(Path.Combine(directory, HfConfigFile.FileName)) || AdapterDirectory.IsIn(directory);

    /// <summary>The adapter that a configuration trains; null where it trains all weights.</summary>
    public static AdapterSettings? AdapterOf(ModelConfig model) =>
        model.Lora.Rank == 0 ? null : new AdapterSettings(model.Lora.Rank, model.Lora.Alpha, model.Lora.TargetModules);

    /// <summary>Makes an engine.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> is set; looked at between two weights.</exception>
    public ILocalEngine Create(string engine, EngineSettings settings, CancellationToken stop)
    {
        if (Adapter is null && randomSeed is null)
        {
            return EngineFactory.Load(engine, Directory, settings, stop);
        }

        return WithWeights(weights =>
            EngineFactory.Create(engine, Architecture, Adapter is null ? weights : Adapter.Base.Watch(weights, stop), settings, Adapter)
        );
    }

    /// <summary>The number type of the stored weights; F32 for random ones.</summary>
    /// <exception cref="ModelFileException">They are damaged.</exception>
    public WeightType StoredType()
    {
        using var model = randomSeed is null ? HfModelDirectory.Open(Directory) : null;
        return model?.TypeOf(WeightMap.Embedding) ?? WeightType.F32;
    }

    /// <summary>
    /// Hands the tensors of the whole model, the adapter's change among them, to be read piece by piece until <paramref name="use"/>
    /// returns.
    /// </summary>
    /// <exception cref="ModelFileException">The base's are damaged, or not those that the adapter was trained on.</exception>
    public void UseMerged(Action<IReadOnlyList<WeightStream>> use, CancellationToken stop) =>
        WithWeights(weights =>
        {
            use([.. Adapter is null ? weights : AdapterMerge.Merge(Architecture, Adapter, Adapter.Base.Watch(weights, stop))]);
            return true;
        });

    private T WithWeights<T>(Func<IEnumerable<WeightStream>, T> use)
    {
        using var model = randomSeed is null ? HfModelDirectory.Open(Directory) : null;
        return use(model?.Streams() ?? RandomWeights.Streams(Architecture, randomSeed!.Value));
    }

    private static ModelSource OfAdapter(string path)
    {
        var opened = AdapterDirectory.Open(path);
        return new ModelSource(opened.RequireBase(), opened.Base.RandomSeed, architecture => opened.Read(architecture));
    }
}

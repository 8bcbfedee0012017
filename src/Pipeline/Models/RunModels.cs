using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Models;

/// <summary>The engines of a run: one replica per update device, one per rollout device (shared where the device is the same).</summary>
internal sealed class RunModels : IDisposable
{
    private readonly List<IPolicyEngine> engines = [];

    private RunModels(ITokenizer tokenizer) => Tokenizer = tokenizer;

    /// <summary>The model's tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Trainable engines, one per update device.</summary>
    public List<IPolicyEngine> Replicas { get; } = [];

    /// <summary>Generating engines, one per rollout device.</summary>
    public List<IPolicyEngine> Rollouts { get; } = [];

    /// <summary>The architecture.</summary>
    public DecoderConfig Config => Replicas[0].Config;

    /// <summary>Where the tokenizer's files lie.</summary>
    public static string TokenizerDirectory(PipelineConfig config) =>
        config.Model.TokenizerPath.Length > 0 ? config.Model.TokenizerPath : config.Model.Path;

    /// <summary>
    /// Loads tokenizer and weights; <paramref name="weightsPath"/> is a checkpoint's model directory or the configured one.
    /// </summary>
    public static RunModels Load(PipelineConfig config, string weightsPath, bool random)
    {
        var models = new RunModels(ByteLevelTokenizer.Load(
            TokenizerDirectory(config), HfConfigFile.Read(Path.Combine(config.Model.Path, HfConfigFile.FileName)).VocabSize));
        try
        {
            foreach (string device in config.Update.Devices)
            {
                models.Replicas.Add(models.Add(config, weightsPath, random, device));
            }

            foreach (string device in config.Rollout.Devices)
            {
                models.Rollouts.Add(models.Replicas.Find(replica => replica.Device == device) ?? models.Add(config, weightsPath, random, device));
            }

            return models;
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    /// <summary>The newest weights as a snapshot on every rollout device.</summary>
    public IPolicySnapshot[] Publish(int version)
    {
        IReadOnlyList<NamedArray>? exported = null;
        return [.. Rollouts.Select(engine => Replicas.Contains(engine)
            ? engine.Publish(version)
            : engine.ImportSnapshot(exported ??= ExportNewest(), version))];
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

        if (config.Model.ReferencePath.Length > 0)
        {
            return [.. Replicas.Select(engine => engine.LoadSnapshot(config.Model.ReferencePath, policyVersion: 0))];
        }

        var start = config.Model.RandomInitialization ? RandomWeights.Create(Config, config.Run.Seed) : null;
        return [.. Replicas.Select(engine => start is null ? engine.LoadSnapshot(config.Model.Path, policyVersion: 0) : engine.ImportSnapshot(start, policyVersion: 0))];
    }

    private IReadOnlyList<NamedArray> ExportNewest()
    {
        using var newest = Replicas[0].Publish(policyVersion: 0);
        return Replicas[0].ExportWeights(newest);
    }

    public void Dispose() => engines.ForEach(engine => engine.Dispose());

    private IPolicyEngine Add(PipelineConfig config, string weightsPath, bool random, string device)
    {
        var settings = SettingsMap.Engine(config.Model, device, CoreDivision.Of(config, Environment.ProcessorCount).Update);
        IPolicyEngine engine;
        if (random)
        {
            var architecture = HfConfigFile.Read(Path.Combine(config.Model.Path, HfConfigFile.FileName));
            engine = EngineFactory.Create(config.Model.Engine, architecture, RandomWeights.Create(architecture, config.Run.Seed), settings);
        }
        else
        {
            engine = EngineFactory.Load(config.Model.Engine, weightsPath, settings);
        }

        engines.Add(engine);
        return engine;
    }
}

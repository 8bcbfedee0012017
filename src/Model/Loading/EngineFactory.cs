using Cppo.Model.Adapters;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Model.Weights;

namespace Cppo.Model.Loading;

/// <summary>Makes the engine that the configuration names.</summary>
public static class EngineFactory
{
    /// <summary>What <c>model.engine</c> may say; <c>auto</c> is <c>torch</c> on CUDA devices and for bf16, else <c>managed</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["auto", "torch", "managed"];

    /// <summary>The vector instructions that the managed engine computes with on this machine: Portable, Avx2 or Avx512.</summary>
    public static string VectorLevel => Managed.Kernels.SimdLevels.Best.ToString();

    /// <summary>Loads a Hugging Face model directory into an engine.</summary>
    /// <exception cref="ModelFileException">The directory is missing, damaged or of another architecture.</exception>
    /// <exception cref="EngineUnavailableException">The name is unknown, or the engine or its device cannot run on this
    /// machine.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> is set; looked at between two weights.</exception>
    public static ILocalEngine Load(string engineName, string modelDirectory, EngineSettings settings, CancellationToken stop = default)
    {
        using var model = HfModelDirectory.Open(modelDirectory);
        return Create(engineName, model.Config, Until(model.Streams(), stop), settings);
    }

    /// <summary>
    /// Makes an engine from weights in memory; they are read once, one at a time, in the order of <see cref="WeightMap.Expected"/>.
    /// </summary>
    /// <exception cref="EngineUnavailableException">The name is unknown, or the engine or its device cannot run on this
    /// machine.</exception>
    public static ILocalEngine Create(string engineName, DecoderConfig config, IEnumerable<NamedArray> weights, EngineSettings settings) =>
        Create(engineName, config, weights.Select(WeightStream.Of), settings);

    /// <summary>The same of tensors that are read piece by piece.</summary>
    /// <param name="engineName">One of <see cref="Names"/>.</param>
    /// <param name="config">The architecture.</param>
    /// <param name="weights">Of the model.</param>
    /// <param name="settings">How it is run.</param>
    /// <param name="adapter">What is trained on weights that stay as they are; null: the weights are trained.</param>
    /// <exception cref="EngineUnavailableException">As above.</exception>
    public static ILocalEngine Create(
        string engineName,
        DecoderConfig config,
        IEnumerable<WeightStream> weights,
        EngineSettings settings,
        Adapter? adapter = null
    ) =>
        engineName switch
        {
            "managed" => new ManagedEngine(config, weights, settings, adapter),
            "auto" when IsManagedByDefault(settings) => new ManagedEngine(config, weights, settings, adapter),
            "auto" or "torch" => TorchAssembly.Library.Create(config, weights.Select(tensor => tensor.ToArray()), settings, adapter),
            _ => throw new EngineUnavailableException(
                $"The engine '{engineName}' is unknown; model.engine is one of {string.Join(", ", Names)}."
            ),
        };

    /// <summary>Refuses an engine or a device that cannot be used on this machine, without loading a model.</summary>
    /// <exception cref="EngineUnavailableException">It is one.</exception>
    public static void RequireDevice(string engineName, EngineSettings settings)
    {
        bool isManaged = engineName == "managed" || (engineName == "auto" && IsManagedByDefault(settings));
        if (isManaged && settings.Device != "cpu")
        {
            throw new EngineUnavailableException($"The engine 'managed' computes on cpu, not on '{settings.Device}'.");
        }

        if (!isManaged)
        {
            TorchAssembly.Library.RequireDevice(settings);
        }
    }

    /// <summary>
    /// Floating-point operations a second of a large matrix product where these settings compute: the yardstick of benchmarks.
    /// </summary>
    /// <exception cref="EngineUnavailableException">The device cannot be used on this machine.</exception>
    public static double MatrixProductRate(EngineSettings settings) =>
        IsManagedByDefault(settings)
            ? Managed.MatrixProductRate.Measure(settings.Threads)
            : TorchAssembly.Library.MatrixProductRate(settings);

    private static IEnumerable<WeightStream> Until(IEnumerable<WeightStream> weights, CancellationToken stop)
    {
        foreach (var weight in weights)
        {
            stop.ThrowIfCancellationRequested();
            yield return weight;
        }
    }

    private static bool IsManagedByDefault(EngineSettings settings) =>
        settings.Device == "cpu" && settings.ComputeType == ComputeType.Float32;
}

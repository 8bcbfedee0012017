using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Model.Weights;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>A fact that runs a model, with a time limit; skipped where no engine can run here.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RunFactAttribute : FactAttribute
{
    /// <summary>Milliseconds; each test needs a few seconds on a busy machine.</summary>
    public const int Limit = 180_000;

    public RunFactAttribute() => (Skip, Timeout) = (Unavailable, Limit);

    internal static string? Unavailable { get; } = Probe();

    private static string? Probe()
    {
        var config = new DecoderConfig
        {
            VocabSize = 8,
            HiddenSize = 4,
            IntermediateSize = 4,
            NumLayers = 1,
            NumHeads = 1,
            NumKeyValueHeads = 1,
            MaxPositions = 8,
        };
        try
        {
            EngineFactory.Create("auto", config, RandomWeights.Create(config, 1), new EngineSettings { Threads = 1 }).Dispose();
            return null;
        }
        catch (EngineUnavailableException reason)
        {
            return reason.Message;
        }
    }
}

/// <summary>A theory that runs a model, with a time limit; skipped where no engine can run here.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RunTheoryAttribute : TheoryAttribute
{
    public RunTheoryAttribute() => (Skip, Timeout) = (RunFactAttribute.Unavailable, RunFactAttribute.Limit);
}

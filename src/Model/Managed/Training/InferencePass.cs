using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Training;

/// <summary>Forward of one micro-batch to logprobs, keeping nothing.</summary>
internal sealed class InferencePass(int logitChunkTokens) : IDisposable
{
    private readonly PassMemory memory = new();

    /// <summary>The targets' logprobs [M].</summary>
    internal float[] Run(ForwardWeights weights, PackedRows packed, double temperature, Team team)
    {
        int logitRows = LogprobHead.RowsPerChunk(logitChunkTokens, weights.Shape.Vocabulary);
        memory.Reserve(weights.Shape, packed, team.Size, Math.Min(logitRows, packed.NumPredicting), keepInputs: false, keepLayers: false);
        new ForwardPass(weights, packed, memory, team).Run();
        return new LogprobHead(weights, packed, memory, team, logitRows, temperature).Logprobs();
    }

    /// <inheritdoc/>
    public void Dispose() => memory.Dispose();
}

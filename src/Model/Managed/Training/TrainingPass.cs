// Letters: N rows, M completion tokens, D hidden.
using Cppo.Model.Managed.Adapters;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Training;

/// <summary>
/// Forward to logprobs and backward of one micro-batch. With <paramref name="recompute"/> only the layers' inputs are kept, about a twelfth
/// of the activations, and backward runs each layer's forward anew: a third more work.
/// </summary>
internal sealed unsafe class TrainingPass(int logitChunkTokens, bool recompute) : IDisposable
{
    private const int EmbeddingTasks = 8;

    private readonly PassMemory memory = new();
    private readonly BackwardMemory gradients = new();

    /// <summary>
    /// Hands the logprobs [M] to <paramref name="gradient"/> and adds the parameters' gradients that follow from what it returns, shape
    /// [M]: to those of all weights, or to an adapter's where <paramref name="into"/> is null.
    /// </summary>
    internal void Run(
        ForwardWeights weights,
        PackedRows packed,
        double temperature,
        ForwardWeights? into,
        AdapterBackward? adapter,
        Team team,
        Func<float[], float[]> gradient
    )
    {
        var shape = weights.Shape;
        int logitRows = LogprobHead.RowsPerChunk(logitChunkTokens, shape.Vocabulary);
        memory.Reserve(shape, packed, team.Size, Math.Min(logitRows, packed.NumPredicting), keepInputs: true, keepLayers: !recompute);
        gradients.Reserve(shape, packed, team.Size);
        adapter?.Reserve(Math.Min(packed.Rows.Count, BackwardMemory.StretchRows(team.Size)));
        var forward = new ForwardPass(weights, packed, memory, team);
        var head = new LogprobHead(weights, packed, memory, team, logitRows, temperature);
        forward.Run();
        float[] byLogprob = gradient(head.Logprobs());

        // The hidden rows' gradients lie where the last layer's by-input will: the final norm turns them into by-output.
        head.Backward(byLogprob, gradients, into);
        FinalNorm(weights, packed, into, team);
        var block = new BlockBackward(weights, packed, memory, gradients, into, adapter, team);
        for (int layer = shape.Config.NumLayers - 1; layer >= 0; layer--)
        {
            if (recompute)
            {
                forward.Recompute(layer);
            }

            block.Run(layer, layer == shape.Config.NumLayers - 1 ? packed.FirstPredicting : 0);
            gradients.Descend();
        }

        if (into is not null)
        {
            AddToEmbedding(packed, into, team);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        memory.Dispose();
        gradients.Dispose();
    }

    private void FinalNorm(ForwardWeights weights, PackedRows packed, ForwardWeights? into, Team team)
    {
        int hidden = weights.Shape.Hidden,
            chunks = ForwardPass.NumChunks(packed.NumPredicting);
        float* output = memory.Input(weights.Shape.Config.NumLayers);
        team.Run(
            chunks,
            (chunk, _) =>
            {
                float* partial = gradients.Partial(chunk);
                new Span<float>(partial, hidden).Clear();
                int first = chunk * ForwardPass.RowsPerChunk,
                    end = Math.Min(first + ForwardPass.RowsPerChunk, packed.NumPredicting);
                for (int predicting = first; predicting < end; predicting++)
                {
                    nint at = (nint)(packed.FirstPredicting + predicting) * hidden;
                    new Span<float>(gradients.ByOutput + at, hidden).Clear();
                    RmsNorm.Backward(
                        output + at,
                        weights.FinalNorm,
                        gradients.ByInput + ((nint)predicting * hidden),
                        memory.FinalInverse[predicting],
                        gradients.ByOutput + at,
                        gradients.ByOutput + at,
                        partial,
                        hidden
                    );
                }
            }
        );
        for (int chunk = 0; into is not null && chunk < chunks; chunk++)
        {
            VectorMath.Add(gradients.Partial(chunk), into.FinalNorm, hidden);
        }
    }

    /// <summary>
    /// Adds the first layer's by-input, which has become by-output, to the tokens' embeddings, for each token in the order of the rows.
    /// Tokens that share a panel are one task's.
    /// </summary>
    private void AddToEmbedding(PackedRows packed, ForwardWeights into, Team team) =>
        team.Run(
            EmbeddingTasks,
            (task, _) =>
            {
                for (int row = 0; row < packed.Rows.Count; row++)
                {
                    int token = packed.Rows.Tokens[row];
                    if (token / Gemm.PanelWidth % EmbeddingTasks == task)
                    {
                        into.AddToEmbedding(token, gradients.ByOutput + ((nint)row * into.Shape.Hidden));
                    }
                }
            }
        );
}

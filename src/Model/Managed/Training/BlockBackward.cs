// Letters: N rows, D hidden, H query heads, K key and value heads, C width of a head, E = (H + 2K) C, F inner layer of the MLP, S places.
using Cppo.Model.Managed.Adapters;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Layers;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Training;

/// <summary>
/// The way back through one layer: MLP by chunks of rows, attention by question and key head, projections by chunks. The factors of weight
/// gradients are multiplied, by outputs, as soon as a stretch of rows has stored them, while they are in the caches. Every sum has an order
/// that does not depend on the number of threads.
/// </summary>
internal sealed unsafe partial class BlockBackward(
    ForwardWeights weights,
    PackedRows packed,
    PassMemory memory,
    BackwardMemory gradients,
    ForwardWeights? into,
    AdapterBackward? adapter,
    Team team
)
{
    private readonly ModelShape shape = weights.Shape;
    private readonly int hidden = weights.Shape.Hidden;
    private readonly Rotary.Table angles = weights.Shape.Rotary.For(packed.Rows.NumPositions);
    private LayerWeights layerWeights;

    /// <summary>
    /// From <see cref="BackwardMemory.ByOutput"/> to <see cref="BackwardMemory.ByInput"/>; adds the layer's weight or adapter gradients.
    /// Rows before <paramref name="active"/> have no gradient by their output, and theirs is undefined.
    /// </summary>
    internal void Run(int layer, int active)
    {
        layerWeights = weights.Layer(layer, memory.Wide(layer), team);
        ForStretches(
            (stretch, first, end, thread) =>
            {
                float* partial = gradients.Partial(first / ForwardPass.RowsPerChunk);
                new Span<float>(partial, gradients.Partials.Width).Clear();
                StoreKeyValues(layer, first, end);
                Mlp(layer, stretch, first, end, active, partial, memory.Scratch(thread), gradients.BackScratch(thread));
            },
            (stretch, end) => MlpGradients(layer, stretch, Math.Max(stretch, active), end)
        );
        team.Run(
            packed.QuestionRows.Length * shape.Heads.KeyValues,
            (task, thread) =>
                AttentionOfHead(layer, task / shape.Heads.KeyValues, task % shape.Heads.KeyValues, active, memory.Scratch(thread))
        );
        ForStretches(
            (stretch, first, end, thread) =>
                Projections(
                    layer,
                    stretch,
                    first,
                    end,
                    gradients.Partial(first / ForwardPass.RowsPerChunk),
                    memory.Scratch(thread),
                    gradients.BackScratch(thread)
                ),
            (stretch, end) => ProjectionGradients(layer, stretch, end)
        );
        AddPartials(layer);
    }

    /// <summary>
    /// For each stretch of rows first <paramref name="forChunk"/>(stretch's first row, first, end, thread) for its chunks, then
    /// <paramref name="forStretch"/>(first row, end).
    /// </summary>
    private void ForStretches(Action<int, int, int, int> forChunk, Action<int, int> forStretch)
    {
        int rows = packed.Rows.Count,
            length = BackwardMemory.StretchRows(team.Size);
        for (int start = 0; start < rows; start += length)
        {
            int stretch = start,
                stretchEnd = Math.Min(start + length, rows);
            team.Run(
                ForwardPass.NumChunks(stretchEnd - stretch),
                (chunk, thread) =>
                {
                    int first = stretch + (chunk * ForwardPass.RowsPerChunk);
                    forChunk(stretch, first, Math.Min(first + ForwardPass.RowsPerChunk, stretchEnd), thread);
                }
            );
            forStretch(stretch, stretchEnd);
        }
    }

    /// <summary>The layer's keys by row and values by column from its kept rows; forward has left the other two arrangements.</summary>
    private void StoreKeyValues(int layer, int first, int end)
    {
        var cache = memory.Cache(layer);
        var rows = memory.Layer(layer);
        for (int row = first; row < end; row++)
        {
            var sight = packed.Rows.Sights[row];
            float* keys = rows.Qkv + ((nint)row * shape.Qkv) + shape.Queries;
            StoreKeyValues(cache, sight.OwnPlace + sight.OwnLength - 1, keys);
            foreach (int copy in packed.Rows.CopiesOf(row))
            {
                StoreKeyValues(cache, copy + row, keys);
            }
        }
    }

    private void StoreKeyValues(in KeyValues cache, int place, float* keys)
    {
        float* values = keys + shape.Keys;
        int width = shape.Heads.Width;
        for (int head = 0; head < shape.Heads.KeyValues; head++)
        {
            cache.StoreRow(gradients.KeysByRow(head), place, keys + (head * width), width);
            cache.StoreColumn(gradients.ValuesByColumn(head), place, values + (head * width), width);
        }
    }

    /// <summary>From by-output to by-middle and by-context; keeps what the weight gradients need.</summary>
    private void Mlp(int layer, int stretch, int first, int end, int active, float* partial, ChunkScratch scratch, float* backScratch)
    {
        for (int row = first; row < Math.Min(end, active); row++)
        {
            new Span<float>(gradients.ByMiddle + ((nint)row * hidden), hidden).Clear();
        }

        first = Math.Max(first, active);
        int count = end - first,
            inner = shape.Inner;
        if (count <= 0)
        {
            return;
        }

        var rows = memory.Layer(layer);
        nint at = (nint)first * hidden;
        BackProduct.Multiply(shape.Level, count, gradients.ByOutput + at, hidden, layerWeights.Down, scratch.Inner, inner, backScratch);
        AddByInput(layer, LayerProduct.Down, first - stretch, count, gradients.ByOutput + at, scratch.Inner, scratch);
        for (int i = 0; i < count; i++)
        {
            int row = first + i;
            float* byInner = scratch.Inner + ((nint)i * inner);
            float* byGateUp = scratch.GateUp + ((nint)i * 2 * inner);
            SwiGlu.Backward(rows.GateUp + ((nint)row * 2 * inner), byInner, byGateUp, byInner, inner);
        }

        Keep(layer, LayerProduct.Down, first - stretch, count, scratch.Inner, gradients.ByOutput + at, scratch);
        BackProduct.Multiply(shape.Level, count, scratch.GateUp, 2 * inner, layerWeights.GateUp, scratch.Norm, hidden, backScratch);
        AddByInput(layer, LayerProduct.GateUp, first - stretch, count, scratch.GateUp, scratch.Norm, scratch);
        for (int i = 0; i < count; i++)
        {
            int row = first + i;
            float* middle = rows.Middle + ((nint)row * hidden);
            float* byNorm = scratch.Norm + ((nint)i * hidden);
            float* byMiddle = gradients.ByMiddle + ((nint)row * hidden);
            float inverse = rows.MiddleInverse[row];
            RmsNorm.Backward(
                middle,
                layerWeights.PostAttentionNorm,
                byNorm,
                inverse,
                gradients.ByOutput + ((nint)row * hidden),
                byMiddle,
                partial + gradients.Partials.PostAttentionNorm,
                hidden
            );
            RmsNorm.Apply(middle, layerWeights.PostAttentionNorm, byNorm, hidden, inverse);
        }

        var partials = gradients.Partials;
        AddRows(scratch.GateUp, 2 * inner, count, partial, partials.GateUpBias);
        AddRows(gradients.ByOutput + at, hidden, count, partial, partials.DownBias);
        AddRows(gradients.ByMiddle + at, hidden, count, partial, partials.OutputBias);
        nint context = (nint)first * shape.Queries;
        Keep(layer, LayerProduct.GateUp, first - stretch, count, scratch.Norm, scratch.GateUp, scratch);
        Keep(layer, LayerProduct.Output, first - stretch, count, rows.Context + context, gradients.ByMiddle + at, scratch);
        float* byContext = gradients.ByContext + context;
        BackProduct.Multiply(
            shape.Level,
            count,
            gradients.ByMiddle + at,
            hidden,
            layerWeights.Output,
            byContext,
            shape.Queries,
            backScratch
        );
        AddByInput(layer, LayerProduct.Output, first - stretch, count, gradients.ByMiddle + at, byContext, scratch);
    }

    /// <summary>Rotation back, biases, projections and the input norm: to by-input.</summary>
    private void Projections(int layer, int stretch, int first, int end, float* partial, ChunkScratch scratch, float* backScratch)
    {
        var rows = memory.Layer(layer);
        for (int row = first; row < end; row++)
        {
            float* byQkv = gradients.ByQkv + ((nint)row * shape.Qkv);
            GatherKeyValues(row, byQkv);
            if (shape.Config.HeadNorms)
            {
                HeadNorms.Backward(
                    shape,
                    layerWeights,
                    RawHeads(rows, row),
                    byQkv,
                    partial + gradients.Partials.QueryNorm,
                    partial + gradients.Partials.KeyNorm,
                    gradients.Zeros
                );
            }
        }

        AddRows(gradients.ByQkv + ((nint)first * shape.Qkv), shape.Qkv, end - first, partial, gradients.Partials.QkvBias);

        float* outputs = gradients.ByQkv + ((nint)first * shape.Qkv);
        BackProduct.Multiply(shape.Level, end - first, outputs, shape.Qkv, layerWeights.Qkv, scratch.Norm, hidden, backScratch);
        AddByInput(layer, LayerProduct.Qkv, first - stretch, end - first, outputs, scratch.Norm, scratch);
        for (int row = first; row < end; row++)
        {
            nint at = (nint)row * hidden;
            float* byNorm = scratch.Norm + ((nint)(row - first) * hidden);
            RmsNorm.Backward(
                rows.Input + at,
                layerWeights.InputNorm,
                byNorm,
                rows.InputInverse[row],
                gradients.ByMiddle + at,
                gradients.ByInput + at,
                partial + gradients.Partials.InputNorm,
                hidden
            );
            RmsNorm.Apply(rows.Input + at, layerWeights.InputNorm, byNorm, hidden, rows.InputInverse[row]);
        }

        Keep(layer, LayerProduct.Qkv, first - stretch, end - first, scratch.Norm, outputs, scratch);
    }

    /// <summary>Adds each of the rows to a place of the chunk's partial sums, where there is one.</summary>
    private static void AddRows(float* rows, int width, int count, float* partial, int at)
    {
        for (int i = 0; at != LayerOffsets.Absent && i < count; i++)
        {
            VectorMath.Add(rows + ((nint)i * width), partial + at, width);
        }
    }

    private void MlpWeights(int layer, int stretch, int first, int end)
    {
        if (first >= end)
        {
            return;
        }

        var sums = into!.Layer(layer);
        int gateUp = sums.GateUp.NumPanels,
            narrow = sums.Down.NumPanels;
        team.Run(
            gateUp + (2 * narrow),
            (task, _) =>
            {
                // Tasks of the longest rows come first, so that no thread is left with one of them at the end.
                if (task < narrow)
                {
                    Add(task, first - stretch, end - stretch, gradients.Down, sums.Down);
                }
                else if (task < narrow + gateUp)
                {
                    Add(task - narrow, first - stretch, end - stretch, gradients.GateUp, sums.GateUp);
                }
                else
                {
                    Add(task - narrow - gateUp, first - stretch, end - stretch, gradients.Output, sums.Output);
                }
            }
        );
    }

    private void ProjectionWeights(int layer, int stretch, int end) =>
        team.Run(into!.Layer(layer).Qkv.NumPanels, (task, _) => Add(task, 0, end - stretch, gradients.Qkv, into!.Layer(layer).Qkv));

    private void Add(int panel, int first, int end, in (Strips Outputs, Strips Inputs) factors, in PackedMatrix sums) =>
        WeightGradient.Add(shape.Level, panel, first, end, factors.Outputs, factors.Inputs, sums);

    private void AddPartials(int layer)
    {
        for (int chunk = 0; into is not null && chunk < ForwardPass.NumChunks(packed.Rows.Count); chunk++)
        {
            gradients.Partials.AddTo(into.Array, layer, gradients.Partial(chunk));
        }
    }
}

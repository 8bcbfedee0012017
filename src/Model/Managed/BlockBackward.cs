// Letters: N rows, D hidden, H query heads, K key and value heads, C width of a head, E = (H + 2K) C, F inner layer of the MLP, S places.
using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Managed;

/// <summary>
/// The way back through one layer: MLP by chunks of rows, attention by question and key head, projections by chunks, then weight gradients by outputs. Every sum has an
/// order that does not depend on the number of threads.
/// </summary>
internal sealed unsafe class BlockBackward(
    ForwardWeights weights, PackedWeights back, PackedRows packed, PassMemory memory, BackwardMemory gradients, ParameterArray into, Team team)
{
    private readonly ModelShape shape = weights.Shape;
    private readonly int hidden = weights.Shape.Hidden;
    private readonly Rotary.Table angles = weights.Shape.Rotary.For(packed.Rows.NumPositions);

    /// <summary>
    /// From <see cref="BackwardMemory.ByOutput"/> to <see cref="BackwardMemory.ByInput"/>; adds the layer's weight gradients. Rows before <paramref name="active"/>
    /// have no gradient by their output, and theirs is undefined.
    /// </summary>
    internal void Run(int layer, int active)
    {
        int rows = packed.Rows.Count, chunks = ForwardPass.NumChunks(rows);
        team.Run(chunks, (chunk, thread) =>
        {
            int first = chunk * ForwardPass.RowsPerChunk, end = Math.Min(first + ForwardPass.RowsPerChunk, rows);
            new Span<float>(gradients.Partial(chunk), gradients.PartialWidth).Clear();
            StoreKeyValues(layer, first, end);
            Mlp(layer, first, end, active, gradients.Partial(chunk), memory.Scratch(thread));
        });
        team.Run(packed.QuestionRows.Length * shape.Heads.KeyValues, (task, thread) =>
            AttentionOfHead(layer, task / shape.Heads.KeyValues, task % shape.Heads.KeyValues, active, memory.Scratch(thread)));
        team.Run(chunks, (chunk, thread) =>
        {
            int first = chunk * ForwardPass.RowsPerChunk, end = Math.Min(first + ForwardPass.RowsPerChunk, rows);
            Projections(layer, first, end, gradients.Partial(chunk), memory.Scratch(thread));
        });
        WeightGradients(layer, active, chunks);
    }

    /// <summary>The layer's keys by row and values by column from its kept rows; forward has left the other two arrangements.</summary>
    private void StoreKeyValues(int layer, int first, int end)
    {
        var cache = memory.Cache(layer);
        var rows = memory.Layer(layer);
        for (int row = first; row < end; row++)
        {
            var sight = packed.Rows.Sights[row];
            int place = sight.OwnPlace + sight.OwnLength - 1, width = shape.Heads.Width;
            float* keys = rows.Qkv + ((nint)row * shape.Qkv) + shape.Queries;
            float* values = keys + shape.Keys;
            for (int head = 0; head < shape.Heads.KeyValues; head++)
            {
                cache.StoreRow(gradients.KeysByRow(head), place, keys + (head * width), width);
                cache.StoreColumn(gradients.ValuesByColumn(head), place, values + (head * width), width);
            }
        }
    }

    /// <summary>From by-output to by-middle and by-context; keeps what the weight gradients need.</summary>
    private void Mlp(int layer, int first, int end, int active, float* partial, ChunkScratch scratch)
    {
        for (int row = first; row < Math.Min(end, active); row++)
        {
            new Span<float>(gradients.ByMiddle + ((nint)row * hidden), hidden).Clear();
        }

        first = Math.Max(first, active);
        int count = end - first, inner = shape.Inner;
        if (count <= 0)
        {
            return;
        }

        var rows = memory.Layer(layer);
        var layerWeights = weights.Layer(layer);
        nint at = (nint)first * hidden;
        Gemm.Multiply(shape.Level, count, gradients.ByOutput + at, hidden, back.Down(layer), scratch.Inner, inner);
        for (int i = 0; i < count; i++)
        {
            int row = first + i;
            float* byInner = scratch.Inner + ((nint)i * inner);
            float* byGateUp = scratch.GateUp + ((nint)i * 2 * inner);
            SwiGlu.Backward(rows.GateUp + ((nint)row * 2 * inner), byInner, byGateUp, byInner, inner);
        }

        gradients.GateUp.Outputs.Store(first, count, scratch.GateUp, 2 * inner, 2 * inner);
        gradients.Down.Inputs.Store(first, count, scratch.Inner, inner, inner);
        gradients.Down.Outputs.Store(first, count, gradients.ByOutput + at, hidden, hidden);
        Gemm.Multiply(shape.Level, count, scratch.GateUp, 2 * inner, back.GateUp(layer), scratch.Norm, hidden);
        for (int i = 0; i < count; i++)
        {
            int row = first + i;
            float* middle = rows.Middle + ((nint)row * hidden);
            float* byNorm = scratch.Norm + ((nint)i * hidden);
            float* byMiddle = gradients.ByMiddle + ((nint)row * hidden);
            float inverse = rows.MiddleInverse[row];
            RmsNorm.Backward(
                middle, layerWeights.PostAttentionNorm, byNorm, inverse, gradients.ByOutput + ((nint)row * hidden), byMiddle, partial, hidden);
            RmsNorm.Apply(middle, layerWeights.PostAttentionNorm, byNorm, hidden, inverse);
        }

        gradients.GateUp.Inputs.Store(first, count, scratch.Norm, hidden, hidden);
        gradients.Output.Outputs.Store(first, count, gradients.ByMiddle + at, hidden, hidden);
        gradients.Output.Inputs.Store(first, count, rows.Context + ((nint)first * shape.Queries), shape.Queries, shape.Queries);
        Gemm.Multiply(
            shape.Level, count, gradients.ByMiddle + at, hidden, back.Output(layer), gradients.ByContext + ((nint)first * shape.Queries), shape.Queries);
    }

    /// <summary>A question's rows against one key head: by-context to by-queries, by-keys and by-values.</summary>
    private void AttentionOfHead(int layer, int question, int head, int active, ChunkScratch scratch)
    {
        var rows = memory.Layer(layer);
        var cache = memory.Cache(layer);
        var heads = shape.Heads;
        var (firstPlace, numPlaces) = packed.QuestionPlaces[question];
        new Span<float>(gradients.ByKeys(head) + ((nint)firstPlace * heads.PaddedWidth), numPlaces * heads.PaddedWidth).Clear();
        new Span<float>(gradients.ByValues(head) + ((nint)firstPlace * heads.PaddedWidth), numPlaces * heads.PaddedWidth).Clear();
        var key = new HeadGradients(
            cache.KeysByColumn + (head * cache.HeadStride), gradients.KeysByRow(head), gradients.ValuesByColumn(head), gradients.ByKeys(head), gradients.ByValues(head));
        foreach (var (first, end) in packed.QuestionRows[question])
        {
            for (int row = first; row < Math.Min(end, active); row++)
            {
                new Span<float>(gradients.ByQkv + ((nint)row * shape.Qkv) + (head * heads.PerKey * heads.Width), heads.PerKey * heads.Width).Clear();
            }

            for (int row = Math.Max(first, active), length; row < end; row += length)
            {
                var sights = packed.Rows.Sights.AsSpan(row, end - row);
                length = AttentionBlock.Length(sights, heads);
                AttentionBackward.Run(shape.Level, heads, key, sights[..length], RowsOf(rows, row, head), scratch.Attention);
            }
        }
    }

    private BlockGradients RowsOf(in BlockRows rows, int row, int head)
    {
        int firstHead = head * shape.Heads.PerKey, column = firstHead * shape.Heads.Width;
        nint qkv = ((nint)row * shape.Qkv) + column, context = ((nint)row * shape.Queries) + column;
        return new BlockGradients(
            rows.Qkv + qkv, gradients.ByQkv + qkv, shape.Qkv, rows.Context + context, gradients.ByContext + context, shape.Queries,
            rows.LogSumExp + ((nint)row * shape.Heads.Queries) + firstHead, shape.Heads.Queries);
    }

    /// <summary>Rotation back, biases, projections and the input norm: to by-input.</summary>
    private void Projections(int layer, int first, int end, float* partial, ChunkScratch scratch)
    {
        var rows = memory.Layer(layer);
        var layerWeights = weights.Layer(layer);
        for (int row = first; row < end; row++)
        {
            float* byQkv = gradients.ByQkv + ((nint)row * shape.Qkv);
            GatherKeyValues(packed.Rows.Sights[row], byQkv);
            VectorMath.Add(byQkv, partial + (2 * hidden), shape.Qkv);
        }

        gradients.Qkv.Outputs.Store(first, end - first, gradients.ByQkv + ((nint)first * shape.Qkv), shape.Qkv, shape.Qkv);
        Gemm.Multiply(
            shape.Level, end - first, gradients.ByQkv + ((nint)first * shape.Qkv), shape.Qkv, back.Qkv(layer), scratch.Norm, hidden);
        for (int row = first; row < end; row++)
        {
            nint at = (nint)row * hidden;
            float* byNorm = scratch.Norm + ((nint)(row - first) * hidden);
            RmsNorm.Backward(
                rows.Input + at, layerWeights.InputNorm, byNorm, rows.InputInverse[row], gradients.ByMiddle + at, gradients.ByInput + at, partial + hidden, hidden);
            RmsNorm.Apply(rows.Input + at, layerWeights.InputNorm, byNorm, hidden, rows.InputInverse[row]);
        }

        gradients.Qkv.Inputs.Store(first, end - first, scratch.Norm, hidden, hidden);
    }

    private void GatherKeyValues(in Sight sight, float* byQkv)
    {
        var heads = shape.Heads;
        nint place = (nint)(sight.OwnPlace + sight.OwnLength - 1) * heads.PaddedWidth;
        for (int head = 0; head < heads.KeyValues; head++)
        {
            VectorMath.Copy(gradients.ByKeys(head) + place, byQkv + shape.Queries + (head * heads.Width), heads.Width);
            VectorMath.Copy(gradients.ByValues(head) + place, byQkv + shape.Queries + shape.Keys + (head * heads.Width), heads.Width);
        }

        float* turn = angles.At(sight.PrefixLength + sight.OwnLength - 1);
        for (int head = 0; head < heads.Queries + heads.KeyValues; head++)
        {
            Rotary.Turn(byQkv + (head * heads.Width), turn, heads.Width / 2, backward: true);
        }
    }

    private void WeightGradients(int layer, int active, int chunks)
    {
        var offsets = into.Layout.Layers[layer];
        int gateUp = WeightGradient.NumTasks(2 * shape.Inner), narrow = WeightGradient.NumTasks(hidden), qkv = WeightGradient.NumTasks(shape.Qkv);
        team.Run(gateUp + (2 * narrow) + qkv + 1, (task, _) =>
        {
            // Tasks of the longest rows come first, so that no thread is left with one of them at the end.
            if (task < narrow)
            {
                Add(task, active, gradients.Down, hidden, shape.Inner, offsets.Down);
            }
            else if (task < narrow + gateUp)
            {
                Add(task - narrow, active, gradients.GateUp, 2 * shape.Inner, hidden, offsets.GateUp);
            }
            else if (task < narrow + gateUp + qkv)
            {
                Add(task - narrow - gateUp, 0, gradients.Qkv, shape.Qkv, hidden, offsets.Qkv);
            }
            else if (task < narrow + gateUp + qkv + narrow)
            {
                Add(task - narrow - gateUp - qkv, active, gradients.Output, hidden, shape.Queries, offsets.Output);
            }
            else
            {
                AddPartials(offsets, chunks);
            }
        });
    }

    private void Add(int task, int firstRow, in (Strips Outputs, Strips Inputs) factors, int outputs, int inputs, nint offset) => WeightGradient.Add(
        shape.Level, task, firstRow, packed.Rows.Count, factors.Outputs, outputs, factors.Inputs, inputs, into.Pointer + offset);

    private void AddPartials(in LayerOffsets offsets, int chunks)
    {
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            float* partial = gradients.Partial(chunk);
            VectorMath.Add(partial, into.Pointer + offsets.PostAttentionNorm, hidden);
            VectorMath.Add(partial + hidden, into.Pointer + offsets.InputNorm, hidden);
            VectorMath.Add(partial + (2 * hidden), into.Pointer + offsets.QkvBias, shape.Qkv);
        }
    }
}

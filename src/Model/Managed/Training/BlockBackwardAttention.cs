// Letters: N rows, D hidden, H query heads, K key and value heads, C width of a head, E = (H + 2K) C, F inner layer of the MLP, S places.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Layers;

namespace Cppo.Model.Managed.Training;

/// <summary>Back through attention: from the context to queries, keys and values before they were turned and normalised.</summary>
internal sealed unsafe partial class BlockBackward
{
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
            cache.KeysByColumn + (head * cache.HeadStride),
            gradients.KeysByRow(head),
            gradients.ValuesByColumn(head),
            gradients.ByKeys(head),
            gradients.ByValues(head)
        );
        foreach (var (first, end) in packed.QuestionRows[question])
        {
            for (int row = first; row < Math.Min(end, active); row++)
            {
                new Span<float>(
                    gradients.ByQkv + ((nint)row * shape.Qkv) + (head * heads.PerKey * heads.Width),
                    heads.PerKey * heads.Width
                ).Clear();
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
        int firstHead = head * shape.Heads.PerKey,
            column = firstHead * shape.Heads.Width;
        nint qkv = ((nint)row * shape.Qkv) + column,
            context = ((nint)row * shape.Queries) + column;
        return new BlockGradients(
            rows.Qkv + qkv,
            gradients.ByQkv + qkv,
            shape.Qkv,
            rows.Context + context,
            gradients.ByContext + context,
            shape.Queries,
            rows.LogSumExp + ((nint)row * shape.Heads.Queries) + firstHead,
            shape.Heads.Queries
        );
    }

    private HeadNormRow RawHeads(in BlockRows rows, int row)
    {
        int heads = shape.Heads.Queries + shape.Heads.KeyValues;
        return new HeadNormRow(rows.RawHeads + ((nint)row * heads * shape.Heads.Width), rows.HeadInverses + ((nint)row * heads));
    }

    private void GatherKeyValues(int row, float* byQkv)
    {
        var sight = packed.Rows.Sights[row];
        var heads = shape.Heads;
        nint place = (nint)(sight.OwnPlace + sight.OwnLength - 1) * heads.PaddedWidth;
        for (int head = 0; head < heads.KeyValues; head++)
        {
            VectorMath.Copy(gradients.ByKeys(head) + place, byQkv + shape.Queries + (head * heads.Width), heads.Width);
            VectorMath.Copy(gradients.ByValues(head) + place, byQkv + shape.Queries + shape.Keys + (head * heads.Width), heads.Width);
        }

        foreach (int copy in packed.Rows.CopiesOf(row))
        {
            place = (nint)(copy + row) * heads.PaddedWidth;
            for (int head = 0; head < heads.KeyValues; head++)
            {
                VectorMath.Add(gradients.ByKeys(head) + place, byQkv + shape.Queries + (head * heads.Width), heads.Width);
                VectorMath.Add(gradients.ByValues(head) + place, byQkv + shape.Queries + shape.Keys + (head * heads.Width), heads.Width);
            }
        }

        float* turn = angles.At(sight.PrefixLength + sight.OwnLength - 1);
        for (int head = 0; head < heads.Queries + heads.KeyValues; head++)
        {
            Rotary.Turn(byQkv + (head * heads.Width), turn, heads.Width / 2, backward: true);
        }
    }
}

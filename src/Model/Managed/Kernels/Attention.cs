// Letters: H query heads, R query heads of one key head, B rows of a block, C width of a head.
namespace Cppo.Model.Managed.Kernels;

/// <summary>Softmax(q k / sqrt(C)) v.</summary>
internal static unsafe class Attention
{
    /// <summary>Floats of scratch that rows need that have at most so many scores each.</summary>
    internal static nint ScratchFloats(int scores, in Heads heads) => AttentionBlock.ScoreFloats(scores, heads);

    /// <summary>
    /// Queries to context, for a block of rows; the log sum exp of the scaled scores is what backward computes the shares from anew.
    /// </summary>
    internal static void Forward(
        SimdLevel level,
        in Heads heads,
        ReadOnlySpan<Sight> sights,
        in AttentionRows rows,
        in KeyValues cache,
        float* scratch
    ) => Forward(level, heads, sights, rows, cache, scratch, 0, heads.KeyValues);

    /// <summary>The same of the query heads that the key heads <paramref name="firstKey"/> .. <paramref name="endKey"/> - 1 belong
    /// to.</summary>
    internal static void Forward(
        SimdLevel level,
        in Heads heads,
        ReadOnlySpan<Sight> sights,
        in AttentionRows rows,
        in KeyValues cache,
        float* scratch,
        int firstKey,
        int endKey
    )
    {
        float* q = rows.Queries;
        float* context = rows.Context;
        float* logSumExp = rows.LogSumExp;
        var block = new AttentionBlock(level, heads, sights, stackalloc int[sights.Length]);
        Span<float> inverses = stackalloc float[sights.Length * heads.PerKey];
        for (int key = firstKey; key < endKey; key++)
        {
            int firstHead = key * heads.PerKey;
            block.Scores(q + (firstHead * heads.Width), rows.QueryRow, cache.KeysByColumn + (key * cache.HeadStride), scratch);
            for (int first = 0; first < sights.Length; first = block.End(first))
            {
                for (int row = first; row < block.End(first); row++)
                {
                    int end = block.Prefix + block.OwnEnd(first, row);
                    for (int head = 0; head < heads.PerKey; head++)
                    {
                        float* shares = block.Row(scratch, head, row);
                        Hide(shares, sights[row].PrefixLength, block.Prefix);
                        Hide(shares, block.Prefix + sights[row].OwnLength, end);
                        float largest = heads.Scale * VectorMath.Max(shares, end);
                        float sum = VectorMath.ExpSum(shares, shares, end, heads.Scale, -largest);
                        inverses[(row * heads.PerKey) + head] = 1 / sum;
                        if (logSumExp != null)
                        {
                            logSumExp[(row * heads.Queries) + firstHead + head] = largest + MathF.Log(sum);
                        }
                    }
                }
            }

            block.WeightedSums(scratch, cache.ValuesByRow + (key * cache.HeadStride), context + (firstHead * heads.Width), rows.ContextRow);
            for (int i = 0; i < inverses.Length; i++)
            {
                VectorMath.Scale(
                    context + (i / heads.PerKey * rows.ContextRow) + ((firstHead + (i % heads.PerKey)) * heads.Width),
                    heads.Width,
                    inverses[i]
                );
            }
        }
    }

    private static void Hide(float* scores, int from, int end)
    {
        for (int t = from; t < end; t++)
        {
            scores[t] = float.NegativeInfinity;
        }
    }
}

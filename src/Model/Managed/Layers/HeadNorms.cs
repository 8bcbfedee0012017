// Letters: H query heads, K key and value heads, C width of a head.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Layers;

/// <summary>
/// RMSNorm of each query and key head before it is turned, with one weight [C] for all query heads and one for all key heads (Qwen3).
/// </summary>
internal static unsafe class HeadNorms
{
    /// <summary>
    /// A row's queries and keys [H + K, C], in place; where they are not null, <paramref name="raw"/> keeps them as they were, and
    /// <paramref name="inverses"/> [H + K].
    /// </summary>
    internal static void Forward(ModelShape shape, in LayerWeights weights, float* heads, float* raw, float* inverses)
    {
        int width = shape.Heads.Width,
            queries = shape.Heads.Queries,
            all = queries + shape.Heads.KeyValues;
        if (raw != null)
        {
            VectorMath.Copy(heads, raw, all * width);
        }

        for (int head = 0; head < all; head++)
        {
            float* x = heads + (head * width);
            float inverse = RmsNorm.Forward(x, head < queries ? weights.QueryNorm : weights.KeyNorm, x, width, shape.Config.RmsNormEpsilon);
            if (inverses != null)
            {
                inverses[head] = inverse;
            }
        }
    }

    /// <summary>
    /// A row's gradients by the normalised heads [H + K, C] become those by the heads before, in place; the norms' own are added to
    /// <paramref name="byQueryNorm"/> and
    /// <paramref name="byKeyNorm"/>. <paramref name="zeros"/> [C] is what reaches the heads past the norm.
    /// </summary>
    internal static void Backward(
        ModelShape shape,
        in LayerWeights weights,
        in HeadNormRow row,
        float* byHeads,
        float* byQueryNorm,
        float* byKeyNorm,
        float* zeros
    )
    {
        int width = shape.Heads.Width,
            queries = shape.Heads.Queries;
        for (int head = 0; head < queries + shape.Heads.KeyValues; head++)
        {
            bool isQuery = head < queries;
            float* by = byHeads + (head * width);
            RmsNorm.Backward(
                row.Raw + (head * width),
                isQuery ? weights.QueryNorm : weights.KeyNorm,
                by,
                row.Inverses[head],
                zeros,
                by,
                isQuery ? byQueryNorm : byKeyNorm,
                width
            );
        }
    }
}

/// <summary>What <see cref="HeadNorms.Forward"/> kept of a row.</summary>
internal readonly unsafe struct HeadNormRow(float* raw, float* inverses)
{
    /// <summary>[H + K, C].</summary>
    internal float* Raw => raw;

    /// <summary>[H + K].</summary>
    internal float* Inverses => inverses;
}

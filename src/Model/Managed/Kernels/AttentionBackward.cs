// Letters: R query heads of one key head, B rows of a block, C width of a head, P its padded width, S places.
using System.Numerics;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// What backward of one key head reads and adds to, each [S, P]: keys and values both by rows and by columns, and the gradients by rows.
/// </summary>
internal readonly unsafe struct HeadGradients(
    float* keysByColumn,
    float* keysByRow,
    float* valuesByColumn,
    float* keyGradients,
    float* valueGradients
)
{
    internal readonly float* KeysByColumn = keysByColumn;
    internal readonly float* KeysByRow = keysByRow;
    internal readonly float* ValuesByColumn = valuesByColumn;
    internal readonly float* KeyGradients = keyGradients;
    internal readonly float* ValueGradients = valueGradients;
}

/// <summary>
/// What a block of rows brings to the query heads of one key head: arrays [B, R, C] whose rows lie a stride apart, log sum exp [B, R].
/// </summary>
internal readonly unsafe struct BlockGradients(
    float* q,
    float* dq,
    nint qRow,
    float* context,
    float* dContext,
    nint contextRow,
    float* logSumExp,
    nint logSumExpRow
)
{
    internal readonly float* Q = q;
    internal readonly float* ByQ = dq;
    internal readonly nint QRow = qRow;
    internal readonly float* Context = context;
    internal readonly float* ByContext = dContext;
    internal readonly nint ContextRow = contextRow;

    internal float LogSumExp(int row, int head) => logSumExp[(row * logSumExpRow) + head];
}

/// <summary>The way back through attention for a block of rows and the query heads of one key head.</summary>
internal static unsafe class AttentionBackward
{
    /// <summary>Floats of scratch: shares and their gradients.</summary>
    internal static nint ScratchFloats(int scores, in Heads heads) => 2 * AttentionBlock.ScoreFloats(scores, heads);

    /// <summary>
    /// With P = softmax(scale q k) and dC the gradient by the context: dV += P dC, dS = scale P (dC v - dC C), dq = dS k, dK += dS q.
    /// </summary>
    internal static void Run(
        SimdLevel level,
        in Heads heads,
        in HeadGradients key,
        ReadOnlySpan<Sight> sights,
        in BlockGradients rows,
        float* scratch
    )
    {
        var block = new AttentionBlock(level, heads, sights, stackalloc int[sights.Length]);
        float* shares = scratch;
        float* dScores = block.Row(scratch, heads.PerKey, 0);
        block.Scores(rows.Q, rows.QRow, new HeadPlaces(key.KeysByColumn, heads.PaddedWidth), shares);
        block.Scores(rows.ByContext, rows.ContextRow, new HeadPlaces(key.ValuesByColumn, heads.PaddedWidth), dScores);
        for (int first = 0; first < sights.Length; first = block.End(first))
        {
            for (int row = first; row < block.End(first); row++)
            {
                int own = block.Prefix + sights[row].OwnLength,
                    end = block.Prefix + block.OwnEnd(first, row);
                for (int head = 0; head < heads.PerKey; head++)
                {
                    nint at = (row * rows.ContextRow) + (head * heads.Width);
                    float mean = VectorMath.Dot(rows.Context + at, rows.ByContext + at, heads.Width);
                    float* share = block.Row(shares, head, row);
                    float* dScore = block.Row(dScores, head, row);
                    ScoreGradients(share, dScore, end, heads.Scale, rows.LogSumExp(row, head), mean);
                    new Span<float>(share + own, end - own).Clear();
                    new Span<float>(dScore + own, end - own).Clear();
                }
            }
        }

        block.WeightedSums(dScores, new HeadPlaces(key.KeysByRow, heads.PaddedWidth), rows.ByQ, rows.QRow);
        block.AddOuterProducts(shares, rows.ByContext, rows.ContextRow, key.ValueGradients);
        block.AddOuterProducts(dScores, rows.Q, rows.QRow, key.KeyGradients);
    }

    /// <summary>Scores to P = e^(scale score - log sum exp), and their gradients from dP to scale P (dP - mean).</summary>
    private static void ScoreGradients(float* scores, float* dScores, int count, float scale, float logSumExp, float mean)
    {
        for (int t = 0; t < count; t += Vector<float>.Count)
        {
            var p = VectorMath.Exp(
                Vector.MultiplyAddEstimate(Vector.Load(scores + t), new Vector<float>(scale), new Vector<float>(-logSumExp))
            );
            p.Store(scores + t);
            (scale * p * (Vector.Load(dScores + t) - new Vector<float>(mean))).Store(dScores + t);
        }
    }
}

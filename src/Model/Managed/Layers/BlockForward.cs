// Letters: N rows, B rows of one chunk, D hidden, H query heads, K key and value heads, C width of a head, E = (H + 2K) C, F inner layer of
// the MLP.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Layers;

/// <summary>
/// What a layer's forward reads and writes, row by row. A training pass gives each its own memory, since backward reads it again; where
/// nobody does, input, middle and output are one array, and <see cref="GateUp"/>, <see cref="LogSumExp"/>, <see cref="RawHeads"/> and the
/// inverses are null.
/// </summary>
internal unsafe struct BlockRows
{
    /// <summary>[N, D], the layer's input.</summary>
    internal float* Input;

    /// <summary>[N, E], queries and keys turned by their positions, and values.</summary>
    internal float* Qkv;

    /// <summary>[N, (H + K) C], queries and keys before their norms, where the architecture has them.</summary>
    internal float* RawHeads;

    /// <summary>[N, H + K], 1 / root mean square of each of <see cref="RawHeads"/>.</summary>
    internal float* HeadInverses;

    /// <summary>[N, H C], what attention gathered.</summary>
    internal float* Context;

    /// <summary>[N, D], the input plus attention's output.</summary>
    internal float* Middle;

    /// <summary>[N, 2F].</summary>
    internal float* GateUp;

    /// <summary>[N, D], the layer's output.</summary>
    internal float* Output;

    /// <summary>[N, H], of the scaled scores.</summary>
    internal float* LogSumExp;

    /// <summary>[N], 1 / root mean square of the input.</summary>
    internal float* InputInverse;

    /// <summary>[N], 1 / root mean square of the middle.</summary>
    internal float* MiddleInverse;
}

/// <summary>
/// A layer in two halves, each for a chunk of rows by one thread: first queries, keys and values, then, when all rows have stored their
/// keys, the rest. The parts of both are there for those who cut them otherwise.
/// </summary>
internal static unsafe class BlockForward
{
    /// <summary>Norm, projections and rotation; stores keys and values where <paramref name="batch"/> says.</summary>
    internal static void Project(
        ModelShape shape,
        in LayerWeights weights,
        RowBatch batch,
        int first,
        int end,
        in BlockRows rows,
        in KeyValues cache,
        Rotary.Table angles,
        ChunkScratch scratch
    )
    {
        int hidden = shape.Hidden;
        Normalize(shape, rows.Input, weights.InputNorm, first, end, scratch.Norm, rows.InputInverse);
        Gemm.Multiply(
            shape.Level,
            end - first,
            scratch.Norm,
            hidden,
            weights.Qkv,
            weights.QkvBias,
            0,
            rows.Qkv + ((nint)first * shape.Qkv),
            shape.Qkv
        );
        weights.Adapter?.Qkv?.AddTo(shape.Level, end - first, scratch.Norm, rows.Qkv + ((nint)first * shape.Qkv), scratch.LowRank);
        Turn(shape, weights, batch, first, end, rows, cache, angles);
    }

    /// <summary>Attention, its output projection, norm and MLP.</summary>
    internal static void Finish(
        ModelShape shape,
        in LayerWeights weights,
        RowBatch batch,
        int first,
        int end,
        in BlockRows rows,
        in KeyValues cache,
        ChunkScratch scratch
    )
    {
        int hidden = shape.Hidden,
            count = end - first;
        float* context = rows.Context + ((nint)first * shape.Queries);
        float* middle = rows.Middle + ((nint)first * hidden);
        float* output = rows.Output + ((nint)first * hidden);
        float* gateUp = rows.GateUp == null ? scratch.GateUp : rows.GateUp + ((nint)first * 2 * shape.Inner);
        for (int row = first, length; row < end; row += length)
        {
            length = AttentionBlock.Length(batch.Sights.AsSpan(row, end - row), shape.Heads);
            Attend(shape, batch, row, length, 0, shape.Heads.KeyValues, rows, cache, scratch.Attention);
        }

        Gemm.Multiply(
            shape.Level,
            count,
            context,
            shape.Queries,
            weights.Output,
            rows.Input + ((nint)first * hidden),
            hidden,
            middle,
            hidden
        );
        AddBias(weights.OutputBias, middle, hidden, count, 0, hidden);
        weights.Adapter?.Output?.AddTo(shape.Level, count, context, middle, scratch.LowRank);
        Normalize(shape, rows.Middle, weights.PostAttentionNorm, first, end, scratch.Norm, rows.MiddleInverse);
        Gemm.Multiply(shape.Level, count, scratch.Norm, hidden, weights.GateUp, weights.GateUpBias, 0, gateUp, 2 * shape.Inner);
        weights.Adapter?.GateUp?.AddTo(shape.Level, count, scratch.Norm, gateUp, scratch.LowRank);
        Activate(shape, gateUp, scratch.Inner, 0, count);
        Gemm.Multiply(shape.Level, count, scratch.Inner, shape.Inner, weights.Down, middle, hidden, output, hidden);
        AddBias(weights.DownBias, output, hidden, count, 0, hidden);
        weights.Adapter?.Down?.AddTo(shape.Level, count, scratch.Inner, output, scratch.LowRank);
    }

    /// <summary>
    /// The norm of rows of x [N, D] to [end - first, D]; where <paramref name="inverses"/> [N] is not null, it keeps 1 / root mean square.
    /// </summary>
    internal static void Normalize(ModelShape shape, float* x, float* weight, int first, int end, float* into, float* inverses)
    {
        int hidden = shape.Hidden;
        for (int row = first; row < end; row++, into += hidden)
        {
            float inverse = RmsNorm.Forward(x + ((nint)row * hidden), weight, into, hidden, shape.Config.RmsNormEpsilon);
            if (inverses != null)
            {
                inverses[row] = inverse;
            }
        }
    }

    /// <summary>Turns queries and keys by their positions, after their norms where there are some, and stores keys and values.</summary>
    internal static void Turn(
        ModelShape shape,
        in LayerWeights weights,
        RowBatch batch,
        int first,
        int end,
        in BlockRows rows,
        in KeyValues cache,
        Rotary.Table angles
    )
    {
        int width = shape.Heads.Width,
            turned = shape.Heads.Queries + shape.Heads.KeyValues;
        for (int row = first; row < end; row++)
        {
            var sight = batch.Sights[row];
            float* qkv = rows.Qkv + ((nint)row * shape.Qkv);
            if (weights.QueryNorm != null)
            {
                HeadNorms.Forward(
                    shape,
                    weights,
                    qkv,
                    rows.RawHeads == null ? null : rows.RawHeads + ((nint)row * turned * width),
                    rows.HeadInverses == null ? null : rows.HeadInverses + ((nint)row * turned)
                );
            }

            float* turn = angles.At(sight.PrefixLength + sight.OwnLength - 1);
            for (int head = 0; head < turned; head++)
            {
                Rotary.Turn(qkv + (head * width), turn, width / 2, backward: false);
            }

            cache.Store(
                sight.OwnPlace + sight.OwnLength - 1,
                qkv + shape.Queries,
                qkv + shape.Queries + shape.Keys,
                shape.Heads.KeyValues,
                width
            );
            foreach (int copy in batch.CopiesOf(row))
            {
                cache.Store(copy + row, qkv + shape.Queries, qkv + shape.Queries + shape.Keys, shape.Heads.KeyValues, width);
            }
        }
    }

    /// <summary>Attention of a block of rows with the query heads of some key heads.</summary>
    internal static void Attend(
        ModelShape shape,
        RowBatch batch,
        int first,
        int count,
        int firstKey,
        int endKey,
        in BlockRows rows,
        in KeyValues cache,
        float* scratch
    ) =>
        Attention.ForwardHeads(
            shape.Level,
            shape.Heads,
            batch.Sights.AsSpan(first, count),
            new AttentionRows
            {
                Queries = rows.Qkv + ((nint)first * shape.Qkv),
                QueryRow = shape.Qkv,
                Context = rows.Context + ((nint)first * shape.Queries),
                ContextRow = shape.Queries,
                LogSumExp = rows.LogSumExp == null ? null : rows.LogSumExp + ((nint)first * shape.Heads.Queries),
            },
            cache,
            scratch,
            firstKey,
            endKey
        );

    /// <summary>SwiGLU of the rows <paramref name="first"/> .. <paramref name="end"/> - 1 of gate and up [B, 2F], to [B, F].</summary>
    internal static void Activate(ModelShape shape, float* gateUp, float* inner, int first, int end)
    {
        for (int i = first; i < end; i++)
        {
            SwiGlu.Forward(gateUp + ((nint)i * 2 * shape.Inner), inner + ((nint)i * shape.Inner), shape.Inner);
        }
    }

    /// <summary>Adds a bias [W], unless it is null, to the columns <paramref name="column"/> .. <paramref name="endColumn"/> - 1 of rows
    /// [B, W].</summary>
    internal static void AddBias(float* bias, float* rows, int width, int count, int column, int endColumn)
    {
        for (int i = 0; bias != null && i < count; i++)
        {
            VectorMath.Add(bias + column, rows + ((nint)i * width) + column, endColumn - column);
        }
    }
}

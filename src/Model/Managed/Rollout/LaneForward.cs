// Letters: N rows of a pass, B rows of a chunk, D hidden, F inner layer of the MLP, K key and value heads.
using Cppo.Model.Managed.Adapters;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Layers;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Rollout;

/// <summary>
/// The layers for one lane's rollouts: the rows of a pass, each the last token of a completion or a token of a prompt, from embeddings to
/// final norm. Each part of a layer is a job of the lane's crew: products are cut by panels, so that each weight is read once by one
/// thread; attention by blocks of rows and key heads; the rest by rows. Sums run in the same order however the jobs are cut.
/// </summary>
internal sealed unsafe class LaneForward
{
    // A row's norm or rotation is less work than to ask for it.
    private const int RowsAtATime = 4;

    // So many rows of an adapter's terms read their factors once.
    private const int AdapterRowsAtATime = Gemm.RowsMultiple;

    private readonly LaneMemory memory;
    private readonly RolloutWeights weights;
    private readonly Rotary.Table angles;
    private readonly Crew crew;
    private readonly RunPieces normalize;
    private readonly RunPieces turn;
    private readonly RunPieces attend;
    private readonly RunPieces activate;
    private readonly RunPieces addLowRank;
    private readonly SharedProduct product;
    private readonly List<int> blocks = [];

    // What the job at hand reads.
    private RolloutLayer layer;
    private KeyValues cache;
    private BlockRows rows;
    private float* normWeight;
    private int first;
    private int firstBlock;
    private LowRankTerm term = null!;
    private float* termInput;
    private float* termOutput;

    /// <summary>For passes at positions below so many; the memory is reserved by its owner.</summary>
    internal LaneForward(LaneMemory memory, RolloutWeights weights, Crew crew, int positions)
    {
        (this.memory, this.weights, this.crew, angles) = (memory, weights, crew, weights.Shape.Rotary.For(positions));
        (normalize, turn, attend, activate, addLowRank) = (Normalize, Turn, Attend, Activate, AddLowRank);
        product = new SharedProduct(weights.Shape, crew, memory.Prepared);
        Batch.Reserve(memory.Sizes.PassRows);
        blocks.Capacity = memory.Sizes.PassRows + 1;
    }

    /// <summary>The rows of the next pass.</summary>
    internal RowBatch Batch { get; } = new();

    /// <summary>Runs the batch through all layers; keys and values go where its sights say.</summary>
    internal void Run()
    {
        var shape = weights.Shape;
        rows = memory.Rows;
        for (int row = 0; row < Batch.Count; row++)
        {
            weights.Embed(Batch.Tokens[row], rows.Input + ((nint)row * shape.Hidden));
        }

        CutBlocks();
        int chunkRows = memory.Sizes.ChunkRows;
        for (int i = 0; i < shape.Config.NumLayers; i++)
        {
            (layer, cache) = (weights.Layer(i), memory.Layer(shape, i));
            for (first = 0; first < Batch.Count; first += chunkRows)
            {
                Project(Math.Min(chunkRows, Batch.Count - first));
            }

            firstBlock = 0;
            for (first = 0; first < Batch.Count; first += chunkRows)
            {
                Finish(Math.Min(chunkRows, Batch.Count - first));
            }
        }
    }

    /// <summary>The final norm of rows <paramref name="first"/> .. <paramref name="end"/> - 1 that have run, to [end - first, D].</summary>
    internal void FinalNorm(int first, int end, float* into) =>
        BlockForward.Normalize(weights.Shape, memory.Rows.Output, weights.FinalNorm, first, end, into, null);

    /// <summary>The logits of so many hidden rows, to the memory's.</summary>
    internal void Head(int firstHidden, int count) =>
        product.Run(
            count,
            memory.Hidden + ((nint)firstHidden * weights.Shape.Hidden),
            weights.Shape.Hidden,
            weights.Head,
            new ProductStart(null, 0, null),
            memory.Logits,
            weights.Shape.Vocabulary
        );

    /// <summary>Cuts the batch into blocks of attention, which end where chunks do; behind the last one stands their end.</summary>
    private void CutBlocks()
    {
        var heads = weights.Shape.Heads;
        int chunkRows = memory.Sizes.ChunkRows;

        // Few rows are cut finer, so that there is a piece for every thread.
        int most = Math.Max(1, Batch.Count * heads.KeyValues / crew.Size);
        blocks.Clear();
        for (int chunk = 0; chunk < Batch.Count; chunk += chunkRows)
        {
            int end = Math.Min(chunk + chunkRows, Batch.Count);
            for (int row = chunk; row < end; )
            {
                blocks.Add(row);
                row += AttentionBlock.Length(Batch.Sights.AsSpan(row, Math.Min(most, end - row)), heads);
            }
        }

        blocks.Add(Batch.Count);
    }

    private void Project(int count)
    {
        var shape = weights.Shape;
        normWeight = layer.Vectors.InputNorm;
        crew.Run(count, RowsAtATime, normalize);
        product.Run(
            count,
            memory.Norm,
            shape.Hidden,
            layer.Qkv,
            new ProductStart(layer.Vectors.QkvBias, 0, null),
            rows.Qkv + ((nint)first * shape.Qkv),
            shape.Qkv
        );
        Add(layer.Vectors.Adapter?.Qkv, count, memory.Norm, rows.Qkv + ((nint)first * shape.Qkv));
        crew.Run(count, RowsAtATime, turn);
    }

    private void Finish(int count)
    {
        var shape = weights.Shape;
        int hidden = shape.Hidden,
            endBlock = firstBlock;
        float* stream = rows.Input + ((nint)first * hidden);
        float* context = rows.Context + ((nint)first * shape.Queries);
        while (blocks[endBlock] < first + count)
        {
            endBlock++;
        }

        crew.Run((endBlock - firstBlock) * shape.Heads.KeyValues, 1, attend);
        firstBlock = endBlock;
        product.Run(
            count,
            context,
            shape.Queries,
            layer.Output,
            new ProductStart(stream, hidden, layer.Vectors.OutputBias),
            stream,
            hidden
        );
        Add(layer.Vectors.Adapter?.Output, count, context, stream);
        normWeight = layer.Vectors.PostAttentionNorm;
        crew.Run(count, RowsAtATime, normalize);
        product.Run(
            count,
            memory.Norm,
            hidden,
            layer.GateUp,
            new ProductStart(layer.Vectors.GateUpBias, 0, null),
            memory.GateUp,
            2 * shape.Inner
        );
        Add(layer.Vectors.Adapter?.GateUp, count, memory.Norm, memory.GateUp);
        crew.Run(count, 1, activate);
        product.Run(count, memory.Inner, shape.Inner, layer.Down, new ProductStart(stream, hidden, layer.Vectors.DownBias), stream, hidden);
        Add(layer.Vectors.Adapter?.Down, count, memory.Inner, stream);
    }

    /// <summary>Adds what an adapter adds to a product of the chunk's rows, cut by rows.</summary>
    private void Add(LowRankTerm? of, int count, float* x, float* y)
    {
        if (of is not null)
        {
            term = of;
            termInput = x;
            termOutput = y;
            crew.Run(count, AdapterRowsAtATime, addLowRank);
        }
    }

    private void AddLowRank(int from, int to, int thread) =>
        term.AddTo(
            weights.Shape.Level,
            to - from,
            termInput + ((nint)from * term.Place.Inputs),
            termOutput + ((nint)from * term.Place.Outputs),
            memory.LowRank(thread)
        );

    private void Normalize(int from, int to, int thread) =>
        BlockForward.Normalize(
            weights.Shape,
            rows.Input,
            normWeight,
            first + from,
            first + to,
            memory.Norm + ((nint)from * weights.Shape.Hidden),
            null
        );

    private void Turn(int from, int to, int thread) =>
        BlockForward.Turn(weights.Shape, layer.Vectors, Batch, first + from, first + to, rows, cache, angles);

    /// <summary>Pieces are the key heads of the chunk's blocks, block after block.</summary>
    private void Attend(int from, int to, int thread)
    {
        int keys = weights.Shape.Heads.KeyValues;
        while (from < to)
        {
            int block = from / keys,
                firstKey = from % keys,
                endKey = Math.Min(keys, firstKey + to - from),
                row = blocks[firstBlock + block];
            BlockForward.Attend(
                weights.Shape,
                Batch,
                row,
                blocks[firstBlock + block + 1] - row,
                firstKey,
                endKey,
                rows,
                cache,
                memory.Attention(thread)
            );
            from += endKey - firstKey;
        }
    }

    private void Activate(int from, int to, int thread) => BlockForward.Activate(weights.Shape, memory.GateUp, memory.Inner, from, to);
}

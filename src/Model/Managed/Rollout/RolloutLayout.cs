using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Rollout;

/// <summary>The sizes of a request that decide how it is run.</summary>
internal readonly record struct RequestSizes
{
    internal required int NumPrompts { get; init; }

    internal required int GroupSize { get; init; }

    /// <summary>Tokens of the shortest prompt.</summary>
    internal required int MinPrompt { get; init; }

    /// <summary>Tokens of the longest prompt.</summary>
    internal required int MaxPrompt { get; init; }

    /// <summary>The most tokens that a completion may have, as the request says.</summary>
    internal required int MaxNewTokens { get; init; }

    /// <summary>Those of a request, which has prompts.</summary>
    internal static RequestSizes Of(GenerationRequest request) =>
        new()
        {
            NumPrompts = request.Prompts.Count,
            GroupSize = request.GroupSize,
            MinPrompt = request.Prompts.Min(prompt => prompt.TokenIds.Length),
            MaxPrompt = request.Prompts.Max(prompt => prompt.TokenIds.Length),
            MaxNewTokens = request.Sampling.MaxNewTokens,
        };
}

/// <summary>
/// How a request is run: by one lane for each thread, which reads all weights by itself, or by one lane whose jobs all threads share, so
/// that each weight is read once a step. A lane of its own waits for nobody, which is better as long as a core's caches hold the weights.
/// </summary>
internal sealed record RolloutLayout
{
    /// <summary>
    /// Models of more floats than this in matrices that a token meets have one lane for all threads.
    /// </summary>
    internal const long MaxFloatsOfOwnLanes = 1L << 24;

    // What all lanes' keys and values may take, in floats: 2 GiB, or one completion a lane where that takes more.
    private const long MaxKeyValueFloats = 1L << 29;

    // Logits of all lanes, in floats: 64 MB, or a tile's rows a lane where that takes more.
    private const int MaxLogits = 1 << 24;

    private const int MaxCompletionsPerLane = 128;

    // The rows of a prompt's pass. Those of a chunk stay in the second-level cache, where small weights do so, too; large ones are read
    // for as many rows as that cache holds of a block of a sum.
    private const int PassRows = 512;
    private const int ChunkRows = 128;
    private const int ChunkRowsOfLargeModels = 256;

    /// <summary>Whether all threads share one lane.</summary>
    internal required bool IsShared { get; init; }

    internal required int NumLanes { get; init; }

    /// <summary>A lane's memory; its rows are the most completions in progress.</summary>
    internal required LaneSizes Sizes { get; init; }

    /// <summary>No prompt is opened while a lane has so many completions in progress.</summary>
    internal required int EnoughCompletions { get; init; }

    /// <summary>Bytes of all lanes.</summary>
    internal long Bytes(ModelShape shape) => NumLanes * Sizes.Bytes(shape);

    /// <summary>The layout of a request on so many threads.</summary>
    /// <param name="shape">The model's.</param>
    /// <param name="request">The request's sizes.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="settings">The engine's.</param>
    /// <param name="rowsPerCompletion">Rows that a step runs for each completion in progress: 1 where no two share rows.</param>
    internal static RolloutLayout Of(
        ModelShape shape,
        in RequestSizes request,
        int threads,
        EngineSettings settings,
        double rowsPerCompletion = 1
    )
    {
        bool isLarge = shape.WeightFloats > (settings.MaxFloatsOfOwnLanes ?? MaxFloatsOfOwnLanes),
            isShared = isLarge && threads > 1;
        int units = RolloutQueue.Units(request.NumPrompts, request.GroupSize, isShared ? 1 : threads),
            numLanes = isShared ? 1 : Math.Min(threads, units),
            total = request.NumPrompts * request.GroupSize,
            maxNewTokens = Math.Min(request.MaxNewTokens, shape.Config.MaxPositions - request.MinPrompt);
        long keyValueFloats = LaneSizes.KeyValueFloats(
                shape,
                KeyValues.WholePanels(maxNewTokens) + KeyValues.WholePanels(request.MaxPrompt)
            ),
            affordable = MaxKeyValueFloats / numLanes / keyValueFloats;
        int most = (int)Math.Clamp(affordable, 1, Math.Min((total + numLanes - 1) / numLanes, MaxCompletionsPerLane));
        int logitRows = Math.Min(Math.Max(MaxLogits / numLanes / shape.Vocabulary, Gemm.TileRows(shape.Level)), settings.LogitChunkTokens);
        return new RolloutLayout
        {
            IsShared = isShared,
            NumLanes = numLanes,
            EnoughCompletions = Enough(shape, most, maxNewTokens, rowsPerCompletion),
            Sizes = Lane(request, most, Math.Min(most, units), maxNewTokens, logitRows, isShared ? threads : 1, isLarge),
        };
    }

    /// <summary>
    /// Completions of a lane that are enough, so that no further prompt is opened. A step reads all weights once, and each row's own keys
    /// and values. More rows than make the two equal gain little, but drive the keys and values out of the caches.
    /// </summary>
    private static int Enough(ModelShape shape, int most, int maxNewTokens, double rowsPerCompletion)
    {
        int tile = Gemm.TileRows(shape.Level);
        nint own = LaneSizes.KeyValueFloats(shape, KeyValues.WholePanels(maxNewTokens));
        long rows = Math.Max(tile, shape.WeightFloats / own / tile * tile);
        return (int)Math.Min(most, rows / rowsPerCompletion);
    }

    private static LaneSizes Lane(
        in RequestSizes request,
        int rows,
        int prompts,
        int maxNewTokens,
        int logitRows,
        int threads,
        bool isLarge
    )
    {
        int chunk = isLarge ? ChunkRowsOfLargeModels : ChunkRows;
        int pass = (int)Math.Max(rows, Math.Min(isLarge ? ChunkRowsOfLargeModels : PassRows, (long)prompts * request.MaxPrompt));
        return new LaneSizes
        {
            Rows = rows,
            MaxNewTokens = maxNewTokens,
            MaxPrompt = request.MaxPrompt,
            Prompts = prompts,
            HasCommon = request.NumPrompts > 1,
            PassRows = pass,
            ChunkRows = Math.Min(chunk, pass),
            LogitRows = Math.Min(rows, logitRows),
            Threads = threads,
        };
    }
}

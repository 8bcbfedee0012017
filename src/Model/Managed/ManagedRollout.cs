using System.Collections.Concurrent;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Managed;

/// <summary>Generations: cuts requests into lanes, one a thread, and keeps the lanes' memory for the next request.</summary>
internal sealed class ManagedRollout(EngineSettings settings) : IDisposable
{
    // What all lanes' keys and values may take, in floats: 2 GiB.
    private const long MaxKeyValueFloats = 1L << 29;

    // Logits of all lanes, in floats: 64 MB.
    private const int MaxLogits = 1 << 24;

    // Rows of a lane are a multiple of this, so that tiles and groups fill them.
    private const int RowsMultiple = 2 * Gemm.RowsMultiple;

    private const int MaxRowsPerLane = 128;

    private readonly ConcurrentBag<RolloutLane> lanes = [];

    /// <summary>Samples the request's completions.</summary>
    /// <exception cref="ArgumentException">A prompt is empty or leaves no room for a token within the model's context.</exception>
    internal GeneratedGroup[] Generate(ForwardWeights weights, GenerationRequest request, Team team, CancellationToken stop)
    {
        if (request.Prompts.Count == 0)
        {
            return [];
        }

        Check(weights.Shape.Config, request);
        var queue = new RolloutQueue(request, team.Size);
        var results = request.Prompts.Select(_ => new GeneratedCompletion[request.GroupSize]).ToArray();
        var (rows, perStep) = RowsPerLane(weights.Shape, request, queue);
        int logitRows = Math.Clamp(MaxLogits / queue.NumLanes / weights.Shape.Vocabulary, 1, settings.LogitChunkTokens);
        team.Run(queue.NumLanes, (_, _) =>
        {
            var lane = lanes.TryTake(out var idle) ? idle : new RolloutLane();
            try
            {
                lane.Begin(weights, request, queue, results, rows, logitRows, perStep);
                lane.Run(stop);
            }
            finally
            {
                lanes.Add(lane);
            }
        });
        return [.. results.Select(completions => new GeneratedGroup(completions))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (lanes.TryTake(out var lane))
        {
            lane.Dispose();
        }
    }

    private static void Check(Qwen2Config config, GenerationRequest request)
    {
        foreach (var prompt in request.Prompts)
        {
            if (prompt.TokenIds.Length == 0 || prompt.TokenIds.Length >= config.MaxPositions)
            {
                throw new ArgumentException(
                    $"A prompt has {prompt.TokenIds.Length} tokens; it must have at least 1 and leave room within the model's context of {config.MaxPositions}.");
            }
        }
    }

    /// <summary>
    /// Completions of a lane at a time, and the rows of a step below which more of them begin. A step reads all weights once, and each row's own keys and values. More rows
    /// than make the two equal gain little, but drive the keys and values out of the caches.
    /// </summary>
    private static (int Rows, int PerStep) RowsPerLane(ModelShape shape, GenerationRequest request, RolloutQueue queue)
    {
        int longestPrompt = request.Prompts.Max(prompt => prompt.TokenIds.Length);
        int maxNewTokens = Math.Min(request.Sampling.MaxNewTokens, shape.Config.MaxPositions - request.Prompts.Min(prompt => prompt.TokenIds.Length));
        long affordable = MaxKeyValueFloats / queue.NumLanes / LaneMemory.KeyValueFloats(shape, maxNewTokens, longestPrompt);
        long balanced = (shape.WeightFloats / LaneMemory.KeyValueFloats(shape, maxNewTokens, 0) / RowsMultiple * RowsMultiple) + RowsMultiple;
        int rows = (int)Math.Clamp(affordable, 1, Math.Min(queue.RowsPerLane, MaxRowsPerLane));
        return (rows, (int)Math.Min(rows, balanced));
    }
}

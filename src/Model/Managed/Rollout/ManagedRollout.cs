using System.Collections.Concurrent;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Rollout;

/// <summary>Generations: cuts requests into lanes, one a thread, and keeps their memory for the next request.</summary>
internal sealed class ManagedRollout(EngineSettings settings) : IDisposable
{
    // What all lanes' keys and values may take, in floats: 2 GiB, or one completion a lane where that takes more.
    private const long MaxKeyValueFloats = 1L << 29;

    // Logits of all lanes, in floats: 64 MB, or a tile's rows a lane where that takes more.
    private const int MaxLogits = 1 << 24;

    private const int MaxCompletionsPerLane = 128;

    private readonly ConcurrentBag<LaneMemory> memories = [];

    // Rows that a step ran for each completion in progress, in the last request with groups: 1 where no two completions share rows.
    private double rowsPerCompletion = 1;

    /// <summary>Samples the request's completions.</summary>
    /// <exception cref="ArgumentException">As <see cref="EngineInput"/> says.</exception>
    internal GeneratedGroup[] Generate(ForwardWeights weights, GenerationRequest request, Team team, CancellationToken stop)
    {
        if (request.Prompts.Count == 0)
        {
            return [];
        }

        EngineInput.Check(request, weights.Shape.Config);
        var queue = new RolloutQueue(request, team.Size);
        var results = request.Prompts.Select(_ => new GeneratedCompletion[request.GroupSize]).ToArray();
        var (most, enough) = CompletionsPerLane(weights.Shape, request, queue);
        int logitRows = Math.Min(
            Math.Max(MaxLogits / queue.NumLanes / weights.Shape.Vocabulary, Gemm.TileRows(weights.Shape.Level)),
            settings.LogitChunkTokens
        );
        var work = new LaneWork
        {
            Weights = weights,
            Request = request,
            Queue = queue,
            Results = results,
            MostCompletions = most,
            EnoughCompletions = enough,
            LogitRows = logitRows,
        };
        long rowSteps = 0,
            tokens = 0;
        team.Run(
            queue.NumLanes,
            (_, thread) =>
            {
                var memory = memories.TryTake(out var idle) ? idle : new LaneMemory();
                try
                {
                    var lane = new RolloutLane(memory, work);
                    while (lane.Step(stop))
                    {
                        team.Rebalance(thread);
                    }

                    Interlocked.Add(ref rowSteps, lane.RowSteps);
                    Interlocked.Add(ref tokens, lane.TokensDrawn);
                }
                finally
                {
                    memories.Add(memory);
                }
            }
        );
        if (request.GroupSize > 1)
        {
            rowsPerCompletion = rowSteps / (double)tokens;
        }

        return [.. results.Select(completions => new GeneratedGroup(completions))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (memories.TryTake(out var memory))
        {
            memory.Dispose();
        }
    }

    /// <summary>
    /// Completions of a lane at a time, and how many are enough, so that no further prompt is opened. A step reads all weights once, and
    /// each row's own keys and values. More rows than make the two equal gain little, but drive the keys and values out of the caches.
    /// </summary>
    private (int Most, int Enough) CompletionsPerLane(ModelShape shape, GenerationRequest request, RolloutQueue queue)
    {
        int longestPrompt = request.Prompts.Max(prompt => prompt.TokenIds.Length);
        int maxNewTokens = Math.Min(
            request.Sampling.MaxNewTokens,
            shape.Config.MaxPositions - request.Prompts.Min(prompt => prompt.TokenIds.Length)
        );
        long affordable = MaxKeyValueFloats / queue.NumLanes / LaneMemory.KeyValueFloats(shape, maxNewTokens, longestPrompt);
        int most = (int)Math.Clamp(affordable, 1, Math.Min(queue.RowsPerLane, MaxCompletionsPerLane));
        int tile = Gemm.TileRows(shape.Level);
        long rows = Math.Max(tile, shape.WeightFloats / LaneMemory.KeyValueFloats(shape, maxNewTokens, 0) / tile * tile);
        return (most, (int)Math.Min(most, rows / rowsPerCompletion));
    }
}

using System.Collections.Concurrent;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Rollout;

/// <summary>Generations: cuts requests into lanes, one a thread, and keeps their memory for the next request.</summary>
internal sealed class ManagedRollout(EngineSettings settings) : IDisposable
{
    private readonly ConcurrentBag<LaneMemory> memories = [];

    // Rows that a step ran for each completion in progress, in the last request with groups: 1 where no two completions share rows.
    private double rowsPerCompletion = 1;

    // In a precision other than fp32, the weights that were read last, and what they were packed from.
    private RolloutWeights? packed;
    private (ForwardWeights Weights, int PolicyVersion)? packedFrom;

    /// <summary>Samples the request's completions from the weights of a policy version.</summary>
    /// <exception cref="ArgumentException">As <see cref="EngineInput"/> says.</exception>
    internal GeneratedGroup[] Generate(
        ForwardWeights weights,
        int policyVersion,
        GenerationRequest request,
        Team team,
        CancellationToken stop
    ) =>
        request.Prompts.Count == 0
            ? []
            : Generate(
                request.Exact || settings.RolloutPrecision == WeightPrecision.Float32 || weights.Rounded is not null
                    ? new RolloutWeights(weights)
                    : InPrecision(weights, policyVersion, team),
                request,
                team,
                stop
            );

    /// <summary>Samples the request's completions from these weights.</summary>
    /// <exception cref="ArgumentException">As <see cref="EngineInput"/> says.</exception>
    internal GeneratedGroup[] Generate(RolloutWeights weights, GenerationRequest request, Team team, CancellationToken stop)
    {
        if (request.Prompts.Count == 0)
        {
            return [];
        }

        EngineInput.Check(request, weights.Shape.Config);
        var layout = RolloutLayout.Of(
            weights.Shape,
            RequestSizes.Of(request),
            team.Size,
            settings with
            {
                RolloutPrecision = weights.Precision,
            },
            rowsPerCompletion
        );
        var results = request.Prompts.Select(_ => new GeneratedCompletion[request.GroupSize]).ToArray();
        var work = new LaneWork
        {
            Weights = weights,
            Request = request,
            Queue = new RolloutQueue(request, layout.IsShared ? 1 : team.Size),
            Results = results,
            Crew = new Crew(layout.IsShared ? team : null),
            EnoughCompletions = layout.EnoughCompletions,
            Sizes = layout.Sizes,
        };
        DropMemories(layout.NumLanes);
        long rowSteps = 0,
            tokens = 0;
        void RunLane(Action afterStep)
        {
            var memory = memories.TryTake(out var idle) ? idle : new LaneMemory();
            try
            {
                var lane = new RolloutLane(memory, work);
                while (lane.Step(stop))
                {
                    afterStep();
                }

                Interlocked.Add(ref rowSteps, lane.RowSteps);
                Interlocked.Add(ref tokens, lane.TokensDrawn);
            }
            finally
            {
                memories.Add(memory);
            }
        }

        if (layout.IsShared)
        {
            // Each job of the lane lets helpers in where cores have become free.
            RunLane(static () => { });
        }
        else
        {
            team.Run(layout.NumLanes, (_, thread) => RunLane(() => team.Rebalance(thread)));
        }

        if (request.GroupSize > 1)
        {
            rowsPerCompletion = rowSteps / (double)tokens;
        }

        return [.. results.Select(completions => new GeneratedGroup(completions))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DropMemories(0);
        packed?.Dispose();
    }

    /// <summary>The weights as rollouts read them; a copy is packed once for each policy version, in place of the last one's.</summary>
    private RolloutWeights InPrecision(ForwardWeights weights, int policyVersion, Team team)
    {
        if (packed is null || packed.Shape != weights.Shape)
        {
            packed?.Dispose();
            packed = new RolloutWeights(weights.Shape, settings.RolloutPrecision);
            packedFrom = null;
        }

        if (packedFrom != (weights, policyVersion))
        {
            packed.Pack(weights, team);
            packedFrom = (weights, policyVersion);
        }

        return packed;
    }

    /// <summary>Lanes of an earlier request, of which this one has fewer, keep nothing beside it.</summary>
    private void DropMemories(int kept)
    {
        while (memories.Count > kept && memories.TryTake(out var memory))
        {
            memory.Dispose();
        }
    }
}

using Cppo.Model.Engine;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Rollout;

/// <summary>What the lanes of one request have in common.</summary>
internal sealed record LaneWork
{
    internal required ForwardWeights Weights { get; init; }

    internal required GenerationRequest Request { get; init; }

    internal required RolloutQueue Queue { get; init; }

    /// <summary>Where completions go when they have ended: [prompt][completion].</summary>
    internal required GeneratedCompletion[][] Results { get; init; }

    /// <summary>Who runs a lane's jobs: where threads share a lane, there is no other.</summary>
    internal Crew Crew { get; init; } = new();

    /// <summary>No prompt is opened while a lane has so many completions in progress.</summary>
    internal int EnoughCompletions { get; init; } = int.MaxValue;

    /// <summary>What a lane has room for.</summary>
    internal required LaneSizes Sizes { get; init; }
}

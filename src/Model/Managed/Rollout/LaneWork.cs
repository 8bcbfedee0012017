using Cppo.Model.Engine;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Rollout;

/// <summary>What the lanes of one request have in common.</summary>
internal sealed record LaneWork
{
    internal required ForwardWeights Weights { get; init; }

    internal required GenerationRequest Request { get; init; }

    internal required RolloutQueue Queue { get; init; }

    /// <summary>Where completions go when they have ended: [prompt][completion].</summary>
    internal required GeneratedCompletion[][] Results { get; init; }

    /// <summary>The most completions that a lane has in progress.</summary>
    internal required int MostCompletions { get; init; }

    /// <summary>No prompt is opened while a lane has so many completions in progress.</summary>
    internal int EnoughCompletions { get; init; } = int.MaxValue;

    /// <summary>The most rows whose logits a lane computes at a time.</summary>
    internal required int LogitRows { get; init; }
}

using Cppo.Model.Engine;
using Cppo.Model.Managed.Layers;

namespace Cppo.Model.Managed.Rollout;

/// <summary>Completions of one prompt that one thread generates: it runs the prompt once for all of them.</summary>
/// <param name="Prompt">Place in the request.</param>
/// <param name="FirstCompletion">Place in the group.</param>
/// <param name="NumCompletions">At least 1.</param>
internal readonly record struct RolloutUnit(int Prompt, int FirstCompletion, int NumCompletions);

/// <summary>
/// The request cut into units that threads take when they have room. A unit is a whole group, or a part of it where there are too few
/// groups to occupy all threads. What a completion becomes does not depend on who takes it.
/// </summary>
internal sealed class RolloutQueue
{
    // Fewer rows than this waste most of a matrix product.
    private const int MinCompletionsPerUnit = 8;

    private readonly RolloutUnit[] units;
    private int next = -1;

    internal RolloutQueue(GenerationRequest request, int threads)
    {
        int parts = Math.Clamp(
            (threads + request.Prompts.Count - 1) / request.Prompts.Count,
            1,
            Math.Max(1, request.GroupSize / MinCompletionsPerUnit)
        );
        int perUnit = (request.GroupSize + parts - 1) / parts;
        units =
        [
            .. from prompt in Enumerable.Range(0, request.Prompts.Count)
            from part in Enumerable.Range(0, parts)
            let first = part * perUnit
            where first < request.GroupSize
            select new RolloutUnit(prompt, first, Math.Min(perUnit, request.GroupSize - first)),
        ];
        NumCommon = CommonPrefix.Length([.. request.Prompts.Select(prompt => prompt.TokenIds)]);
        NumLanes = Math.Min(threads, units.Length);
        int total = request.Prompts.Count * request.GroupSize;
        RowsPerLane = (total + NumLanes - 1) / NumLanes;
    }

    /// <summary>Tokens that all prompts begin with.</summary>
    internal int NumCommon { get; }

    /// <summary>Threads that there is work for.</summary>
    internal int NumLanes { get; }

    /// <summary>The share of the completions that each thread has if all are equally fast.</summary>
    internal int RowsPerLane { get; }

    /// <summary>Takes the next unit; false where none is left.</summary>
    internal bool TryTake(out RolloutUnit unit)
    {
        int index = Interlocked.Increment(ref next);
        unit = index < units.Length ? units[index] : default;
        return index < units.Length;
    }
}

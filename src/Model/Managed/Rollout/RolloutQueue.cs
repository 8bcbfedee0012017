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
        int perUnit = CompletionsPerUnit(request.Prompts.Count, request.GroupSize, threads);
        units =
        [
            .. from prompt in Enumerable.Range(0, request.Prompts.Count)
            from part in Enumerable.Range(0, (request.GroupSize + perUnit - 1) / perUnit)
            let first = part * perUnit
            select new RolloutUnit(prompt, first, Math.Min(perUnit, request.GroupSize - first)),
        ];
        NumCommon = CommonPrefix.Length([.. request.Prompts.Select(prompt => prompt.TokenIds)]);
    }

    /// <summary>Tokens that all prompts begin with.</summary>
    internal int NumCommon { get; }

    /// <summary>How many units a request is cut into.</summary>
    internal static int Units(int numPrompts, int groupSize, int threads)
    {
        int perUnit = CompletionsPerUnit(numPrompts, groupSize, threads);
        return numPrompts * ((groupSize + perUnit - 1) / perUnit);
    }

    /// <summary>Takes the next unit; false where none is left.</summary>
    internal bool TryTake(out RolloutUnit unit)
    {
        int index = Interlocked.Increment(ref next);
        unit = index < units.Length ? units[index] : default;
        return index < units.Length;
    }

    private static int CompletionsPerUnit(int numPrompts, int groupSize, int threads)
    {
        int parts = Math.Clamp((threads + numPrompts - 1) / numPrompts, 1, Math.Max(1, groupSize / MinCompletionsPerUnit));
        return (groupSize + parts - 1) / parts;
    }
}

using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Rollout;

/// <summary>
/// Runs the prompts that a lane has opened, as many rows in a pass as there is room for: short prompts together, a long one in several
/// passes. What all prompts of the request begin with is run for the first alone.
/// </summary>
internal sealed class PromptPasses(LaneMemory memory, LaneForward forward, ModelShape shape, int numCommon)
{
    private readonly List<OpenPrompt> waiting = new(memory.Sizes.Rows);
    private readonly List<(int Stretch, int Row)> lastRows = new(memory.Sizes.Rows);
    private bool hasCommon;

    /// <summary>Adds a prompt to those that run next.</summary>
    internal void Add(OpenPrompt prompt) => waiting.Add(prompt);

    /// <summary>
    /// Runs the prompts that were added: their keys and values into their places, their last hidden rows to the memory's.
    /// </summary>
    internal void Run(CancellationToken stop)
    {
        if (waiting.Count == 0)
        {
            return;
        }

        forward.Batch.Clear();
        if (numCommon > 0 && !hasCommon)
        {
            AddRows(waiting[0].TokenIds, 0, numCommon, memory.CommonPlace, stop);
            RunRows(stop);
            hasCommon = true;
        }

        foreach (var prompt in waiting)
        {
            int place = memory.PromptPlace(prompt.Stretch);
            if (numCommon > 0)
            {
                memory.Copy(shape, numCommon, memory.CommonPlace, place);
            }

            AddRows(prompt.TokenIds, numCommon, prompt.Length - 1, place, stop);
            lastRows.Add((prompt.Stretch, forward.Batch.Count));
            AddRows(prompt.TokenIds, prompt.Length - 1, prompt.Length, place, stop);
        }

        RunRows(stop);
        waiting.Clear();
    }

    /// <summary>
    /// Tokens <paramref name="first"/> .. <paramref name="end"/> - 1 of a prompt, whose keys and values begin at a place.
    /// </summary>
    private void AddRows(int[] tokens, int first, int end, int place, CancellationToken stop)
    {
        for (int i = first; i < end; i++)
        {
            forward.Batch.Add(tokens[i], new Sight(0, 0, place, i + 1));
            if (forward.Batch.Count == memory.Sizes.PassRows)
            {
                RunRows(stop);
            }
        }
    }

    private unsafe void RunRows(CancellationToken stop)
    {
        if (forward.Batch.Count == 0)
        {
            return;
        }

        stop.ThrowIfCancellationRequested();
        forward.Run();
        foreach (var (stretch, row) in lastRows)
        {
            forward.FinalNorm(row, row + 1, memory.PromptHidden(shape, stretch));
        }

        lastRows.Clear();
        forward.Batch.Clear();
    }
}

// Letters: N rows, D hidden, V vocabulary.
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Sampling;

namespace Cppo.Model.Managed.Rollout;

/// <summary>
/// One thread's share of a generation: rows of completions that advance by one token a step. Where completions have ended, others begin at
/// once, from the prompt that is open or from the next one in the queue. Completions of a prompt are one row until their tokens differ:
/// what the layers compute for them is the same. Lanes share nothing but the queue, so no thread ever waits for another.
/// </summary>
internal sealed unsafe class RolloutLane
{
    private readonly LaneMemory memory;
    private readonly LaneForward forward;
    private readonly ForwardWeights weights;
    private readonly GenerationRequest request;
    private readonly RolloutQueue queue;
    private readonly LaneWork work;
    private readonly int[] stops;
    private readonly List<RolloutRow> rows;
    private readonly Stack<RolloutRow> freeRows = new();
    private readonly Stack<int> freePromptStretches = new();
    private readonly Stack<OpenPrompt> freePrompts = new();
    private OpenPrompt? open;
    private bool hasCommon;

    /// <summary>For one request, in memory that nobody else uses meanwhile and that another lane may have after it.</summary>
    internal RolloutLane(LaneMemory memory, LaneWork work)
    {
        (this.memory, this.work, weights, request, queue) = (memory, work, work.Weights, work.Request, work.Queue);
        int longestPrompt = request.Prompts.Max(prompt => prompt.TokenIds.Length);
        int maxNewTokens = request.Prompts.Max(prompt => MaxLength(prompt.TokenIds.Length));
        memory.Reserve(weights.Shape, work.MostCompletions, maxNewTokens, longestPrompt, work.LogitRows);
        forward = new LaneForward(
            memory,
            weights,
            Math.Max(work.MostCompletions, longestPrompt),
            request.Prompts.Max(prompt => prompt.TokenIds.Length + MaxLength(prompt.TokenIds.Length))
        );
        stops = [.. request.Sampling.StopTokenIds];
        rows = new List<RolloutRow>(work.MostCompletions);
        for (int stretch = work.MostCompletions - 1; stretch >= 0; stretch--)
        {
            freeRows.Push(new RolloutRow(stretch, maxNewTokens, request.OnToken));
            freePromptStretches.Push(stretch);
            freePrompts.Push(new OpenPrompt());
        }
    }

    /// <summary>Rows that the next step runs through the layers.</summary>
    internal int NumRows => rows.Count;

    /// <summary>Rows that drew tokens, added up over the steps so far.</summary>
    internal long RowSteps { get; private set; }

    /// <summary>Tokens that they drew: more than <see cref="RowSteps"/> where completions shared rows.</summary>
    internal long TokensDrawn { get; private set; }

    private int NumInProgress => work.MostCompletions - freeRows.Count;

    /// <summary>One token for each row; false where there is no row and no more work.</summary>
    internal bool Step(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        int continuing = rows.Count;
        Decode(continuing);
        Refill(stop);
        if (rows.Count == 0)
        {
            return false;
        }

        for (int i = continuing; i < rows.Count; i++)
        {
            VectorMath.Copy(
                memory.PromptHidden(weights.Shape, rows[i].Prompt.Stretch),
                memory.Hidden + ((nint)i * weights.Shape.Hidden),
                weights.Shape.Hidden
            );
        }

        RowSteps += rows.Count;
        TokensDrawn += NumInProgress;
        DrawTokens();
        RowSharing.Separate(rows, memory, weights.Shape);
        RemoveEnded();
        return true;
    }

    private int MaxLength(int promptLength) => Math.Min(request.Sampling.MaxNewTokens, weights.Shape.Config.MaxPositions - promptLength);

    /// <summary>Runs the last token of the first <paramref name="count"/> rows, to their hidden rows.</summary>
    private void Decode(int count)
    {
        if (count == 0)
        {
            return;
        }

        forward.Batch.Clear();
        for (int i = 0; i < count; i++)
        {
            var row = rows[i];
            forward.Batch.Add(
                row.LastToken,
                new Sight(memory.PromptPlace(row.Prompt.Stretch), row.Prompt.Length, memory.OwnPlace(row.Stretch), row.Length)
            );
        }

        forward.Run();
        forward.FinalNorm(0, count, memory.Hidden);
    }

    /// <summary>Begins completions while there are rows and work.</summary>
    private void Refill(CancellationToken stop)
    {
        RolloutRow? first = null;
        while (freeRows.Count > 0)
        {
            if (open is null || open.NextCompletion == open.EndCompletion)
            {
                first = null;
                if (NumInProgress >= work.EnoughCompletions || !queue.TryTake(out var unit))
                {
                    return;
                }

                stop.ThrowIfCancellationRequested();
                OpenPrompt(unit);
            }

            var row = freeRows.Pop();
            int index = open!.NextCompletion++;
            row.Begin(open, index, request.Prompts[open.Prompt].MaxNewTokensOf(index, MaxLength(open.Length)));
            if (first is null)
            {
                rows.Add(first = row);
            }
            else
            {
                first.Lead(row);
            }
        }
    }

    /// <summary>
    /// Runs a prompt: its keys and values into its places, its last hidden row aside. What all prompts begin with is run for the first
    /// alone.
    /// </summary>
    private void OpenPrompt(RolloutUnit unit)
    {
        int[] tokens = request.Prompts[unit.Prompt].TokenIds;
        open = freePrompts.Pop();
        open.Open(unit, freePromptStretches.Pop(), tokens.Length);
        int common = queue.NumCommon;
        if (common > 0)
        {
            if (!hasCommon)
            {
                RunPrompt(tokens, 0, common, memory.CommonPlace);
                hasCommon = true;
            }

            memory.Copy(weights.Shape, common, memory.CommonPlace, memory.PromptPlace(open.Stretch));
        }

        RunPrompt(tokens, common, tokens.Length, memory.PromptPlace(open.Stretch));
        forward.FinalNorm(forward.Batch.Count - 1, forward.Batch.Count, memory.PromptHidden(weights.Shape, open.Stretch));
    }

    /// <summary>
    /// Tokens <paramref name="first"/> .. <paramref name="end"/> - 1 of a prompt, whose keys and values begin at a place.
    /// </summary>
    private void RunPrompt(int[] tokens, int first, int end, int place)
    {
        forward.Batch.Clear();
        for (int i = first; i < end; i++)
        {
            forward.Batch.Add(tokens[i], new Sight(0, 0, place, i + 1));
        }

        forward.Run();
    }

    private void DrawTokens()
    {
        var shape = weights.Shape;
        for (int first = 0; first < rows.Count; first += memory.LogitRows)
        {
            int count = Math.Min(memory.LogitRows, rows.Count - first);
            Gemm.Multiply(
                shape.Level,
                count,
                memory.Hidden + ((nint)first * shape.Hidden),
                shape.Hidden,
                weights.Head,
                memory.Logits,
                shape.Vocabulary
            );
            for (int i = 0; i < count; i++)
            {
                DrawTokens(rows[first + i], memory.Logits + ((nint)i * shape.Vocabulary), shape.Vocabulary);
            }
        }
    }

    /// <summary>A token for each of the completions that share a row; the logits may be overwritten.</summary>
    private void DrawTokens(RolloutRow leader, float* logits, int vocabulary)
    {
        double temperature = request.Sampling.Temperature;
        if (temperature == 0)
        {
            int token = TokenDraw.Greedy(logits, vocabulary, out float logprob);
            for (var row = leader; row is not null; row = row.Follower)
            {
                row.Add(token, logprob);
            }

            return;
        }

        double total = TokenDraw.Weigh(logits, vocabulary, temperature);
        var restricted = RestrictedDraw.Of(logits, vocabulary, total, request.Sampling.Restriction);
        for (var row = leader; row is not null; row = row.Follower)
        {
            int token =
                restricted?.Pick(Uniform(row), out float logprob) ?? TokenDraw.Pick(logits, vocabulary, total, Uniform(row), out logprob);
            row.Add(token, logprob);
        }
    }

    private double Uniform(RolloutRow row) =>
        CountedRandom.Uniform(request.Sampling.Seed, request.Prompts[row.Prompt.Prompt].Key, row.Index, row.Length);

    /// <summary>
    /// Hands over completions that have ended; the rows that go on keep their order, each led by the first of its completions that goes on.
    /// </summary>
    private void RemoveEnded()
    {
        int kept = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            var leader = rows[i];
            RolloutRow? first = null,
                next;
            for (var row = leader; row is not null; row = next)
            {
                next = row.Follower;
                row.Follower = null;
                if (RemoveIfEnded(row))
                {
                    continue;
                }

                if (first is null)
                {
                    first = row;
                    first.SwapStretch(leader);
                }
                else
                {
                    first.Lead(row);
                }
            }

            if (first is not null)
            {
                rows[kept++] = first;
            }
        }

        rows.RemoveRange(kept, rows.Count - kept);
    }

    private bool RemoveIfEnded(RolloutRow row)
    {
        bool stopped = Array.IndexOf(stops, row.LastToken) >= 0;
        if (!stopped && row.Length < row.MaxLength)
        {
            return false;
        }

        work.Results[row.Prompt.Prompt][row.Index] = row.ToCompletion(stopped);
        request.Ended?.Invoke();
        freeRows.Push(row);
        if (--row.Prompt.Unfinished == 0)
        {
            freePromptStretches.Push(row.Prompt.Stretch);
            freePrompts.Push(row.Prompt);
            open = ReferenceEquals(open, row.Prompt) ? null : open;
        }

        return true;
    }
}

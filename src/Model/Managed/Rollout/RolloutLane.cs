// Letters: N rows, D hidden, V vocabulary.
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;
using Cppo.Model.Sampling;

namespace Cppo.Model.Managed.Rollout;

/// <summary>
/// A lane's share of a generation: rows of completions that advance by one token a step. Where completions have ended, others begin at
/// once, from the prompt that is open or from the next one in the queue. Completions of a prompt are one row until their tokens differ:
/// what the layers compute for them is the same. Lanes share nothing but the queue, so none ever waits for another.
/// </summary>
internal sealed unsafe class RolloutLane
{
    private readonly LaneMemory memory;
    private readonly LaneForward forward;
    private readonly RolloutWeights weights;
    private readonly GenerationRequest request;
    private readonly RolloutQueue queue;
    private readonly LaneWork work;
    private readonly int[] stops;
    private readonly List<RolloutRow> rows;
    private readonly Stack<RolloutRow> freeRows = new();
    private readonly Stack<int> freePromptStretches = new();
    private readonly Stack<OpenPrompt> freePrompts = new();
    private readonly PromptPasses prompts;
    private readonly RunPieces draw;
    private OpenPrompt? open;
    private int firstDrawn;

    /// <summary>For one request, in memory that nobody else uses meanwhile and that another lane may have after it.</summary>
    internal RolloutLane(LaneMemory memory, LaneWork work)
    {
        (this.memory, this.work, weights, request, queue) = (memory, work, work.Weights, work.Request, work.Queue);
        draw = Draw;
        memory.Reserve(weights.Shape, work.Sizes);
        forward = new LaneForward(
            memory,
            weights,
            work.Crew,
            request.Prompts.Max(prompt => prompt.TokenIds.Length + MaxLength(prompt.TokenIds.Length))
        );
        stops = [.. request.Sampling.StopTokenIds];
        int most = work.Sizes.Rows;
        prompts = new PromptPasses(memory, forward, weights.Shape, queue.NumCommon);
        rows = new List<RolloutRow>(most);
        for (int stretch = most - 1; stretch >= 0; stretch--)
        {
            freeRows.Push(new RolloutRow(stretch, work.Sizes.MaxNewTokens, request.OnToken));
            freePrompts.Push(new OpenPrompt());
        }

        for (int stretch = work.Sizes.Prompts - 1; stretch >= 0; stretch--)
        {
            freePromptStretches.Push(stretch);
        }
    }

    /// <summary>Rows that the next step runs through the layers.</summary>
    internal int NumRows => rows.Count;

    /// <summary>Rows that drew tokens, added up over the steps so far.</summary>
    internal long RowSteps { get; private set; }

    /// <summary>Tokens that they drew: more than <see cref="RowSteps"/> where completions shared rows.</summary>
    internal long TokensDrawn { get; private set; }

    private int NumInProgress => work.Sizes.Rows - freeRows.Count;

    /// <summary>One token for each row; false where there is no row and no more work.</summary>
    internal bool Step(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        int continuing = rows.Count;
        Decode(continuing);
        Refill(stop);
        prompts.Run(stop);
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

    private void OpenPrompt(RolloutUnit unit)
    {
        open = freePrompts.Pop();
        open.Open(unit, freePromptStretches.Pop(), request.Prompts[unit.Prompt].TokenIds);
        prompts.Add(open);
    }

    private void DrawTokens()
    {
        for (firstDrawn = 0; firstDrawn < rows.Count; firstDrawn += work.Sizes.LogitRows)
        {
            int count = Math.Min(work.Sizes.LogitRows, rows.Count - firstDrawn);
            forward.Head(firstDrawn, count);
            work.Crew.Run(count, 1, draw);
        }
    }

    private void Draw(int first, int end, int thread)
    {
        int vocabulary = weights.Shape.Vocabulary;
        for (int i = first; i < end; i++)
        {
            DrawTokens(rows[firstDrawn + i], memory.Logits + ((nint)i * vocabulary), vocabulary);
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

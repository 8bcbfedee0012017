using Cppo.Stages;

namespace Cppo.Pipeline.Graph;

/// <summary>
/// The graph's only producer. Which questions a batch gets and which policy version answers them is fixed by the schedule and by the
/// batch's own groups, never by timing.
/// </summary>
internal sealed class BatchFeeder(
    TrainingStages stages,
    FlowSettings settings,
    VersionGate versions,
    InFlightCredits credits,
    BatchCollector collector,
    FlowAccount account,
    StageTimeline timeline
)
{
    /// <summary>Feeds batch after batch, until <paramref name="endBatch"/>, or until one may not begin.</summary>
    /// <param name="questions">Endless, from the start's ordinal.</param>
    /// <param name="start">The first batch.</param>
    /// <param name="endBatch">The first batch that is not fed.</param>
    /// <param name="send">Sends a call into the graph.</param>
    /// <param name="cancel">Ends all waits.</param>
    public async Task FeedAsync(
        IAsyncEnumerable<Question> questions,
        FlowPosition start,
        int endBatch,
        Func<GenerationCall, Task> send,
        CancellationToken cancel
    )
    {
        await using var stream = questions.GetAsyncEnumerator(cancel);
        for (int batch = start.NextBatch; batch < endBatch; batch++)
        {
            await WaitAsync(batch, cancel);
            if (!await stages.MayBegin(batch, cancel))
            {
                credits.Release();
                return;
            }

            account.BatchBegun();
            var (numQuestions, numCalls) = (stages.FirstRound, 0);
            for (int round = 0; numQuestions > 0; round++)
            {
                var answer = collector.Announce(batch, round, numQuestions);
                foreach (int size in SplitRound(numQuestions))
                {
                    var call = new GenerationCall(batch, round, numCalls++, settings.PolicyVersionOf(batch), await TakeAsync(stream, size));
                    using (timeline.WaitForGenerate.Begin())
                    {
                        await send(call);
                    }
                }

                using (timeline.WaitForAllocate.Begin())
                {
                    numQuestions = await answer.WaitAsync(cancel);
                }
            }
        }
    }

    /// <summary>Waits for the batch's policy version and for a credit.</summary>
    private async Task WaitAsync(int batch, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var waiting = timeline.WaitForUpdate.Begin();
        await versions.WaitAsync(settings.PolicyVersionOf(batch), cancel);
        await credits.TakeAsync(cancel);
    }

    /// <summary>
    /// Sizes of a round's calls: even, at most <see cref="FlowSettings.QuestionsPerCall"/>, and a call for each device where there are
    /// enough questions. Example: 10 questions, 4 a call -> 3, 3, 4.
    /// </summary>
    private IEnumerable<int> SplitRound(int numQuestions)
    {
        int byCapacity = (numQuestions + settings.QuestionsPerCall - 1) / settings.QuestionsPerCall;
        int calls = Math.Min(numQuestions, Math.Max(byCapacity, settings.RolloutDevices));
        return Enumerable.Range(0, calls).Select(call => (numQuestions * (call + 1) / calls) - (numQuestions * call / calls));
    }

    private async Task<Question[]> TakeAsync(IAsyncEnumerator<Question> stream, int count)
    {
        var taken = new Question[count];
        for (int index = 0; index < count; index++)
        {
            if (!await stream.MoveNextAsync())
            {
                throw new InvalidOperationException("The stream of questions ended before the run's last update.");
            }

            taken[index] = stream.Current;
            account.QuestionTaken(stream.Current);
        }

        return taken;
    }
}

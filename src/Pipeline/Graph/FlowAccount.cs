using Cppo.Stages;

namespace Cppo.Pipeline.Graph;

/// <summary>
/// Counts what goes in and what comes out, so that nothing vanishes unnoticed. Only the feeder changes the first two counts and only the
/// update the others.
/// </summary>
internal sealed class FlowAccount(FlowPosition start)
{
    private long nextOrdinal = start.NextOrdinal;
    private int batchesBegun;
    private long groupsUpdated;

    /// <summary>Updates done.</summary>
    public int Updates { get; private set; }

    /// <summary>Updates since the last one that trained on anything.</summary>
    public int EmptyInARow { get; private set; }

    /// <summary>Where the flow stands after the last update: each batch takes its questions in one piece from the stream.</summary>
    public FlowPosition Position => new(start.NextBatch + Updates, start.NextOrdinal + groupsUpdated);

    /// <summary>The feeder begins a batch.</summary>
    public void BatchBegun() => batchesBegun++;

    /// <summary>The feeder takes a question from the stream.</summary>
    /// <exception cref="InvalidOperationException">It is not the next one.</exception>
    public void QuestionTaken(Question question)
    {
        if (question.Ordinal != nextOrdinal)
        {
            throw new InvalidOperationException($"The stream of questions gave ordinal {question.Ordinal} where {nextOrdinal} was due.");
        }

        nextOrdinal++;
    }

    /// <summary>The update is done with a batch.</summary>
    public void BatchUpdated(TrainingBatch batch)
    {
        Updates++;
        groupsUpdated += batch.Groups.Length;
        EmptyInARow = batch.NumSamples == 0 ? EmptyInARow + 1 : 0;
    }

    /// <summary>Compares both ends after a run.</summary>
    /// <param name="credits">Each batch that was begun and not updated holds one.</param>
    /// <param name="isStopped">Whether batches may have been dropped on their way.</param>
    /// <exception cref="InvalidOperationException">Something vanished or a credit was not given back.</exception>
    public void Close(InFlightCredits credits, bool isStopped)
    {
        long questionsLeft = nextOrdinal - start.NextOrdinal - groupsUpdated;
        int batchesLeft = batchesBegun - Updates;
        bool mayBeLeft = isStopped && questionsLeft >= 0 && batchesLeft >= 0;
        if ((!mayBeLeft && (questionsLeft != 0 || batchesLeft != 0)) || credits.InFlight != batchesLeft)
        {
            throw new InvalidOperationException(
                $"{nextOrdinal - start.NextOrdinal} questions in {batchesBegun} batches were fed, but {groupsUpdated} groups in {Updates} "
                    + $"batches reached the update; {credits.InFlight} credits are still taken."
            );
        }
    }
}

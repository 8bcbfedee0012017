using System.Runtime.CompilerServices;
using Cppo.Stages;

namespace Cppo.Pipeline.Data;

/// <summary>
/// The endless stream of a dataset's questions, epoch after epoch. Which question stands at which place follows from the seed and the
/// place alone, so a run that resumes at place n goes on exactly as if it had not stopped.
/// </summary>
public sealed class QuestionStream
{
    private readonly IReadOnlyList<Question> questions;
    private readonly ulong seed;
    private readonly bool isShuffled;
    private readonly Lock gate = new();
    private long epoch = -1;
    private int[] order = [];

    /// <summary>Creates the stream.</summary>
    /// <param name="questions">At least one.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="shuffle">Whether each epoch has an order of its own; else all have the dataset's.</param>
    public QuestionStream(IReadOnlyList<Question> questions, ulong seed, bool shuffle)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentOutOfRangeException.ThrowIfZero(questions.Count, nameof(questions));
        this.questions = questions;
        this.seed = seed;
        isShuffled = shuffle;
    }

    /// <summary>Questions in an epoch.</summary>
    public int Count => questions.Count;

    /// <summary>The question at a place of the stream, from 0, with that place as its <see cref="Question.Ordinal"/>.</summary>
    public Question At(long ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        (long epoch, long place) = Math.DivRem(ordinal, Count);
        var question = questions[isShuffled ? Order(epoch)[place] : (int)place];
        return new Question(question.Id, question.Text, question.Answer, ordinal, question.Earlier);
    }

    /// <summary>The questions from a place on, without end.</summary>
    public async IAsyncEnumerable<Question> From(long ordinal, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        for (long place = ordinal; ; place++)
        {
            cancel.ThrowIfCancellationRequested();
            yield return At(place);
            // All questions are in memory; the graph takes them as it would take those of a slower source.
            await ValueTask.CompletedTask;
        }
    }

    private int[] Order(long epoch)
    {
        lock (gate)
        {
            if (this.epoch != epoch)
            {
                (this.epoch, order) = (epoch, EpochShuffle.Order(Count, seed, epoch));
            }

            return order;
        }
    }
}

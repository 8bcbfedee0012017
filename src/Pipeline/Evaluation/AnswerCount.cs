namespace Cppo.Pipeline.Evaluation;

/// <summary>Counts the questions of an evaluation that are answered, while the engine's threads end completions.</summary>
/// <param name="samples">Completions of a question.</param>
/// <param name="tell">Takes the count when it has grown, under a lock.</param>
internal sealed class AnswerCount(int samples, Action<int> tell)
{
    private readonly Lock gate = new();
    private int questionsBefore;
    private int ended;
    private int told;

    /// <summary>
    /// A completion of the call in progress has ended. Questions are counted as if their completions ended one question after the other.
    /// </summary>
    public void CompletionEnded()
    {
        lock (gate)
        {
            ended++;
            Tell(questionsBefore + (ended / samples));
        }
    }

    /// <summary>A call has ended, and so many questions are answered in all.</summary>
    public void CallEnded(int numAnswered)
    {
        lock (gate)
        {
            (questionsBefore, ended) = (numAnswered, 0);
            Tell(numAnswered);
        }
    }

    private void Tell(int answered)
    {
        if (answered > told)
        {
            told = answered;
            tell(answered);
        }
    }
}

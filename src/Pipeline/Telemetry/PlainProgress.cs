using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Telemetry;

/// <summary>
/// Progress as lines for logs and pipes: the first and the last update, and between them at most one every few seconds. The lines are
/// written without wrapping or colour.
/// </summary>
internal sealed class PlainProgress(TextWriter output, ProgressState start, TimeProvider time) : IRunProgress
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private ProgressState state = start;
    private long writtenAt = start.StartedAt;
    private bool isWritten = true;

    /// <inheritdoc/>
    public void Phase(string phase)
    {
        lock (gate)
        {
            WritePending();
            state = state.In(phase, time.GetTimestamp());
            Write(phase);
        }
    }

    /// <inheritdoc/>
    public void Updated(UpdateMetrics metrics)
    {
        lock (gate)
        {
            long now = time.GetTimestamp();
            state = state.After(metrics, now);
            isWritten = false;
            if (state.UpdatesDone == 1 || metrics.Step + 1 >= state.TotalUpdates || time.GetElapsedTime(writtenAt, now) >= Pause)
            {
                WritePending();
            }
        }
    }

    /// <inheritdoc/>
    public void Answered(int numAnswered, int numQuestions)
    {
        lock (gate)
        {
            long now = time.GetTimestamp();
            state = state.Evaluating(numAnswered, numQuestions, now);
            if (state.Evaluation is { } evaluation && numAnswered > 0 && time.GetElapsedTime(evaluation.WrittenAt, now) >= Pause)
            {
                WritePending();
                state = state with { Evaluation = evaluation with { WrittenAt = now } };
                Write($"evaluation {evaluation.Describe(time)}");
            }
        }
    }

    /// <inheritdoc/>
    public void Line(string text)
    {
        lock (gate)
        {
            WritePending();
            Write(text);
        }
    }

    /// <inheritdoc/>
    public void End(string how)
    {
        lock (gate)
        {
            WritePending();
            Write($"{how} in {ProgressState.Duration(time.GetElapsedTime(state.StartedAt))}");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            WritePending();
        }

        return ValueTask.CompletedTask;
    }

    private void WritePending()
    {
        if (isWritten)
        {
            return;
        }

        isWritten = true;
        writtenAt = time.GetTimestamp();
        Write(state.Line(time));
    }

    private void Write(string text)
    {
        output.WriteLine(TerminalText.Line(text));
        output.Flush();
    }
}

namespace Cppo.Pipeline.Telemetry;

/// <summary>
/// Progress as lines for logs and pipes: the first and the last update, and between them at most one every few seconds. The lines are
/// written as they are, without wrapping or colour.
/// </summary>
internal sealed class PlainProgress(TextWriter output, int totalUpdates, TimeProvider time) : IRunProgress
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private ProgressState state = new(totalUpdates, time.GetTimestamp());
    private long writtenAt;
    private bool isWritten = true;

    /// <inheritdoc/>
    public void Phase(string phase)
    {
        lock (gate)
        {
            WritePending();
            state = state with { Phase = phase };
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
            if (state.UpdatesDone == 1 || metrics.Step + 1 >= totalUpdates || time.GetElapsedTime(writtenAt, now) >= Pause)
            {
                WritePending();
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
        output.WriteLine(text);
        output.Flush();
    }
}

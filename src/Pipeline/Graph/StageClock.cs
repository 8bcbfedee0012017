namespace Cppo.Pipeline.Graph;

/// <summary>A stretch of time, in timestamps of the clock that measured it.</summary>
internal readonly record struct BusySpan(long Start, long End);

/// <summary>Records when a stage works on anything.</summary>
internal sealed class StageClock(string name, TimeProvider time)
{
    private readonly Lock gate = new();
    private List<BusySpan> spans = [];
    private int running;
    private long since;

    /// <summary>The stage.</summary>
    public string Name => name;

    /// <summary>Work on a message begins; it ends when the result is disposed.</summary>
    public IDisposable Begin()
    {
        lock (gate)
        {
            if (running++ == 0)
            {
                since = time.GetTimestamp();
            }
        }

        return new Work(this);
    }

    /// <summary>Busy seconds since the last call of this or of <see cref="TakeSpans"/>.</summary>
    public double TakeBusySeconds() => TakeSpans().Sum(span => time.GetElapsedTime(span.Start, span.End).TotalSeconds);

    /// <summary>When the stage worked since the last call, in order; what goes on counts up to now.</summary>
    public IReadOnlyList<BusySpan> TakeSpans()
    {
        lock (gate)
        {
            if (running > 0)
            {
                AddUntilNow();
            }

            var taken = spans;
            spans = [];
            return taken;
        }
    }

    private void End()
    {
        lock (gate)
        {
            if (--running == 0)
            {
                AddUntilNow();
            }
        }
    }

    private void AddUntilNow()
    {
        long now = time.GetTimestamp();
        spans.Add(new BusySpan(since, now));
        since = now;
    }

    private sealed class Work(StageClock clock) : IDisposable
    {
        public void Dispose() => clock.End();
    }
}

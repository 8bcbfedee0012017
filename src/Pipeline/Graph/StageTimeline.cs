namespace Cppo.Pipeline.Graph;

/// <summary>What one stage did in an interval.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="BusySeconds">Time in which it worked on at least one message.</param>
/// <param name="WaitedSeconds">The rest of the interval: it waited for input or for room in its output.</param>
internal sealed record StageTime(string Stage, double BusySeconds, double WaitedSeconds)
{
    /// <summary>When it worked, in order and apart: seconds since the interval began.</summary>
    public IReadOnlyList<(double From, double To)> Spans { get; init; } = [];

    /// <summary>Seconds in which this stage and another one of the same interval both worked.</summary>
    public double OverlapWith(StageTime other)
    {
        double both = 0;
        for (int mine = 0, theirs = 0; mine < Spans.Count && theirs < other.Spans.Count; )
        {
            var (a, b) = (Spans[mine], other.Spans[theirs]);
            both += Math.Max(0, Math.Min(a.To, b.To) - Math.Max(a.From, b.From));
            (mine, theirs) = a.To < b.To ? (mine + 1, theirs) : (mine, theirs + 1);
        }

        return both;
    }
}

/// <summary>
/// Completion tokens generated in an interval, and the seconds of their calls, added up over calls that ran side by side.
/// </summary>
internal sealed record GeneratedTokens(long Tokens, double CallSeconds);

/// <summary>What the feeder, which decides when rollouts begin, waited for in an interval.</summary>
/// <param name="ForUpdate">For the policy version, or for the update to give back a credit: rollouts stand still.</param>
/// <param name="ForGenerate">For room in generate: rollouts are the slow part.</param>
/// <param name="ForAllocate">For the batch in progress to come through to allocate.</param>
internal sealed record FeederWaits(double ForUpdate, double ForGenerate, double ForAllocate);

/// <summary>Busy and waiting time of each stage, in the order in which the stages were named, and what the feeder waited for.</summary>
internal sealed class StageTimeline(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly List<StageClock> clocks = [];
    private long intervalStart = time.GetTimestamp();
    private GeneratedTokens generated = new(0, 0);

    /// <summary>Runs while the feeder waits for the update.</summary>
    public StageClock WaitForUpdate { get; } = new("feed for update", time);

    /// <summary>Runs while the feeder waits for generate.</summary>
    public StageClock WaitForGenerate { get; } = new("feed for generate", time);

    /// <summary>Runs while the feeder waits for allocate.</summary>
    public StageClock WaitForAllocate { get; } = new("feed for allocate", time);

    /// <summary>The clock of a stage; the same one for the same name.</summary>
    public StageClock Stage(string name)
    {
        lock (gate)
        {
            var clock = clocks.Find(candidate => candidate.Name == name);
            if (clock is null)
            {
                clocks.Add(clock = new StageClock(name, time));
            }

            return clock;
        }
    }

    /// <summary>Runs one generation call and counts what it made.</summary>
    public async Task<T> TimeGenerationAsync<T>(Func<Task<T>> call, Func<T, long> numTokens)
    {
        long start = time.GetTimestamp();
        var result = await call();
        double seconds = time.GetElapsedTime(start).TotalSeconds;
        lock (gate)
        {
            generated = new(generated.Tokens + numTokens(result), generated.CallSeconds + seconds);
        }

        return result;
    }

    /// <summary>What the calls made that ended since the last call of this.</summary>
    public GeneratedTokens TakeGenerated()
    {
        lock (gate)
        {
            var taken = generated;
            generated = new(0, 0);
            return taken;
        }
    }

    /// <summary>The feeder's waits since the last call of this; waits that go on count up to now.</summary>
    public FeederWaits TakeWaits() =>
        new(WaitForUpdate.TakeBusySeconds(), WaitForGenerate.TakeBusySeconds(), WaitForAllocate.TakeBusySeconds());

    /// <summary>The times since the last call, or since the timeline was made; work in progress counts up to now.</summary>
    public StageTime[] TakeInterval()
    {
        lock (gate)
        {
            var (start, now) = (intervalStart, time.GetTimestamp());
            double seconds = time.GetElapsedTime(start, now).TotalSeconds;
            intervalStart = now;
            return [.. clocks.Select(clock => Interval(clock, start, seconds))];
        }
    }

    private StageTime Interval(StageClock clock, long start, double seconds)
    {
        (double From, double To)[] spans = [.. clock.TakeSpans().Select(span => (Seconds(span.Start), Seconds(span.End)))];
        double busy = Math.Min(seconds, spans.Sum(span => span.To - span.From));
        return new StageTime(clock.Name, busy, seconds - busy) { Spans = spans };

        double Seconds(long timestamp) => Math.Clamp(time.GetElapsedTime(start, timestamp).TotalSeconds, 0, seconds);
    }
}

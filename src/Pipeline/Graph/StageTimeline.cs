namespace Cppo.Pipeline.Graph;

/// <summary>What one stage did in an interval.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="BusySeconds">Time in which it worked on at least one message.</param>
/// <param name="WaitedSeconds">The rest of the interval: it waited for input or for room in its output.</param>
internal sealed record StageTime(string Stage, double BusySeconds, double WaitedSeconds);

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
            long now = time.GetTimestamp();
            double seconds = time.GetElapsedTime(intervalStart, now).TotalSeconds;
            intervalStart = now;
            return
            [
                .. clocks.Select(clock =>
                {
                    double busy = Math.Min(seconds, clock.TakeBusySeconds());
                    return new StageTime(clock.Name, busy, seconds - busy);
                }),
            ];
        }
    }
}

/// <summary>Adds up the time in which a stage works on anything.</summary>
internal sealed class StageClock(string name, TimeProvider time)
{
    private readonly Lock gate = new();
    private int running;
    private long since;
    private TimeSpan busy;

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

    /// <summary>Busy seconds since the last call.</summary>
    public double TakeBusySeconds()
    {
        lock (gate)
        {
            if (running > 0)
            {
                AddUntilNow();
            }

            double seconds = busy.TotalSeconds;
            busy = TimeSpan.Zero;
            return seconds;
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
        busy += time.GetElapsedTime(since, now);
        since = now;
    }

    private sealed class Work(StageClock clock) : IDisposable
    {
        public void Dispose() => clock.End();
    }
}

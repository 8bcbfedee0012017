using System.Diagnostics;
using Cppo.Model.Files;
using Cppo.Pipeline.Graph;

namespace Cppo.Pipeline.MetricSinks;

/// <summary>
/// What waits for one sink, and the thread that gives it to it. Whoever offers something never waits: where there is no room it is lost.
/// Every loss is counted once, whatever caused it.
/// </summary>
internal sealed class SinkQueue
{
    /// <summary>Why things are lost that the sink was never given.</summary>
    internal const string Full = "it was too slow, and the queue was full";

    /// <summary>As above.</summary>
    internal const string Late = "it was not done in time at the end of the run";

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly IMetricSink sink;
    private readonly int capacity;
    private readonly Action<string> say;
    private readonly object gate = new();
    private readonly Queue<object> queue = new();
    private readonly Dictionary<string, int> reasons = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SinkCount given;
    private SinkCount lost;
    private object? current;
    private bool isClosed;
    private bool isEnded;

    // Of the thread alone.
    private string lastReason = "";
    private int failures;
    private long failedAt;
    private bool hasWarned;

    /// <summary>Starts the thread.</summary>
    /// <param name="sink">Is disposed of by that thread.</param>
    /// <param name="capacity">What may wait at most.</param>
    /// <param name="say">Tells the user of the first failure.</param>
    public SinkQueue(IMetricSink sink, int capacity, Action<string> say)
    {
        (this.sink, this.capacity, this.say) = (sink, capacity, say);
        new Thread(Work) { Name = $"sink {sink.Name}", IsBackground = true }.Start();
    }

    /// <summary>Whether traces are to be offered.</summary>
    public bool TakesTraces => sink.TakesTraces;

    /// <summary>What became of all so far.</summary>
    public SinkAccount Account
    {
        get
        {
            lock (gate)
            {
                return new SinkAccount(sink.Name, given, lost, new Dictionary<string, int>(reasons));
            }
        }
    }

    /// <summary>Gives the sink a line when its turn comes, or counts it as lost; never waits for the sink.</summary>
    public void Offer(MetricLine line) => OfferItem(line);

    /// <summary>As above, a trace.</summary>
    public void Offer(BatchTrace trace) => OfferItem(trace);

    /// <summary>
    /// Waits until the sink has everything, but no longer than <paramref name="limit"/>; what it lacks then is lost, and nothing more
    /// is taken.
    /// </summary>
    public async Task EndAsync(TimeSpan limit, CancellationToken cancel)
    {
        lock (gate)
        {
            isClosed = true;
            Monitor.PulseAll(gate);
        }

        await done.Task.WaitAsync(limit, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
        {
            if (isEnded)
            {
                return;
            }

            isEnded = true;
            if (current is not null)
            {
                Lose(current, Late);
            }

            while (queue.TryDequeue(out object? item))
            {
                Lose(item, Late);
            }
        }
    }

    private static SinkCount CountOf(object item) =>
        item switch
        {
            MetricLine { Kind: MetricKind.Update } => new SinkCount(1, 0, 0),
            MetricLine => new SinkCount(0, 1, 0),
            _ => new SinkCount(0, 0, 1),
        };

    private void OfferItem(object item)
    {
        lock (gate)
        {
            if (isClosed)
            {
                return;
            }

            given += CountOf(item);
            if (queue.Count >= capacity)
            {
                Lose(item, Full);
                return;
            }

            queue.Enqueue(item);
            Monitor.PulseAll(gate);
        }
    }

    private void Work()
    {
        while (Next() is { } item)
        {
            Finish(item, Rests() ? lastReason : Try(item));
        }

        done.SetResult();
        try
        {
            sink.Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What it was given was written out, or counted as lost, before.
        }
    }

    /// <summary>Waits for the next item; null where none comes any more.</summary>
    private object? Next()
    {
        lock (gate)
        {
            while (queue.Count == 0 && !isClosed)
            {
                Monitor.Wait(gate);
            }

            return current = queue.TryDequeue(out object? item) ? item : null;
        }
    }

    /// <summary>Whether the last failure was so short a time ago that nothing is tried.</summary>
    private bool Rests()
    {
        double seconds = Math.Min(LongestRest.TotalSeconds, sink.Rest.TotalSeconds * Math.Pow(2, failures - 1));
        return failures > 0 && Stopwatch.GetElapsedTime(failedAt).TotalSeconds < seconds;
    }

    /// <summary>Gives an item to the sink; returns why it did not take it, or null.</summary>
    private string? Try(object item)
    {
        try
        {
            if (item is MetricLine line)
            {
                sink.Write(line);
            }
            else
            {
                sink.Write((BatchTrace)item);
            }

            failures = 0;
            return null;
        }
        catch (Exception fault)
        {
            // Whatever it is, it is the sink's, and no reason to end a run.
            lastReason = fault is SinkException ? fault.Message : FileFault.Reason(fault);
            (failures, failedAt) = (failures + 1, Stopwatch.GetTimestamp());
            return lastReason;
        }
    }

    private void Finish(object item, string? reason)
    {
        lock (gate)
        {
            current = null;
            if (isEnded || reason is null)
            {
                return;
            }

            Lose(item, reason);
        }

        if (!hasWarned)
        {
            hasWarned = true;
            say($"warning: sinks.{sink.Name} fails: {reason}; the run goes on, and what is lost is counted");
        }
    }

    private void Lose(object item, string reason)
    {
        lost += CountOf(item);
        reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
    }
}

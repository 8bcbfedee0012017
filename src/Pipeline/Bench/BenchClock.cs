using System.Diagnostics;

namespace Cppo.Pipeline.Bench;

/// <summary>How benchmarks take time.</summary>
internal static class BenchClock
{
    /// <summary>The median wall-clock time of <paramref name="repeat"/> runs, after one run that is not timed.</summary>
    public static double MedianSeconds(Action run, int repeat, CancellationToken stop)
    {
        run();
        double[] seconds = new double[repeat];
        for (int i = 0; i < repeat; i++)
        {
            stop.ThrowIfCancellationRequested();
            seconds[i] = Seconds(run);
        }

        return Median(seconds);
    }

    /// <summary>The wall-clock time of one run.</summary>
    public static double Seconds(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

using Cppo.Pipeline.Graph;

namespace Cppo.Pipeline.Telemetry;

/// <summary>When stages worked in the interval of an update, as metrics keep it.</summary>
internal static class StageSpans
{
    /// <summary>The share of the interval below which a pause is not kept: a stage that scores many groups has many.</summary>
    private const double ShortestPause = 0.005;

    /// <summary>Pairs of seconds since the interval began, at most some 200; pauses shorter than 0.5 % of it count as work.</summary>
    public static double[][] Thinned(StageTime stage)
    {
        double shortest = ShortestPause * (stage.BusySeconds + stage.WaitedSeconds);
        var kept = new List<double[]>();
        foreach (var (from, to) in stage.Spans)
        {
            if (kept.Count > 0 && from - kept[^1][1] < shortest)
            {
                kept[^1][1] = Rounded(to);
            }
            else
            {
                kept.Add([Rounded(from), Rounded(to)]);
            }
        }

        return [.. kept];
    }

    /// <summary>Seconds in which two stages both worked; 0 where one of them never did.</summary>
    public static double Overlap(IReadOnlyList<StageTime> stages, string first, string second) =>
        stages.FirstOrDefault(stage => stage.Stage == first) is { } one
        && stages.FirstOrDefault(stage => stage.Stage == second) is { } other
            ? one.OverlapWith(other)
            : 0;

    /// <summary>To tenths of a millisecond, which no picture shows.</summary>
    private static double Rounded(double seconds) => Math.Round(seconds, 4);
}

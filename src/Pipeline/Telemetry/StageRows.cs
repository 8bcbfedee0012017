using System.Globalization;

namespace Cppo.Pipeline.Telemetry;

/// <summary>What the stages did in the interval of the last update, in words and as a row of blocks for each.</summary>
internal static class StageRows
{
    private const int MostBlocks = 40;

    /// <summary>The label of a row is empty where it goes on from the row above.</summary>
    public static IEnumerable<(string Label, string Value)> Of(UpdateMetrics last, bool unicode, int cells)
    {
        yield return (
            "stages",
            $"{Shares(last)}; "
                + Text($"rollouts waited {last.RolloutsWaitedForUpdateSeconds:0.00} s for the update, it ")
                + Text($"{last.UpdateWaitedForRolloutsSeconds:0.00} s for them")
        );
        if (last.OverlapSeconds > 0)
        {
            yield return (
                "overlap",
                Text($"{last.OverlapSeconds:0.00} s of rollouts beside the update, {last.OverlapShare * 100:0} % of the step")
            );
        }

        string label = "timeline";
        string[] shown = [.. last.BusySpans.Keys.Where(stage => Share(last, stage) >= 0.01)];
        int nameCells = shown.Select(stage => stage.Length).DefaultIfEmpty().Max();
        int blocks = Math.Clamp(cells - nameCells - 1, 1, MostBlocks);
        foreach (string stage in shown)
        {
            yield return (label, $"{stage.PadRight(nameCells)} {Blocks(last.BusySpans[stage], last.StepSeconds, blocks, unicode)}");
            label = "";
        }
    }

    /// <summary>Which part of the last interval each stage worked, those below 1 % left out.</summary>
    public static string Shares(UpdateMetrics last) =>
        string.Join(
            ", ",
            last.BusySeconds.Keys.Where(stage => Share(last, stage) >= 0.01)
                .Select(stage => Text($"{stage} {Share(last, stage) * 100:0} %"))
        );

    private static double Share(UpdateMetrics last, string stage) =>
        last.BusySeconds[stage] / Math.Max(1e-9, last.BusySeconds[stage] + last.WaitedSeconds[stage]);

    /// <summary>The interval from left to right: a full block where the stage worked for at least half of it.</summary>
    private static string Blocks(double[][] spans, double seconds, int count, bool unicode)
    {
        var (busy, idle) = unicode ? ('█', '░') : ('#', '-');
        char[] blocks = new char[count];
        for (int i = 0; i < count; i++)
        {
            var (from, to) = (i * seconds / count, (i + 1) * seconds / count);
            double worked = spans.Sum(span => Math.Max(0, Math.Min(span[1], to) - Math.Max(span[0], from)));
            blocks[i] = worked > 0 && worked >= (to - from) / 2 ? busy : idle;
        }

        return new string(blocks);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

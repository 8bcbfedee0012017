using System.Globalization;

namespace Cppo.Pipeline.Telemetry;

/// <summary>What is known of the run's progress, and how it is put in words.</summary>
internal sealed record ProgressState(int TotalUpdates, long StartedAt)
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const int SparkWidth = 40;

    /// <summary>What the run does now.</summary>
    public string Phase { get; init; } = "starting";

    /// <summary>The last update; null before the first.</summary>
    public UpdateMetrics? Last { get; init; }

    /// <summary>Updates done since the start of this process.</summary>
    public int UpdatesDone { get; init; }

    /// <summary>When the first of them ended.</summary>
    public long FirstEnded { get; init; }

    /// <summary>When the last of them ended.</summary>
    public long LastEnded { get; init; }

    /// <summary>Mean rewards of the last updates.</summary>
    public IReadOnlyList<double> Rewards { get; init; } = [];

    /// <summary>The state after an update.</summary>
    public ProgressState After(UpdateMetrics metrics, long now) =>
        this with
        {
            Last = metrics,
            UpdatesDone = UpdatesDone + 1,
            FirstEnded = UpdatesDone == 0 ? now : FirstEnded,
            LastEnded = now,
            Rewards = [.. Rewards.TakeLast(SparkWidth - 1), metrics.RewardMean],
        };

    /// <summary>Share of the run's updates that are done, 0 .. 1.</summary>
    public double Share => Last is null || TotalUpdates == 0 ? 0 : (Last.Step + 1.0) / TotalUpdates;

    /// <summary>Labels and values of the display.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="unicode">Whether the terminal can show the curve of rewards.</param>
    public IReadOnlyList<(string Label, string Value)> Rows(TimeProvider time, bool unicode)
    {
        var rows = new List<(string, string)> { ("phase", Phase) };
        if (Last is { } last)
        {
            rows.Add(("update", Text($"{last.Step + 1}/{TotalUpdates}")));
            rows.Add(("questions", Text($"{last.Questions}, kept {last.CompletionsKept} of {last.CompletionsGenerated} completions")));
            if (last.QuestionsDropped > 0)
            {
                rows.Add(("dropped", Text($"{last.QuestionsDropped} training questions, whose golds cannot be rewarded")));
            }

            rows.Add(("reward", Text($"{last.RewardMean:0.000}  {(unicode ? Spark(Rewards) : "")}")));
            rows.Add(("accuracy", Text($"{last.Accuracy * 100:0.0} %, format {last.FormatRate * 100:0.0} %")));
            rows.Add(("kinds", $"{Kinds(last)}, kept of generated"));
            rows.Add(("pruning", Text($"{Pruning(last)}, {last.QuestionsWithoutSpread} questions without spread")));
            rows.Add(("length", Text($"{last.CompletionTokensMean:0} tokens, {last.TruncatedShare * 100:0.0} % cut off")));
            rows.Add(("speed", Text($"rollout {RolloutRate(last)} tokens/s, update {last.UpdateTokensPerSecond:0} tokens/s")));
            rows.Add(("stages", $"{Stages(last)}; {Waits(last)}"));
            rows.Add(("fill", Text($"{Fill(last)}, staleness {last.Staleness}")));
        }

        string elapsed = Duration(time.GetElapsedTime(StartedAt));
        rows.Add(("time", Last is null ? elapsed : $"{elapsed}, {Left(time)} left"));
        return rows;
    }

    /// <summary>One line for the last update.</summary>
    public string Line(TimeProvider time) =>
        Last is not { } last
            ? Phase
            : Text($"update {last.Step + 1}/{TotalUpdates}  questions {last.Questions}  reward {last.RewardMean:0.000}  ")
                + Text($"accuracy {last.Accuracy * 100:0.0} %  format {last.FormatRate * 100:0.0} %  loss {last.Loss:0.0000}  kl ")
                + Text($"{last.Kl:0.0000}  ")
                + Text($"tokens/s {RolloutRate(last)} rollout {last.UpdateTokensPerSecond:0} update  {Pruning(last)}  fill: {Fill(last)}  ")
                + Text($"staleness {last.Staleness}  ")
                + Text($"busy: {Stages(last)}  {Left(time)} left");

    /// <summary>The four kinds of completions, those kept of those generated.</summary>
    private static string Kinds(UpdateMetrics last)
    {
        var (kept, all) = (last.KindsKept, last.KindsGenerated);
        return Text($"both right {kept.FormatAndAnswer}/{all.FormatAndAnswer}, neither {kept.Neither}/{all.Neither}, ")
            + Text($"format only {kept.FormatOnly}/{all.FormatOnly}, answer only {kept.AnswerOnly}/{all.AnswerOnly}");
    }

    /// <summary>What pruning saved, and what of the advantages it left.</summary>
    private static string Pruning(UpdateMetrics last)
    {
        double avoided = last.TokensGenerated > 0 ? (double)last.TokensAvoided / last.TokensGenerated : 0;
        return Text($"{avoided * 100:0.0} % of tokens avoided, {last.KeptAdvantageShare * 100:0.0} % of |A| kept");
    }

    /// <summary>How full the update was, and with several devices how even.</summary>
    private static string Fill(UpdateMetrics last) =>
        Text($"capacity {last.CapacityFill * 100:0.0} %, tokens {last.TokenFill * 100:0.0} %")
        + (
            last.UpdateDevices > 1
                ? Text($", device balance {last.DeviceBalance * 100:0.0} % (threshold {last.DeviceBalanceThreshold * 100:0.0} %)")
                : ""
        );

    /// <summary>A dash where rollouts that ran ahead left none to this interval.</summary>
    private static string RolloutRate(UpdateMetrics last) =>
        last.RolloutTokensPerSecond > 0 ? Text($"{last.RolloutTokensPerSecond:0}") : "-";

    /// <summary>Which part of the last interval each stage worked, those below 1 % left out.</summary>
    private static string Stages(UpdateMetrics last) =>
        string.Join(
            ", ",
            last.BusySeconds.Select(stage => (stage.Key, Share: stage.Value / Math.Max(1e-9, stage.Value + last.WaitedSeconds[stage.Key])))
                .Where(stage => stage.Share >= 0.01)
                .Select(stage => Text($"{stage.Key} {stage.Share * 100:0} %"))
        );

    /// <summary>Who waited for whom.</summary>
    private static string Waits(UpdateMetrics last) =>
        Text(
            $"rollouts waited {last.RolloutsWaitedForUpdateSeconds:0.00} s for the update, it {last.UpdateWaitedForRolloutsSeconds:0.00} s "
        ) + Text($"for them");

    private static string Spark(IReadOnlyList<double> values)
    {
        double[] finite = values.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, range) = (finite.Min(), Math.Max(1e-9, finite.Max() - finite.Min()));
        return string.Concat(values.Select(value => double.IsFinite(value) ? Bars[(int)((value - low) / range * (Bars.Length - 1))] : ' '));
    }

    private static string Duration(TimeSpan span) =>
        span.TotalHours >= 1
            ? Text($"{(int)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}")
            : Text($"{span.Minutes}:{span.Seconds:00}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Time left at the pace of the updates so far; unknown before the second.</summary>
    private string Left(TimeProvider time)
    {
        int updatesLeft = Math.Max(0, TotalUpdates - 1 - Last!.Step);
        if (updatesLeft == 0)
        {
            return Duration(TimeSpan.Zero);
        }

        return UpdatesDone < 2 ? "?" : Duration(time.GetElapsedTime(FirstEnded, LastEnded) / (UpdatesDone - 1) * updatesLeft);
    }
}

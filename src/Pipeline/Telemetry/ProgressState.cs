using System.Globalization;

namespace Cppo.Pipeline.Telemetry;

/// <summary>What is known of the run's progress, and how it is put in words.</summary>
/// <param name="TotalUpdates">Updates of the whole run.</param>
/// <param name="UpdatesBefore">Those of them that were done before this process.</param>
/// <param name="StartedAt">Timestamp of this process's begin.</param>
internal sealed record ProgressState(int TotalUpdates, int UpdatesBefore, long StartedAt)
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const int SparkWidth = 40;

    /// <summary>What the run does now, or how it ended.</summary>
    public string Phase { get; init; } = "starting";

    /// <summary>Timestamp of the phase's begin.</summary>
    public long PhaseStartedAt { get; init; } = StartedAt;

    /// <summary>Timestamp of the end; null while the run goes on.</summary>
    public long? EndedAt { get; init; }

    /// <summary>The evaluation that goes on; null where none does.</summary>
    public EvaluationProgress? Evaluation { get; init; }

    /// <summary>The last update; null before the first of this process.</summary>
    public UpdateMetrics? Last { get; init; }

    /// <summary>Updates done since the start of this process.</summary>
    public int UpdatesDone { get; init; }

    /// <summary>When the first of them began.</summary>
    public long FirstStarted { get; init; }

    /// <summary>When the first of them ended.</summary>
    public long FirstEnded { get; init; }

    /// <summary>When the last of them ended.</summary>
    public long LastEnded { get; init; }

    /// <summary>Mean rewards of the last updates.</summary>
    public IReadOnlyList<double> Rewards { get; init; } = [];

    /// <summary>Updates of the whole run that are done.</summary>
    public int UpdatesInAll => Last is null ? UpdatesBefore : Last.Step + 1;

    /// <summary>Share of the run's updates that are done, 0 .. 1.</summary>
    public double Share => TotalUpdates == 0 ? 0 : (double)UpdatesInAll / TotalUpdates;

    /// <summary>The state when another phase begins.</summary>
    public ProgressState In(string phase, long now) => this with { Phase = phase, PhaseStartedAt = now, Evaluation = null };

    /// <summary>The state after an update.</summary>
    public ProgressState After(UpdateMetrics metrics, long now) =>
        this with
        {
            Last = metrics,
            UpdatesDone = UpdatesDone + 1,
            FirstStarted = UpdatesDone == 0 ? PhaseStartedAt : FirstStarted,
            FirstEnded = UpdatesDone == 0 ? now : FirstEnded,
            LastEnded = now,
            Rewards = [.. Rewards.TakeLast(SparkWidth - 1), metrics.RewardMean],
        };

    /// <summary>The state when an evaluation has answered so many questions; with all of them it has ended.</summary>
    public ProgressState Evaluating(int answered, int questions, long now) =>
        this with
        {
            Evaluation =
                answered >= questions ? null
                : Evaluation is null || answered == 0 ? new EvaluationProgress(answered, questions, now, now)
                : Evaluation with { Answered = answered },
        };

    /// <summary>The state at the end, e.g. "done" at two minutes: "done in 2:00".</summary>
    public ProgressState Ended(string how, long now) => this with { Phase = how, EndedAt = now, Evaluation = null };

    /// <summary>Labels and values of the display.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="unicode">Whether the terminal can show blocks.</param>
    /// <param name="cells">Cells of a value's line; curves are cut to it, texts are not.</param>
    public IReadOnlyList<(string Label, string Value)> Rows(TimeProvider time, bool unicode, int cells = 80)
    {
        string elapsed = Duration(time.GetElapsedTime(StartedAt, EndedAt ?? time.GetTimestamp()));
        var rows = new List<(string, string)>
        {
            ("phase", EndedAt is null ? Phase : $"{Phase} in {elapsed}"),
            ("update", Text($"{UpdatesInAll}/{TotalUpdates}")),
        };
        if (Evaluation is { } evaluation)
        {
            rows.Add(("evaluation", evaluation.Describe(time)));
        }

        if (Last is { } last)
        {
            rows.Add(("questions", Text($"{last.Questions}, kept {last.CompletionsKept} of {last.CompletionsGenerated} completions")));
            if (last.QuestionsDropped > 0)
            {
                rows.Add(("dropped", Text($"{last.QuestionsDropped} training questions, whose golds cannot be rewarded")));
            }

            rows.Add(("reward", Text($"{last.RewardMean:0.000}  {(unicode ? Spark([.. Rewards.TakeLast(cells - 7)]) : "")}").TrimEnd()));
            rows.Add(("accuracy", Text($"{last.Accuracy * 100:0.0} %, format {last.FormatRate * 100:0.0} %")));
            rows.Add(("kinds", $"{Kinds(last)}, kept of generated"));
            rows.Add(("pruning", Text($"{Pruning(last)}, {last.QuestionsWithoutSpread} questions without spread")));
            rows.Add(("length", Text($"{last.CompletionTokensMean:0} tokens, {last.TruncatedShare * 100:0.0} % cut off")));
            rows.Add(("speed", Text($"rollout {RolloutRate(last)} tokens/s, update {last.UpdateTokensPerSecond:0} tokens/s")));
            if (last.GenerationGapLargeShare > 0)
            {
                rows.Add(("logprob gap", Gap(last)));
            }

            rows.AddRange(StageRows.Of(last, unicode, cells));
            rows.Add(("fill", Text($"{Fill(last)}, staleness {last.Staleness}")));
        }

        if (EndedAt is null)
        {
            rows.Add(("time", Left(time) is { } left ? $"{elapsed}, {left} left" : elapsed));
        }

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
                + Text($"busy: {StageRows.Shares(last)}")
                + (Left(time) is { } left ? $"  {left} left" : "");

    /// <summary>Hours where there are any, minutes and seconds. Example: 4:30.</summary>
    public static string Duration(TimeSpan span) =>
        span.TotalHours >= 1
            ? Text($"{(int)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}")
            : Text($"{span.Minutes}:{span.Seconds:00}");

    /// <summary>The four kinds of completions, those kept of those generated.</summary>
    private static string Kinds(UpdateMetrics last)
    {
        var (kept, all) = (last.KindsKept, last.KindsGenerated);
        return string.Join(
            ", ",
            Of(CompletionKind.FormatAndAnswer, kept.FormatAndAnswer, all.FormatAndAnswer),
            Of(CompletionKind.Neither, kept.Neither, all.Neither),
            Of(CompletionKind.FormatOnly, kept.FormatOnly, all.FormatOnly),
            Of(CompletionKind.AnswerOnly, kept.AnswerOnly, all.AnswerOnly)
        );

        static string Of(CompletionKind kind, int kept, int all) => Text($"{CompletionKinds.nameOf(kind)} {kept}/{all}");
    }

    /// <summary>What pruning saved, and what of the advantages it left.</summary>
    private static string Pruning(UpdateMetrics last)
    {
        double avoided = last.TokensGenerated > 0 ? (double)last.TokensAvoided / last.TokensGenerated : 0;
        return Text($"{avoided * 100:0.0} % of tokens avoided, {last.KeptAdvantageShare * 100:0.0} % of |A| kept");
    }

    /// <summary>How far generation logprobs are from the policy's, and what was done about it.</summary>
    private static string Gap(UpdateMetrics last) =>
        Text($"mean {last.GenerationGapMean:0.0000}, largest {last.GenerationGapMax:0.000}, {last.GenerationGapLargeShare * 100:0.0} % ")
        + "of tokens above 0.01"
        + (last.ImportanceCappedShare > 0 ? Text($", {last.ImportanceCappedShare * 100:0.0} % capped") : "")
        + (last.ImportanceMaskedShare > 0 ? Text($", {last.ImportanceMaskedShare * 100:0.0} % masked") : "");

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

    private static string Spark(IReadOnlyList<double> values)
    {
        double[] finite = values.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, range) = (finite.Min(), Math.Max(1e-9, finite.Max() - finite.Min()));
        return string.Concat(values.Select(value => double.IsFinite(value) ? Bars[(int)((value - low) / range * (Bars.Length - 1))] : ' '));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Time left at the pace of the updates so far, the first, which is slower, left out as soon as there is a second; null while nothing
    /// is known and when nothing is left.
    /// </summary>
    private string? Left(TimeProvider time)
    {
        int updatesLeft = TotalUpdates - UpdatesInAll;
        if (UpdatesDone == 0 || updatesLeft <= 0)
        {
            return null;
        }

        var (from, updates) = UpdatesDone == 1 ? (FirstStarted, 1) : (FirstEnded, UpdatesDone - 1);
        return Duration(time.GetElapsedTime(from, LastEnded) / updates * updatesLeft);
    }
}

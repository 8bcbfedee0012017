using Cppo.Pipeline.Files;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Memory;
using Cppo.Stages;

namespace Cppo.Pipeline.Telemetry;

/// <summary>One line of <c>metrics.jsonl</c>, under these names in snake case. Shares are 0 .. 1, durations in seconds.</summary>
internal sealed record UpdateMetrics : IStepRecord
{
    /// <summary>Of the line, so that a resumed run may add to lines of an older program.</summary>
    public int FormatVersion { get; init; } = FileFormat.Metrics.Current;

    /// <summary>The update, from 0; the same number as its batch and as the step of its completions' files.</summary>
    public required int Step { get; init; }

    /// <summary>
    /// The version that generated the completions, as in their files; the update trains version <see cref="Step"/> and makes the next.
    /// </summary>
    public required int PolicyVersion { get; init; }

    public required int Questions { get; init; }

    public required int CompletionsGenerated { get; init; }

    public required int CompletionsKept { get; init; }

    public required int CompletionsPruned { get; init; }

    public required int DroppedZeroAdvantage { get; init; }

    public required int DroppedNoRoom { get; init; }

    public required int DroppedTooLong { get; init; }

    /// <summary>
    /// Training questions that no update asks, because their gold answers cannot be rewarded; the same in every line of a run.
    /// </summary>
    public int QuestionsDropped { get; init; }

    /// <summary>Those questions, counted by reason.</summary>
    public IReadOnlyDictionary<string, int> QuestionsDroppedReasons { get; init; } = new Dictionary<string, int>();

    /// <summary>Questions whose completions all got the same reward.</summary>
    public required int QuestionsWithoutSpread { get; init; }

    public required double RewardMean { get; init; }

    /// <summary>Mean over questions of the group's standard deviation.</summary>
    public required double RewardStd { get; init; }

    /// <summary>Mean of each reward before weighting.</summary>
    public required IReadOnlyDictionary<string, double> Rewards { get; init; }

    public required double Accuracy { get; init; }

    public required double FormatRate { get; init; }

    public required double CompletionTokensMean { get; init; }

    public required int CompletionTokensMax { get; init; }

    /// <summary>Share of completions that reached the maximal number of tokens.</summary>
    public required double TruncatedShare { get; init; }

    /// <summary>All completions by whether format and answer are right.</summary>
    public required KindCounts KindsGenerated { get; init; }

    /// <summary>Those of them that were trained on.</summary>
    public required KindCounts KindsKept { get; init; }

    /// <summary>Share of the sum of all |advantages| that the completions hold which were trained on.</summary>
    public required double KeptAdvantageShare { get; init; }

    public required double Loss { get; init; }

    public required double PolicyLoss { get; init; }

    public required double Kl { get; init; }

    public required double ClipRatio { get; init; }

    /// <summary>Mean |policy logprob - generation logprob| of the tokens trained on, as the first pass met them.</summary>
    public double GenerationGapMean { get; init; }

    /// <summary>The largest one.</summary>
    public double GenerationGapMax { get; init; }

    /// <summary>Share of tokens where it is above 0.01.</summary>
    public double GenerationGapLargeShare { get; init; }

    /// <summary>Mean exp(policy logprob - generation logprob) of these tokens.</summary>
    public double ImportanceRatioMean { get; init; }

    /// <summary>Share of tokens whose importance weight is the cap.</summary>
    public double ImportanceCappedShare { get; init; }

    /// <summary>Share of tokens that are outside the importance band.</summary>
    public double ImportanceMaskedShare { get; init; }

    public required double Entropy { get; init; }

    /// <summary>Before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Passes whose optimizer steps the spike guard left out.</summary>
    public int StepsSkipped { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>Of the weights after the update, in fp32: XxHash128 in hexadecimal digits.</summary>
    public string WeightsHash { get; init; } = "";

    public required int Staleness { get; init; }

    public required int MicroBatches { get; init; }

    public required int UpdateDevices { get; init; }

    /// <summary>
    /// Kept completions over those of an update without pruning; in allocation mode <c>tokens</c> tokens over those of all micro-batches.
    /// </summary>
    public required double CapacityFill { get; init; }

    /// <summary>Tokens over what the micro-batches hold that there are.</summary>
    public required double TokenFill { get; init; }

    /// <summary>Mean over largest tokens of the update devices; 1 with one.</summary>
    public required double DeviceBalance { get; init; }

    /// <summary>
    /// The same where |A| >= gamma decides what stays (eq. 7 of the paper) and each device trains on questions of its own.
    /// </summary>
    public required double DeviceBalanceThreshold { get; init; }

    /// <summary>
    /// Prompt and completion tokens of all completions, each counted with its prompt: the sum of the tokens forwarded and avoided.
    /// </summary>
    public required long TokensGenerated { get; init; }

    /// <summary>Prompt and completion tokens that one pass forwarded.</summary>
    public required long TokensForwarded { get; init; }

    /// <summary>Tokens that pruning and dropping kept from being forwarded.</summary>
    public required long TokensAvoided { get; init; }

    /// <summary>
    /// Completion tokens while generating, all rollout devices together; 0 where nothing was generated since the last update.
    /// </summary>
    public required double RolloutTokensPerSecond { get; init; }

    /// <summary>Kept completion tokens over <see cref="UpdateSeconds"/>.</summary>
    public required double UpdateTokensPerSecond { get; init; }

    /// <summary>Seconds of generation calls since the last update, calls side by side counted once per device.</summary>
    public required double RolloutSeconds { get; init; }

    /// <summary>Seconds of forward, backward and step over all passes.</summary>
    public required double UpdateSeconds { get; init; }

    /// <summary>Since the last update: time in which each stage worked.</summary>
    public required IReadOnlyDictionary<string, double> BusySeconds { get; init; }

    /// <summary>Since the last update: time in which each stage waited.</summary>
    public required IReadOnlyDictionary<string, double> WaitedSeconds { get; init; }

    /// <summary>
    /// Since the last update: when each stage worked, as pairs of seconds since the interval began; short pauses count as work.
    /// </summary>
    public IReadOnlyDictionary<string, double[][]> BusySpans { get; init; } = new Dictionary<string, double[][]>();

    /// <summary>
    /// Since the last update: time in which rollouts and the update both worked on something; each may have waited for a core in it.
    /// </summary>
    public double OverlapSeconds { get; init; }

    /// <summary>From the last update to this one, with all between them; the first counts from before the first evaluation.</summary>
    public double StepSeconds { get; init; }

    /// <summary><see cref="OverlapSeconds"/> over <see cref="StepSeconds"/>.</summary>
    public double OverlapShare { get; init; }

    /// <summary>Since the last update: time in which no rollout could begin because the update was not done.</summary>
    public required double RolloutsWaitedForUpdateSeconds { get; init; }

    /// <summary>Since the last update: time in which the update had no batch.</summary>
    public required double UpdateWaitedForRolloutsSeconds { get; init; }

    /// <summary>
    /// Since the last update, where several processes train: time in which this one waited for the others, before the rollouts' calls and
    /// before the update's.
    /// </summary>
    public IReadOnlyDictionary<string, double> RanksWaitedSeconds { get; init; } = new Dictionary<string, double>();

    /// <summary>The same: time in which groups, and gradients, went to and fro when all had come.</summary>
    public IReadOnlyDictionary<string, double> ExchangeSeconds { get; init; } = new Dictionary<string, double>();

    /// <summary>The same: bytes that this process sent.</summary>
    public IReadOnlyDictionary<string, long> ExchangeBytes { get; init; } = new Dictionary<string, long>();

    /// <summary>Memory that the process holds, all of it.</summary>
    public required long WorkingSetBytes { get; init; }

    /// <summary>The most that the process held so far, since it began; 0 in lines of programs that did not state it.</summary>
    public long PeakBytes { get; init; }

    /// <summary>
    /// Since the last update: processor time of the process, all threads together; 0 in lines of programs that did not state it.
    /// </summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>Since the run began, earlier parts of a resumed run included.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>The numbers of one update; takes the interval since the last call from <paramref name="timeline"/>.</summary>
    public static UpdateMetrics From(TrainingBatch batch, UpdateReport report, StageTimeline timeline, int rolloutDevices, TimeSpan elapsed)
    {
        var summary = Metrics.ofBatch(batch);
        var generated = timeline.TakeGenerated();
        var (stages, waits) = (timeline.TakeInterval(), timeline.TakeWaits());
        double step = stages.Length == 0 ? 0 : stages[0].BusySeconds + stages[0].WaitedSeconds;
        double overlap = StageSpans.Overlap(stages, "generate", "update");
        return new UpdateMetrics
        {
            Step = batch.Index,
            PolicyVersion = batch.OldestPolicyVersion,
            Questions = summary.NumGroups,
            CompletionsGenerated = summary.NumCompletions,
            CompletionsKept = summary.NumKept,
            CompletionsPruned = summary.NumPruned,
            DroppedZeroAdvantage = summary.NumDroppedZeroAdvantage,
            DroppedNoRoom = summary.NumDroppedNoRoom,
            DroppedTooLong = summary.NumDroppedTooLong,
            QuestionsWithoutSpread = summary.NumGroupsWithoutSpread,
            RewardMean = summary.RewardMean,
            RewardStd = summary.RewardStd,
            Rewards = summary.RewardParts.ToDictionary(part => part.Name, part => part.Value),
            Accuracy = summary.Accuracy,
            FormatRate = summary.FormatRate,
            CompletionTokensMean = summary.CompletionLengthMean,
            CompletionTokensMax = summary.CompletionLengthMax,
            TruncatedShare = summary.TruncatedShare,
            KindsGenerated = summary.KindsGenerated,
            KindsKept = summary.KindsKept,
            KeptAdvantageShare = summary.KeptAdvantageShare,
            Loss = report.Loss,
            PolicyLoss = report.PolicyLoss,
            Kl = report.Kl,
            ClipRatio = report.ClipRatio,
            GenerationGapMean = report.GenerationGap.Mean,
            GenerationGapMax = report.GenerationGap.Largest,
            GenerationGapLargeShare = report.GenerationGap.LargeShare,
            ImportanceRatioMean = report.GenerationGap.RatioMean,
            ImportanceCappedShare = report.GenerationGap.CappedShare,
            ImportanceMaskedShare = report.GenerationGap.MaskedShare,
            Entropy = report.Entropy,
            GradientNorm = report.GradientNorm,
            StepsSkipped = report.StepsSkipped,
            LearningRate = report.LearningRate,
            Staleness = report.Staleness,
            MicroBatches = summary.NumMicroBatches,
            UpdateDevices = summary.NumDevices,
            CapacityFill = summary.CapacityFill,
            TokenFill = summary.TokenFill,
            DeviceBalance = summary.DeviceBalance,
            DeviceBalanceThreshold = summary.DeviceBalanceThreshold,
            TokensGenerated = summary.TokensGenerated,
            TokensForwarded = summary.TokensForwarded,
            TokensAvoided = summary.TokensAvoided,
            RolloutTokensPerSecond = Rate(generated.Tokens * rolloutDevices, generated.CallSeconds),
            UpdateTokensPerSecond = Rate(batch.NumLossTokens, report.Seconds),
            RolloutSeconds = generated.CallSeconds / rolloutDevices,
            UpdateSeconds = report.Seconds,
            BusySeconds = stages.ToDictionary(stage => stage.Stage, stage => stage.BusySeconds),
            WaitedSeconds = stages.ToDictionary(stage => stage.Stage, stage => stage.WaitedSeconds),
            BusySpans = stages.ToDictionary(stage => stage.Stage, StageSpans.Thinned),
            OverlapSeconds = overlap,
            StepSeconds = step,
            OverlapShare = step > 0 ? overlap / step : 0,
            RolloutsWaitedForUpdateSeconds = waits.ForUpdate,
            UpdateWaitedForRolloutsSeconds = stages.Where(stage => stage.Stage == "update").Sum(stage => stage.WaitedSeconds),
            WorkingSetBytes = Environment.WorkingSet,
            PeakBytes = ProcessMemory.PeakBytes(),
            ElapsedSeconds = elapsed.TotalSeconds,
        };
    }

    private static double Rate(long tokens, double seconds) => seconds > 0 ? tokens / seconds : 0;
}

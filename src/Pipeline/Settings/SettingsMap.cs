using Cppo.Model.Engine;
using Cppo.Model.Training;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.CustomRewards;
using Cppo.Pipeline.Graph;

namespace Cppo.Pipeline.Settings;

/// <summary>The configuration in the words of the stages and of the engines. It is validated before, so every name is known.</summary>
internal static class SettingsMap
{
    public static RewardSettings Reward(PipelineConfig config) => Reward(config.Reward, config.Rollout.MaxNewTokens);

    /// <summary>The rewards of completions of at most <paramref name="maxNewTokens"/> tokens.</summary>
    public static RewardSettings Reward(RewardConfig reward, int maxNewTokens) =>
        new(
            [.. reward.Parts.Select(part => new RewardSetting(part.Name, part.Weight))],
            reward.RepetitionNgram,
            reward.RepetitionMaxPenalty,
            Lengths(reward, maxNewTokens)
        );

    public static LengthRewardSettings Lengths(RewardConfig reward, int maxNewTokens)
    {
        int overlongMaxLength = reward.OverlongMaxLength ?? maxNewTokens;
        return new(
            reward.CosineMinValueWrong,
            reward.CosineMaxValueWrong,
            reward.CosineMinValueCorrect,
            reward.CosineMaxValueCorrect,
            reward.CosineMaxLength ?? maxNewTokens,
            overlongMaxLength,
            reward.OverlongCache ?? overlongMaxLength / 5
        );
    }

    /// <summary>How an evaluation judges: as the rewards do.</summary>
    public static JudgingRule Judging(PipelineConfig config) =>
        config.Reward.Parts.Any(part => part.Name == MathAccuracy.rule.Name) ? JudgingRule.Expression : JudgingRule.Number;

    public static AdvantageSettings Advantage(PipelineConfig config) => new(config.Reward.AdvantageEpsilon);

    public static PruneSettings Prune(PipelineConfig config) =>
        new(
            PruneRules.table.Find(config.Prune.Rule),
            config.Prune.Keep,
            PruneScopes.table.Find(config.Prune.Scope).Value,
            config.Prune.Threshold,
            config.Run.Seed
        );

    public static AllocationSettings Allocation(PipelineConfig config) =>
        new(
            AllocationModes.table.Find(config.Allocation.Mode).Value,
            config.Update.QuestionsPerDevice,
            config.Update.Devices.Length,
            config.Rollout.Group,
            config.Update.MicroBatchTokens,
            config.Update.MicroBatchesPerDevice,
            config.Allocation.DropZeroAdvantage
        );

    public static ObjectiveSettings Objective(PipelineConfig config) =>
        new(
            Surrogates.table.Find(config.Objective.Surrogate),
            config.Objective.Epsilon,
            config.Objective.EpsilonHigh ?? config.Objective.Epsilon,
            config.Objective.Beta
        );

    /// <summary>
    /// The bounds of the graph; rewards that servers compute are asked about as many groups at a time as fill their connections.
    /// </summary>
    public static FlowSettings Flow(PipelineConfig config) =>
        new()
        {
            MaxStaleness = config.Update.MaxStaleness,
            QuestionsPerCall = config.Rollout.QuestionsPerCall,
            RolloutDevices = config.Rollout.Devices.Length,
            StageCapacity = config.Flow.StageCapacity,
            RewardParallelism = config
                .Reward.Parts.Where(part => part.Url.Length > 0)
                .Select(part => HttpRewardSettings.GroupsAtATime(part, config.Rollout.Group))
                .Append(config.Flow.RewardParallelism)
                .Max(),
            MaxRoundsPerBatch = config.Flow.MaxRoundsPerBatch,
            MaxConsecutiveEmptyUpdates = config.Flow.MaxConsecutiveEmptyUpdates,
        };

    public static PackSettings Pack(PipelineConfig config) =>
        new(Allocation(config), Aggregations.table.Find(config.Objective.Aggregation), Prune(config).Scope);

    public static TrainerSettings Trainer(PipelineConfig config) =>
        new()
        {
            Objective = Objective(config),
            Schedule = new LearningRateSchedule(
                Enum.Parse<ScheduleShape>(config.Update.Schedule, ignoreCase: true),
                config.Update.LearningRate,
                config.Update.WarmupRatio,
                config.Run.Updates * config.Update.Passes
            ),
            AdamW = new AdamWSettings(config.Update.Beta1, config.Update.Beta2, config.Update.AdamEpsilon, config.Update.WeightDecay),
            Passes = config.Update.Passes,
            MaxGradientNorm = config.Update.MaxGradientNorm,
            Temperature = config.Rollout.Temperature,
            RecomputeGenerationLogprobs = config.Objective.GenerationLogprobs == "recompute",
            Importance = Importance(config.Objective),
        };

    public static ImportanceSettings Importance(ObjectiveConfig objective) =>
        new(
            objective.ImportanceCap,
            ImportanceLevels.table.Find(objective.ImportanceLevel).Value,
            objective.ImportanceBand[0],
            ObjectiveRules.HasBand(objective) ? objective.ImportanceBand[1] : double.PositiveInfinity
        );

    /// <summary>A guard that knows no norms yet; null where the configuration has none.</summary>
    public static SpikeGuard? Guard(PipelineConfig config) =>
        config.Update.Guard.Multiple > 0 ? new SpikeGuard(config.Update.Guard.Multiple, config.Update.Guard.Window) : null;

    public static EngineSettings Engine(PipelineConfig config, string device) =>
        new()
        {
            Device = device,
            ComputeType = config.Model.ComputeType == "bfloat16" ? ComputeType.BFloat16 : ComputeType.Float32,
            Threads = config.Model.Threads,
            LogitChunkTokens = config.Model.LogitChunkTokens,
            RecomputeActivations = config.Model.RecomputeActivations,
            RolloutPrecision = PrecisionNames.Parse(config.Rollout.Precision),
            ReferencePrecision = PrecisionNames.Parse(config.Model.Reference.Precision),
            BasePrecision = PrecisionNames.Parse(config.Model.Lora.BasePrecision),
            MomentPrecision = PrecisionNames.Parse(config.Update.MomentPrecision),
        };

    public static SamplingSettings Sampling(PipelineConfig config, IReadOnlyList<int> stopTokenIds) =>
        new()
        {
            Temperature = config.Rollout.Temperature,
            Restriction = Restriction(config.Rollout),
            MaxNewTokens = config.Rollout.MaxNewTokens,
            StopTokenIds = stopTokenIds,
            Seed = config.Run.Seed,
        };

    /// <summary>How an evaluation draws.</summary>
    public static SamplingSettings Evaluation(PipelineConfig config, IReadOnlyList<int> stopTokenIds) =>
        Sampling(config, stopTokenIds) with
        {
            Temperature = config.Evaluation.Temperature,
            Restriction = Restriction(config.Evaluation),
        };

    public static SamplingRestriction Restriction(RolloutConfig rollout) =>
        new()
        {
            TopP = rollout.TopP,
            TopK = rollout.TopK,
            MinP = rollout.MinP,
        };

    public static SamplingRestriction Restriction(EvaluationConfig evaluation) =>
        new()
        {
            TopP = evaluation.TopP,
            TopK = evaluation.TopK,
            MinP = evaluation.MinP,
        };
}

using System.Globalization;
using Cppo.Model.Decoders;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Memory;

/// <summary>A key whose change saves memory.</summary>
/// <param name="Option">As <c>--set</c> takes it, e.g. <c>model.recomputeActivations=true</c>.</param>
/// <param name="Config">The configuration with it.</param>
/// <param name="Saved">Bytes, in the memories that lack some.</param>
internal sealed record MemorySaving(string Option, PipelineConfig Config, long Saved);

/// <summary>
/// Which keys save most, found by planning again with each of them changed. They divide the same work differently, compute something twice,
/// hold numbers in fewer bits, or train an adapter in place of the weights.
/// </summary>
internal static class MemoryAdvice
{
    private const int SmallLogitChunk = 256;

    /// <summary>Those that save something, the most first.</summary>
    /// <param name="config">Validated.</param>
    /// <param name="model">The architecture.</param>
    /// <param name="plan">Of the configuration.</param>
    /// <param name="cores">Cores of the machine.</param>
    /// <param name="places">The memories that lack some.</param>
    public static IReadOnlyList<MemorySaving> Of(
        PipelineConfig config,
        DecoderConfig model,
        MemoryPlan plan,
        int cores,
        IReadOnlyCollection<string> places
    )
    {
        long before = Bytes(plan, places);
        return
        [
            .. Candidates(config, plan.Prompt.Tokens)
                .Where(candidate => IsValid(candidate.Config))
                .Select(candidate =>
                {
                    long after = Bytes(MemoryPlan.Of(candidate.Config, model, plan.Prompt, cores, plan.Rank), places);
                    return new MemorySaving(candidate.Option, candidate.Config, before - after);
                })
                .Where(saving => saving.Saved > 0)
                .OrderByDescending(saving => saving.Saved),
        ];
    }

    /// <summary>The keys of several at once.</summary>
    public static PipelineConfig Together(PipelineConfig config, IEnumerable<MemorySaving> savings) =>
        savings.Aggregate(config, (all, saving) => Changed(all, saving.Option));

    private static long Bytes(MemoryPlan plan, IReadOnlyCollection<string> places) =>
        plan.Places.Where(place => places.Contains(place.Place)).Sum(place => place.Bytes);

    private static bool IsValid(PipelineConfig config) => PrecisionRules.All.All(rule => rule.Message(config) is null);

    private static IEnumerable<(string Option, PipelineConfig Config)> Candidates(PipelineConfig config, int promptTokens)
    {
        int least = promptTokens + config.Rollout.MaxNewTokens,
            microBatch = Math.Max(least, config.Update.MicroBatchTokens / 2);
        string[] options =
        [
            microBatch < config.Update.MicroBatchTokens ? Option("update.microBatchTokens", microBatch) : "",
            config.Model.RecomputeActivations ? "" : "model.recomputeActivations=true",
            config.Rollout.Precision == "int8" ? "" : "rollout.precision=int8",
            config.Update.MomentPrecision == "bf16" ? "" : "update.momentPrecision=bf16",
            config.Model.Reference.Precision == "bf16" ? "" : "model.reference.precision=bf16",
            config.Update.MaxStaleness == 0 ? "" : "update.maxStaleness=0",
            config.Rollout.QuestionsPerCall == 1 ? "" : Option("rollout.questionsPerCall", config.Rollout.QuestionsPerCall / 2),
            config.Model.LogitChunkTokens <= SmallLogitChunk ? "" : Option("model.logitChunkTokens", SmallLogitChunk),
            config.Model.Lora.Rank > 0 ? "" : "model.lora.rank=16",
            IsTorch(config) && config.Model.ComputeType == "float32" ? "model.computeType=bfloat16" : "",
        ];
        return options.Where(option => option.Length > 0).Select(option => (option, Changed(config, option)));
    }

    private static bool IsTorch(PipelineConfig config) =>
        config.Update.Devices.Concat(config.Rollout.Devices).All(device => EngineChoice.IsTorch(config.Model, device));

    private static string Option(string key, int value) => string.Create(CultureInfo.InvariantCulture, $"{key}={value}");

    private static PipelineConfig Changed(PipelineConfig config, string option)
    {
        var (key, value) = (
            option[..option.IndexOf('=', StringComparison.Ordinal)],
            option[(option.IndexOf('=', StringComparison.Ordinal) + 1)..]
        );
        var (model, rollout, update) = (config.Model, config.Rollout, config.Update);
        int Number() => int.Parse(value, CultureInfo.InvariantCulture);
        return key switch
        {
            "update.microBatchTokens" => config with { Update = update with { MicroBatchTokens = Number() } },
            "model.recomputeActivations" => config with { Model = model with { RecomputeActivations = true } },
            "rollout.precision" => config with { Rollout = rollout with { Precision = value } },
            "update.momentPrecision" => config with { Update = update with { MomentPrecision = value } },
            "model.reference.precision" => config with { Model = model with { Reference = model.Reference with { Precision = value } } },
            "update.maxStaleness" => config with { Update = update with { MaxStaleness = Number() } },
            "rollout.questionsPerCall" => config with { Rollout = rollout with { QuestionsPerCall = Number() } },
            "model.logitChunkTokens" => config with { Model = model with { LogitChunkTokens = Number() } },
            "model.lora.rank" => config with { Model = model with { Lora = model.Lora with { Rank = Number() } } },
            "model.computeType" => config with { Model = model with { ComputeType = value } },
            _ => throw new ArgumentException($"{key} is none of the keys that save memory.", nameof(option)),
        };
    }
}

using System.Globalization;
using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Configuration;

/// <summary>The combinations of keys that no run can satisfy; single values are checked by <see cref="ConfigBinder"/>.</summary>
internal static class ConfigValidation
{
    private static readonly string[] KnownExtensions = [".csv", ".jsonl", ".json", ".parquet"];

    private static readonly ConfigRule[] Rules =
    [
        // Pruning and the group.
        new(
            ["prune.keep", "rollout.group", "prune.rule"],
            c =>
                Rule(c).UsesKeep && c.Prune.Keep > c.Rollout.Group
                    ? $"keeps {c.Prune.Keep} of rollout.group = {c.Rollout.Group} completions; give at most {c.Rollout.Group}, or "
                        + $"prune.rule none to keep all"
                    : null
        ),
        new(["prune.threshold", "rollout.group", "prune.rule"], c => Rule(c).ThresholdFault(c.Rollout.Group, c.Prune.Threshold)),
        new(
            ["prune.scope", "allocation.mode", "prune.rule"],
            c =>
                c.Prune.Scope == "batch" && c.Allocation.Mode == "tokens" && Rule(c).UsesKeep
                    ? "is batch, a choice among all questions of an update, but allocation.mode tokens lets questions join one by one; set "
                        + "prune.scope to question or allocation.mode to completions"
                    : null
        ),
        // Capacity.
        new(
            ["update.microBatchTokens", "rollout.maxNewTokens"],
            c =>
                c.Update.MicroBatchTokens <= c.Rollout.MaxNewTokens
                    ? $"is {c.Update.MicroBatchTokens}, which cannot hold a prompt and a completion of rollout.maxNewTokens = "
                        + $"{c.Rollout.MaxNewTokens}; give more than {c.Rollout.MaxNewTokens} plus the longest prompt"
                    : null
        ),
        // Devices.
        new(
            ["update.devices"],
            c =>
                c.Update.Devices.Any(EngineChoice.IsCuda) && !c.Update.Devices.All(EngineChoice.IsCuda)
                    ? "mixes cpu and cuda, whose replicas would drift apart; use one kind"
                    : null
        ),
        new(
            ["model.engine", "update.devices", "rollout.devices"],
            c =>
                c.Model.Engine == "managed" && CudaDevices(c) is { Length: > 0 } devices
                    ? $"is managed, which runs on cpu only, but {devices}; set model.engine to auto or torch, or use cpu"
                    : null
        ),
        new(
            ["model.lora.targetModules"],
            c =>
                c.Model.Lora.TargetModules.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice
                    ? $"names {twice.Key} twice; remove one of them"
                    : null
        ),
        .. PrecisionRules.All,
        .. CollectiveRules.All,
        // The spike guard.
        new(
            ["update.guard.multiple"],
            c =>
                c.Update.Guard.Multiple is > 0 and <= 1
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"is {c.Update.Guard.Multiple}, which would skip every second update; give more than 1, e.g. 10, or 0 for no guard"
                    )
                    : null
        ),
        // Rewards.
        new(
            ["reward.parts"],
            c =>
                c.Reward.Parts.All(part => part.Weight == 0)
                    ? "has no weight other than 0, so every reward is 0 and nothing can be learned; give one reward.parts.N.weight another "
                        + "value"
                    : null
        ),
        .. RewardRules.Lengths,
        // Data and prompt.
        new(
            ["data.train.path"],
            c => c.Data.Train.Path.Trim().Length == 0 ? "is empty; name the .csv, .jsonl or .parquet file to train on" : null
        ),
        new(
            ["data.test.path", "evaluation.before", "evaluation.after", "evaluation.every"],
            c =>
                c.Data.Test.Path.Trim().Length == 0 && Evaluations(c) is { Length: > 0 } on
                    ? $"is empty, but {on}; name a test file, or turn evaluation off"
                    : null
        ),
        Format("data.train", c => c.Data.Train),
        Format("data.test", c => c.Data.Test),
        new(
            ["prompt.system", "prompt.template"],
            c =>
                Template(c).TakesSystem && c.Prompt.System.Trim().Length == 0
                    ? $"is empty, but prompt.template is {c.Prompt.Template}; write the system text, or set prompt.template to none"
                    : null
        ),
        new(
            ["prompt.system", "prompt.template"],
            c =>
                !Template(c).TakesSystem && c.Prompt.System.Length > 0
                    ? $"is only used with prompt.template custom, which is {c.Prompt.Template}; set prompt.template to custom or remove "
                        + $"prompt.system"
                    : null
        ),
        new(
            ["prompt.chat", "prompt.template"],
            c =>
                c.Prompt.Chat != ChatTemplates.Auto && c.Prompt.Chat != c.Prompt.Template && ChatTemplates.Names.Contains(c.Prompt.Template)
                    ? $"is {c.Prompt.Chat}, but prompt.template chooses the chat template {c.Prompt.Template}; remove one of them"
                    : null
        ),
        new(
            ["prompt.chat", "prompt.template", "prompt.chatTemplate"],
            c =>
                !c.Prompt.ChatTemplate && (c.Prompt.Chat != ChatTemplates.Auto || ChatTemplates.Names.Contains(c.Prompt.Template))
                    ? $"is {PromptConfig.ChatTemplateOf(c.Prompt)}, but prompt.chatTemplate is false; set it to true, or choose no chat "
                        + $"template"
                    : null
        ),
        .. CheckpointRules.All,
        .. ObjectiveRules.All,
        .. RestrictionRules.All,
        new(["sinks.openTelemetry.endpoint"], c => CollectorAddress.Fault(c.Sinks.OpenTelemetry.Endpoint)),
        // Evaluation.
        new(
            ["evaluation.temperature"],
            c =>
                c.Evaluation.Temperature is > 0 and < SamplingSettings.SmallestTemperature
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"is {c.Evaluation.Temperature}; give 0, which is greedy, or at least {SamplingSettings.SmallestTemperature}"
                    )
                    : null
        ),
        new(
            ["evaluation.samples", "evaluation.temperature"],
            c =>
                c.Evaluation.Samples > 1 && c.Evaluation.Temperature == 0
                    ? $"is {c.Evaluation.Samples}, but with evaluation.temperature 0 all samples of a question are the same; set a "
                        + $"temperature, e.g. 0.6, or 1 sample"
                    : null
        ),
    ];

    /// <summary>The faults between keys that are valid each for itself.</summary>
    /// <param name="config">What was bound.</param>
    /// <param name="places">Where each stated key was stated.</param>
    /// <param name="isFaulty">Keys with a fault of their own; rules about them are skipped.</param>
    /// <param name="further">Rules that reach beyond the configuration.</param>
    public static IEnumerable<ConfigFault> Check(
        PipelineConfig config,
        IReadOnlyDictionary<string, ConfigPlace> places,
        Func<string, bool> isFaulty,
        IReadOnlyList<ConfigRule> further
    ) =>
        Rules
            .Concat(RewardRules.Parts(config))
            .Concat(further)
            .Where(rule => !rule.Keys.Any(isFaulty))
            .SelectMany(rule =>
                rule.Message(config) is { } message ? new[] { new ConfigFault(rule.Keys[0], PlaceOf(rule.Keys, places), message) } : []
            );

    private static PruneRule Rule(PipelineConfig config) => PruneRules.table.Find(config.Prune.Rule);

    private static PromptTemplate Template(PipelineConfig config) => PromptConfig.SystemTemplateOf(config.Prompt);

    private static ConfigPlace PlaceOf(string[] keys, IReadOnlyDictionary<string, ConfigPlace> places) =>
        keys.Select(key => places.GetValueOrDefault(key)).FirstOrDefault(place => place is { IsStated: true }) ?? ConfigPlace.Default;

    private static ConfigRule Format(string section, Func<PipelineConfig, DatasetConfig> dataset) =>
        new(
            [$"{section}.path", $"{section}.format"],
            c =>
                dataset(c) is { Format: "auto", Path.Length: > 0 } stated
                && !InMemory.IsIn(stated.Path)
                && HubPlace.Meant(stated.Path, HubKind.Dataset) is null
                && !KnownExtensions.Contains(Path.GetExtension(stated.Path), StringComparer.OrdinalIgnoreCase)
                    ? $"\"{stated.Path}\" ends in none of {string.Join(", ", KnownExtensions)}; set {section}.format to csv, "
                        + $"jsonl, json or parquet"
                    : null
        );

    private static string CudaDevices(PipelineConfig config) =>
        string.Join(
            " and ",
            new[] { ("update.devices", config.Update.Devices), ("rollout.devices", config.Rollout.Devices) }
                .Where(devices => devices.Item2.Any(EngineChoice.IsCuda))
                .Select(devices => $"{devices.Item1} names {devices.Item2.First(EngineChoice.IsCuda)}")
        );

    private static string Evaluations(PipelineConfig config) =>
        string.Join(
            " and ",
            new[]
            {
                config.Evaluation.Before ? "evaluation.before is true" : "",
                config.Evaluation.After ? "evaluation.after is true" : "",
                config.Evaluation.Every > 0 ? $"evaluation.every is {config.Evaluation.Every}" : "",
            }.Where(text => text.Length > 0)
        );
}

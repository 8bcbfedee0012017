using Cppo.Model.Decoders;
using Cppo.Model.Memory;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Memory;

/// <summary>The most that a configuration has its engines do at once, for prompts of at most so many tokens.</summary>
internal static class LongestBatch
{
    /// <summary>What a prompt may have at most, so that a completion of <c>rollout.maxNewTokens</c> fits context and micro-batch.</summary>
    public static int MostPromptTokens(PipelineConfig config, DecoderConfig model) =>
        Math.Max(1, Math.Min(config.Update.MicroBatchTokens, model.MaxPositions) - config.Rollout.MaxNewTokens);

    /// <summary>
    /// The largest micro-batch of a device: all completions have the full length, and as many of a question are in it as are kept.
    /// Completions are spread evenly over as many micro-batches as they need, as packing does; with allocation mode <c>tokens</c> each is
    /// filled.
    /// </summary>
    public static UpdateLoad Update(PipelineConfig config, int promptTokens)
    {
        var batch = BatchArithmetic.Of(config);
        int tokens = promptTokens + config.Rollout.MaxNewTokens;
        int room = Math.Max(1, config.Update.MicroBatchTokens / tokens);
        int kept = batch.Trained is { } trained ? Math.Max(1, trained / batch.Questions) : config.Rollout.Group;
        int completions = room,
            questions = Ceiling(room, kept),
            count = config.Update.MicroBatchesPerDevice;
        if (config.Allocation.Mode != "tokens")
        {
            // Questions stay whole where their completions fit together.
            int unit = kept <= room ? kept : 1;
            int units = Ceiling(Ceiling(batch.Trained ?? batch.Capacity, unit), config.Update.Devices.Length);
            count = Ceiling(units, room / unit);
            completions = unit * Ceiling(units, count);

            // Completions that are placed one by one may all be of different questions.
            questions = unit == kept ? completions / kept : Math.Min(completions, Ceiling(batch.Questions, config.Update.Devices.Length));
        }

        return new UpdateLoad(questions, completions, promptTokens, config.Rollout.MaxNewTokens, count);
    }

    /// <summary>A call for completions, and one of an evaluation where there is any.</summary>
    public static IReadOnlyList<RolloutLoad> Rollouts(PipelineConfig config, int promptTokens)
    {
        var (rollout, samples) = (config.Rollout, config.Evaluation.Samples);
        int questions = Math.Min(rollout.QuestionsPerCall, BatchArithmetic.Of(config).Questions);
        if (config.Allocation.Mode == "tokens")
        {
            questions = rollout.QuestionsPerCall;
        }

        var generated = new RolloutLoad(questions, rollout.Group, promptTokens, rollout.MaxNewTokens);
        return config.NeedsTest()
            ?
            [
                generated,
                new RolloutLoad(
                    Math.Max(1, rollout.QuestionsPerCall * rollout.Group / samples),
                    samples,
                    promptTokens,
                    rollout.MaxNewTokens
                ),
            ]
            : [generated];
    }

    private static int Ceiling(int number, int by) => (number + by - 1) / by;
}

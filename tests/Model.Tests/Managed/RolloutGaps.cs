using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Model.Tests.Engine;

namespace Cppo.Model.Tests.Managed;

/// <summary>How far the logprobs of a rollout are from the trainer's.</summary>
internal static class RolloutGaps
{
    /// <summary>The distance of each generated token, at temperature 1.</summary>
    internal static double[] Of(ManagedEngine engine, IPolicySnapshot snapshot, GenerationRequest request, GeneratedGroup[] groups)
    {
        var batch = Samples.Batch(
            [.. request.Prompts.Select(prompt => prompt.TokenIds)],
            [.. groups.SelectMany((group, prompt) => group.Completions.Select(c => (prompt, c.TokenIds)))]
        );
        return
        [
            .. engine
                .Logprobs(snapshot, batch, 1)
                .Zip(groups.SelectMany(group => group.Completions.Select(c => c.Logprobs)))
                .SelectMany(pair => pair.First.Zip(pair.Second, (trainer, rollout) => (double)Math.Abs(trainer - rollout))),
        ];
    }
}

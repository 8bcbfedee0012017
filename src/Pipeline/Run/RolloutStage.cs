using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Settings;
using Cppo.Stages;

namespace Cppo.Pipeline.Run;

/// <summary>Generates the groups of a call on one of the rollout devices.</summary>
internal sealed class RolloutStage(RunPolicy policy, PromptRenderer prompts, TimeProvider clock)
{
    private readonly List<IRolloutEngine> engines = policy.Models.Rollouts;
    private readonly ITokenizer tokenizer = policy.Models.Tokenizer;
    private readonly SamplingSettings sampling = SettingsMap.Sampling(policy.Config, policy.Models.Tokenizer.StopTokenIds);
    private readonly int threads = CoreDivision.Of(policy.Config, ProcessCores.Own.Count).Rollout;

    /// <summary>One group per question, in their order. Which device a call runs on follows from its index, not from timing.</summary>
    public async Task<RolloutGroup[]> GenerateAsync(GenerationCall call, CancellationToken cancel)
    {
        int device = call.Index % engines.Count;
        int[][] rendered = call.Questions.Select(question => prompts.Render(question)).ToArray();
        var request = new GenerationRequest
        {
            Prompts = [.. call.Questions.Select((question, i) => new GenerationPrompt(rendered[i], question.Ordinal))],
            GroupSize = policy.Config.Rollout.Group,
            Sampling = sampling,
            Threads = threads,
        };
        var snapshot = await policy.Versions.GetAsync(call.PolicyVersion, device, cancel);
        var generated = await engines[device].GenerateAsync(snapshot, request, cancel);
        var now = clock.GetUtcNow();
        return
        [
            .. call.Questions.Select(
                (question, i) =>
                    new RolloutGroup(
                        question,
                        rendered[i],
                        call.Batch,
                        call.PolicyVersion,
                        engines[device].Device,
                        [
                            .. generated[i]
                                .Completions.Select(
                                    (completion, index) =>
                                        new Completion(
                                            index,
                                            completion.TokenIds,
                                            completion.Logprobs,
                                            tokenizer.Decode(completion.TokenIds),
                                            completion.FinishReason
                                        )
                                ),
                        ],
                        now
                    )
            ),
        ];
    }
}

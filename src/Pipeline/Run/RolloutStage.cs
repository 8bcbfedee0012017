using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Graph;
using Cppo.Stages;

namespace Cppo.Pipeline.Run;

/// <summary>Generates the groups of a call on one of the rollout devices.</summary>
internal sealed class RolloutStage(
    IReadOnlyList<IPolicyEngine> engines,
    PolicyVersions versions,
    PromptRenderer prompts,
    ITokenizer tokenizer,
    SamplingSettings sampling,
    int groupSize,
    int threads,
    TimeProvider clock)
{
    /// <summary>One group per question, in their order. Which device a call runs on follows from its index, not from timing.</summary>
    public RolloutGroup[] Generate(GenerationCall call, CancellationToken cancel)
    {
        int device = call.Index % engines.Count;
        var rendered = call.Questions.Select(question => prompts.Render(question.Text)).ToArray();
        var request = new GenerationRequest
        {
            Prompts = [.. call.Questions.Select((question, i) => new GenerationPrompt(rendered[i], question.Ordinal))],
            GroupSize = groupSize,
            Sampling = sampling,
            Threads = threads,
        };
        GeneratedGroup[] generated;

        // Calls of one device follow each other: an engine generates for one caller at a time.
        lock (engines[device])
        {
            generated = engines[device].Generate(versions.Get(call.PolicyVersion, device), request, cancel);
        }

        var now = clock.GetUtcNow();
        return [.. call.Questions.Select((question, i) => new RolloutGroup(
            question,
            rendered[i],
            call.Batch,
            call.PolicyVersion,
            engines[device].Device,
            [.. generated[i].Completions.Select((completion, index) => new Completion(
                index,
                completion.TokenIds,
                completion.Logprobs,
                tokenizer.Decode(completion.TokenIds),
                completion.FinishReason))],
            now))];
    }
}

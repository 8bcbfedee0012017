using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Evaluation;

/// <summary>An engine that answers the n-th prompt with the n-th row of texts; one that ends in "..." was cut at the length.</summary>
internal sealed class ScriptedEngine(ByteLevelTokenizer tokenizer, string[][] script) : IRolloutEngine
{
    private int numAnswered;

    public string Name => "scripted";

    public string Device => "cpu";

    public DecoderConfig Config => throw new NotSupportedException();

    /// <summary>Prompts of each call.</summary>
    public List<int> Calls { get; } = [];

    public Task<GeneratedGroup[]> GenerateAsync(IPolicySnapshot snapshot, GenerationRequest request, CancellationToken stop)
    {
        Calls.Add(request.Prompts.Count);
        return Task.FromResult<GeneratedGroup[]>([
            .. request.Prompts.Select(_ => new GeneratedGroup([.. script[numAnswered++].Select(Completion)])),
        ]);
    }

    public Task<IPolicySnapshot> TakeWeightsAsync(IReadOnlyList<NamedArray> weights, int policyVersion, CancellationToken stop) =>
        throw new NotSupportedException();

    /// <summary>Weights that nobody looks at.</summary>
    public static IPolicySnapshot WeightsOf(int version) => new Snapshot(version);

    public void Dispose() { }

    private GeneratedCompletion Completion(string text)
    {
        int[] ids = tokenizer.Encode(text);
        return new(ids, new float[ids.Length], text.EndsWith("...", StringComparison.Ordinal) ? FinishReason.Length : FinishReason.Stop);
    }

    private sealed class Snapshot(int version) : IPolicySnapshot
    {
        public IReadOnlyList<NamedArray> Export() => throw new NotSupportedException();

        public int PolicyVersion => version;

        public void Dispose() { }
    }
}

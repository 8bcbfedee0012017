using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Evaluation;

/// <summary>An engine that answers the n-th prompt with the n-th row of texts; one that ends in "..." was cut at the length.</summary>
internal sealed class ScriptedEngine(ByteLevelTokenizer tokenizer, string[][] script) : IPolicyEngine
{
    private int numAnswered;

    public string Name => "scripted";

    public string Device => "cpu";

    public DecoderConfig Config => throw new NotSupportedException();

    /// <summary>Prompts of each call.</summary>
    public List<int> Calls { get; } = [];

    public GeneratedGroup[] Generate(IPolicySnapshot snapshot, GenerationRequest request, CancellationToken stop)
    {
        Calls.Add(request.Prompts.Count);
        return [.. request.Prompts.Select(_ => new GeneratedGroup([.. script[numAnswered++].Select(Completion)]))];
    }

    public IPolicySnapshot Publish(int policyVersion) => new Snapshot();

    public IPolicySnapshot LoadSnapshot(string modelDirectory, int policyVersion) => throw new NotSupportedException();

    public IReadOnlyList<NamedArray> ExportWeights(IPolicySnapshot snapshot) => throw new NotSupportedException();

    public IPolicySnapshot ImportSnapshot(IReadOnlyList<NamedArray> weights, int policyVersion) => throw new NotSupportedException();

    public float[][] Logprobs(IPolicySnapshot snapshot, MicroBatch batch, double temperature) => throw new NotSupportedException();

    public void ForwardBackward(MicroBatch batch, double temperature, LogprobGradient gradient) => throw new NotSupportedException();

    public IReadOnlyList<NamedArray> ExportGradients() => throw new NotSupportedException();

    public void ImportGradients(IReadOnlyList<NamedArray> gradients) => throw new NotSupportedException();

    public double GradientNorm() => throw new NotSupportedException();

    public void Step(AdamWStep step) => throw new NotSupportedException();

    public void ZeroGradients() => throw new NotSupportedException();

    public void SaveWeights(string directory) => throw new NotSupportedException();

    public void SaveOptimizer(string path) => throw new NotSupportedException();

    public void LoadOptimizer(string path) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private GeneratedCompletion Completion(string text)
    {
        var ids = tokenizer.Encode(text);
        return new(ids, new float[ids.Length], text.EndsWith("...", StringComparison.Ordinal) ? FinishReason.Length : FinishReason.Stop);
    }

    private sealed class Snapshot : IPolicySnapshot
    {
        public int PolicyVersion => 3;

        public void Dispose()
        {
        }
    }
}

using System.Globalization;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Stages;

namespace Cppo.Model.Tests.Training;

/// <summary>An engine with one weight that notes what is asked of it. Its policy has the same logprob for every token.</summary>
internal sealed class FakeEngine(float policyLogprob = -1) : ITrainableEngine
{
    private float gradient;

    public List<string> Calls { get; } = [];

    /// <summary>What the objective returned for each micro-batch, flat.</summary>
    public List<float[]> Gradients { get; } = [];

    public List<AdamWStep> Steps { get; } = [];

    /// <summary>The gradient norm; null: the absolute value of the one gradient.</summary>
    public double? Norm { get; set; }

    /// <summary>The gradient norm by the steps taken before; null: <see cref="Norm"/>.</summary>
    public Func<int, double>? NormOfPass { get; init; }

    /// <summary>Called when a forward begins.</summary>
    public Action OnForward { get; init; } = () => { };

    public string Name => "fake";

    public string Device => "cpu";

    public DecoderConfig Config => throw new NotSupportedException();

    public IPolicySnapshot Publish(int policyVersion)
    {
        Calls.Add("publish");
        return new Snapshot(policyVersion, () => Calls.Add("dispose"));
    }

    public float[][] Logprobs(IPolicySnapshot snapshot, MicroBatch batch, double temperature)
    {
        Calls.Add(string.Create(CultureInfo.InvariantCulture, $"logprobs of {((Snapshot)snapshot).Of} at {temperature}"));
        return Constant(batch);
    }

    public void ForwardBackward(MicroBatch batch, double temperature, LogprobGradient gradient)
    {
        OnForward();
        Calls.Add(string.Create(CultureInfo.InvariantCulture, $"forward {batch.Index} at {temperature}"));
        Gradients.Add([.. gradient(Constant(batch)).SelectMany(row => row)]);
        this.gradient += Gradients[^1].Sum();
    }

    public IReadOnlyList<NamedArray> ExportGradients() => [new NamedArray("w", [1], [gradient])];

    public void ImportGradients(IReadOnlyList<NamedArray> gradients) => gradient = gradients[0].Values[0];

    public void EditGradients(int most, GradientEdit edit)
    {
        Calls.Add("edit");
        edit(new Span<float>(ref gradient));
    }

    public double GradientNorm() => NormOfPass?.Invoke(Steps.Count) ?? Norm ?? Math.Abs(gradient);

    public void Step(AdamWStep step)
    {
        Calls.Add("step");
        Steps.Add(step);
        gradient = 0;
    }

    public void ZeroGradients()
    {
        Calls.Add("zero");
        gradient = 0;
    }

    public void Dispose() { }

    public IPolicySnapshot LoadSnapshot(string modelDirectory, int policyVersion) => throw new NotSupportedException();

    public IPolicySnapshot ImportSnapshot(IReadOnlyList<NamedArray> weights, int policyVersion) => throw new NotSupportedException();

    public string HashWeights() => throw new NotSupportedException();

    public void SaveWeights(string directory) => throw new NotSupportedException();

    public void SaveOptimizer(string path) => throw new NotSupportedException();

    public void LoadOptimizer(string path) => throw new NotSupportedException();

    private float[][] Constant(MicroBatch batch) =>
        [.. batch.Samples.Select(sample => Enumerable.Repeat(policyLogprob, sample.TokenIds.Length).ToArray())];

    /// <summary>The reference, or what the policy published.</summary>
    internal sealed class Snapshot(int policyVersion, Action? dispose) : IPolicySnapshot
    {
        public IReadOnlyList<NamedArray> Export() => throw new NotSupportedException();

        public static Snapshot Reference { get; } = new(0, null);

        public string Of => dispose is null ? "reference" : "policy";

        public int PolicyVersion => policyVersion;

        public void Dispose() => dispose?.Invoke();
    }
}

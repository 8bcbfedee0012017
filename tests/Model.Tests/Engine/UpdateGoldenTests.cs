using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Weights;
using Cppo.Stages;
using Cppo.Stages.Objective;

namespace Cppo.Model.Tests.Engine;

/// <summary>
/// A whole CPPO update of the authors' code: logprobs of policy, old policy and reference, loss, gradients, their norm, and three AdamW
/// steps.
/// </summary>
public sealed class UpdateGoldenTests
{
    private const string Prefix = "e2e_step_";
    private const double Temperature = 0.9;
    private static readonly EngineSettings OneThread = new() { Threads = 1 };
    private static readonly ObjectiveSettings Objective = new(
        Surrogates.table.Find("clipped"),
        epsilonLow: 0.2,
        epsilonHigh: 0.2,
        beta: 0.04
    );

    public static IEnumerable<object[]> Models() =>
        EngineUnderTest.WithEach(
            Directory
                .GetFiles(Path.Combine(GoldenModels.Directory, "loss"), Prefix + "*.safetensors")
                .Order(StringComparer.Ordinal)
                .Select(file => new object[] { Path.GetFileNameWithoutExtension(file)[Prefix.Length..] })
        );

    [Theory]
    [MemberData(nameof(Models))]
    public void Logprobs_of_policy_old_policy_and_reference_match(string engineName, string model)
    {
        using var golden = Open(model);
        var batch = KeptSamples(golden);
        int width = (int)golden.Find("policy_logps")!.Shape[1];
        using var engine = Engine(engineName, model, 1);
        using var old = Engine(engineName, model, 0.985f);
        using var policy = engine.Publish(0);
        using var reference = engine.LoadSnapshot(Checkpoint(model + "_bf16"), 0);
        using var oldPolicy = old.Publish(0);
        float[][] Expected(string name) => Samples.Masked(golden.ReadFloat32(name), width, batch);
        Compare.Near(Expected("policy_logps"), engine.Logprobs(policy, batch, Temperature), 5e-5);
        Compare.Near(Expected("old_logps"), old.Logprobs(oldPolicy, batch, Temperature), 5e-5);
        Compare.Near(Expected("ref_logps"), engine.Logprobs(reference, batch, Temperature), 5e-5);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Loss_and_gradients_match(string engineName, string model)
    {
        using var golden = Open(model);
        using var engine = Engine(engineName, model, 1);
        var (result, kl) = ForwardBackward(engine, golden);
        Assert.Equal(golden.ReadFloat32("loss")[0], result.Loss, 1e-5);
        Assert.Equal(golden.ReadFloat32("kl")[0], kl, 1e-5);
        Assert.Equal(golden.ReadFloat32("clip_ratio")[0], result.UnclippedOutsideRatio, 1e-5);
        double norm = golden.ReadFloat32("grad_norm")[0];
        Assert.Equal(norm, engine.GradientNorm(), norm * 1e-4);
        Compare.Near(ExpectedGradients(engine.Config, golden), engine.ExportGradients(), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Weights_after_three_steps_match(string engineName, string model)
    {
        using var golden = Open(model);
        using var engine = Engine(engineName, model, 1);
        var gradients = ExpectedGradients(engine.Config, golden);
        for (int step = 0; step < 3; step++)
        {
            engine.ImportGradients(gradients);
            double scale = Math.Min(1, 1 / (engine.GradientNorm() + 1e-6));
            engine.Step(new AdamWStep(1e-3, scale, new AdamWSettings(WeightDecay: 0.01)));
        }

        using var directory = new TemporaryDirectory();
        engine.SaveWeights(directory.Path);
        using var saved = SafetensorsReader.Open(directory.File(HfModelDirectory.SingleFileName));
        string[] names =
        [
            .. golden.Weights.Select(weight => weight.Name).Where(name => name.StartsWith("adamw3.", StringComparison.Ordinal)),
        ];
        Assert.NotEmpty(names);
        foreach (string name in names)
        {
            Assert.True(Compare.MaxDifference(golden.ReadFloat32(name), saved.ReadFloat32(name["adamw3.".Length..])) <= 2e-6, name);
        }
    }

    private static SafetensorsReader Open(string model) =>
        SafetensorsReader.Open(Path.Combine(GoldenModels.Directory, "loss", $"{Prefix}{model}.safetensors"));

    private static string Checkpoint(string name) => GoldenModels.CheckpointPath(Path.Combine("qwen2", name));

    /// <summary>The model with every weight multiplied by a factor.</summary>
    private static ILocalEngine Engine(string engineName, string model, float factor)
    {
        using var directory = HfModelDirectory.Open(Checkpoint(model + "_fp32"));
        return EngineUnderTest.Create(
            engineName,
            directory.Config,
            directory.ReadAll().Select(weight => weight with { Values = [.. weight.Values.Select(value => value * factor)] }),
            OneThread
        );
    }

    /// <summary>The objective's result, and the KL as the authors log it: the mean over completions of the mean over tokens.</summary>
    private static (ObjectiveResult<float> Result, double Kl) ForwardBackward(ILocalEngine engine, SafetensorsReader golden)
    {
        var batch = KeptSamples(golden);
        int width = (int)golden.Find("ref_logps")!.Shape[1];
        float[][] reference = Samples.Masked(golden.ReadFloat32("ref_logps"), width, batch);
        (ObjectiveResult<float>, double)? result = null;
        engine.ForwardBackward(
            batch,
            Temperature,
            policy =>
            {
                var objective = Cppo.Stages.Objective.Objective.evaluate(Objective, batch.Samples, [], policy, reference);
                double kl = reference.Zip(policy, (r, p) => r.Zip(p, (x, y) => Math.Exp(x - y) - (x - y) - 1).Average()).Average();
                result = (objective, kl);
                return objective.Gradient;
            }
        );
        return result!.Value;
    }

    private static NamedArray[] ExpectedGradients(DecoderConfig config, SafetensorsReader golden) =>
        [.. WeightMap.Expected(config).Select(e => new NamedArray(e.Name, e.Shape, golden.ReadFloat32("grad." + e.Name)))];

    /// <summary>The kept completions; those of one question are adjacent and share its prompt.</summary>
    private static MicroBatch KeptSamples(SafetensorsReader golden)
    {
        int[][] prompts = Samples.Unpad(golden.ReadInt64("prompt_ids"), golden.ReadInt64("prompt_mask"), golden.Find("prompt_ids")!.Shape);
        int[][] completions = Samples.Unpad(
            golden.ReadInt64("completion_ids"),
            golden.ReadInt64("completion_mask"),
            golden.Find("completion_ids")!.Shape
        );
        int[] kept = [.. golden.ReadInt64("kept_indices").Select(i => (int)i)];
        float[] advantages = golden.ReadFloat32("advantages"),
            old = golden.ReadFloat32("old_logps");
        int width = (int)golden.Find("old_logps")!.Shape[1];
        int[][] distinct = [.. kept.Select(row => prompts[row]).DistinctBy(prompt => string.Join(',', prompt))];
        double weight = 1.0 / kept.Sum(row => completions[row].Length);
        var samples = kept.Select(
            (row, i) =>
                new TrainingSample(
                    Array.FindIndex(distinct, prompt => prompt.SequenceEqual(prompts[row])),
                    0,
                    row,
                    completions[row],
                    old.AsSpan(i * width, completions[row].Length).ToArray(),
                    advantages[row],
                    weight
                )
        );
        return new MicroBatch(0, 0, distinct, [.. samples], 1 << 20, kept.Sum(row => prompts[row].Length + completions[row].Length));
    }
}

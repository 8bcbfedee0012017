using System.Globalization;
using Cppo.Model.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Engine;

public sealed class LargeVocabularyTests
{
    /// <summary>Skipped where the kernel does not tell a process's peak memory.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class PeakMemoryTheoryAttribute : TheoryAttribute
    {
        public PeakMemoryTheoryAttribute() =>
            Skip = File.Exists("/proc/self/clear_refs") ? null : "needs Linux's /proc/self/clear_refs to measure peak memory";
    }

    [PeakMemoryTheory]
    [Engines]
    public void Memory_does_not_grow_with_tokens_times_vocabulary(string engineName)
    {
        // 4 completions of 256 tokens: all their logits together would take 0.58 GiB, their softmax and its gradient as much again each.
        var config = TinyModel.Config(vocabulary: 151_936) with
        {
            MaxPositions = 512,
        };
        using var engine = EngineUnderTest.Create(engineName, config, RandomWeights.Create(config, 1), new EngineSettings());
        using var snapshot = engine.Publish(0);
        ResetPeak();
        long before = ReadStatus("VmRSS");
        var groups = engine.Generate(snapshot, TinyModel.Request(2, 2, 1, 256), CancellationToken.None);
        int[][] prompts = [.. Enumerable.Range(0, 2).Select(i => TinyModel.Prompt(i).TokenIds)];
        var batch = Samples.Batch(prompts, [.. groups.SelectMany((group, prompt) => group.Completions.Select(c => (prompt, c.TokenIds)))]);
        float[][] recorded = [.. groups.SelectMany(group => group.Completions.Select(c => c.Logprobs))];
        Compare.Near(recorded, engine.Logprobs(snapshot, batch, 1), 1e-4);
        engine.ForwardBackward(batch, 1, logprobs => Samples.Constant(logprobs, -1));
        Assert.True(double.IsFinite(engine.GradientNorm()));
        double grownGiB = (ReadStatus("VmHWM") - before) / 1048576.0;
        Assert.True(grownGiB < 0.6, $"peak memory grew by {grownGiB:f2} GiB");
    }

    private static void ResetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static long ReadStatus(string field) =>
        long.Parse(
            File.ReadLines("/proc/self/status")
                .Single(line => line.StartsWith(field + ":", StringComparison.Ordinal))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        );
}

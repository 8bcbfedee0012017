using Cppo.Model.Engine;
using Cppo.Model.Tests.Engine;
using TorchSharp;

namespace Cppo.Model.Tests.Torch;

/// <summary>
/// Rollouts and updates while the garbage collector runs without pause: whatever native code still uses is held by someone.
/// CPPO_STRESS_CALLS says how many tensor calls are made; `make stress` makes a million.
/// </summary>
public sealed class CollectionStressTests
{
    private static readonly long NumCalls = long.TryParse(Environment.GetEnvironmentVariable("CPPO_STRESS_CALLS"), out long calls)
        ? calls
        : 60_000;

    [TorchTheory]
    [InlineData(ComputeType.Float32)]
    [InlineData(ComputeType.BFloat16)]
    public void Rollouts_and_updates_keep_their_bits_under_constant_collection(ComputeType type)
    {
        var expected = Train(type);
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            long before = CallsSoFar();
            while (CallsSoFar() - before < NumCalls / 2)
            {
                var (completions, weights) = Train(type);
                Assert.Equal(expected.Completions, completions);
                Assert.Equal(expected.Weights, weights);
            }
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    /// <summary>Each call makes a tensor; the counts are this thread's.</summary>
    private static long CallsSoFar()
    {
        var made = DisposeScopeManager.Statistics.TensorStatistics;
        return made.CreatedInScopeCount + made.CreatedOutsideScopeCount;
    }

    /// <summary>
    /// Two updates of a new engine, each on completions of the policy before it: tokens and logprobs of the last, and all weights.
    /// </summary>
    private static (string Completions, float[] Weights) Train(ComputeType type)
    {
        using var engine = TinyModel.Engine("torch", settings: new EngineSettings { Threads = 1, ComputeType = type });
        string completions = "";
        for (int update = 0; update < 2; update++)
        {
            using var snapshot = engine.Publish(update);
            var request = TinyModel.Request(numPrompts: 3, groupSize: 2, temperature: 0.8, maxNewTokens: 6);
            var groups = engine.Generate(snapshot, request, default);
            var drawn = groups
                .SelectMany((group, prompt) => group.Completions.Select(completion => (Prompt: prompt, Completion: completion)))
                .ToArray();
            completions = string.Join(
                ';',
                drawn.Select(c => $"{string.Join(',', c.Completion.TokenIds)}|{string.Join(',', c.Completion.Logprobs)}")
            );
            var batch = Samples.Batch(
                [.. request.Prompts.Select(prompt => prompt.TokenIds)],
                [.. drawn.Select(c => (c.Prompt, c.Completion.TokenIds))]
            );
            engine.ForwardBackward(batch, 0.8, logprobs => Samples.Constant(logprobs, -0.1f));
            engine.Step(new AdamWStep(1e-3, 0.5, new AdamWSettings(WeightDecay: 0.01)));
        }

        using var last = engine.Publish(2);
        return (completions, [.. last.Export().SelectMany(weight => weight.Values)]);
    }
}

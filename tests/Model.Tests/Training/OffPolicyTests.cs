using Cppo.Model.Engine;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Training;
using Cppo.Stages;
using Cppo.Stages.Objective;

namespace Cppo.Model.Tests.Training;

/// <summary>Updates on completions whose recorded logprobs are another distribution's than the policy's.</summary>
public sealed class OffPolicyTests
{
    private const int Tokens = 24;

    /// <summary>The clipped surrogate, which notes each ratio that it is asked about.</summary>
    private sealed class Noted
    {
        public List<double> Ratios { get; } = [];

        public ObjectiveSettings Objective
        {
            get
            {
                var clipped = Surrogates.table.Find("clipped");
                var noting = new Surrogate(
                    clipped.Name,
                    clipped.Doc,
                    Microsoft.FSharp.Core.FuncConvert.FromFunc<ObjectiveSettings, double, double, SurrogateTerm>(
                        (settings, advantage, ratio) =>
                        {
                            Ratios.Add(ratio);
                            return clipped.Term.Invoke(settings).Invoke(advantage).Invoke(ratio);
                        }
                    )
                );
                return new(noting, 0.2, 0.2, 0);
            }
        }
    }

    /// <summary>
    /// Version 0 generates, with errors in its logprobs as those of another precision, and version 0 or 1 is trained on it in several
    /// passes: recomputed, the ratios of the first pass are exactly 1 and those of the next are over its logprobs.
    /// </summary>
    [Theory]
    [Engines(0)]
    [Engines(1)]
    public void The_first_passes_ratios_are_1_where_logprobs_are_recomputed_whatever_was_recorded(string engineName, int staleness)
    {
        using var engine = TinyModel.Engine(engineName);
        var drawn = Drawn(engine, error: 0.05f);
        if (staleness == 1)
        {
            new PolicyTrainer([engine], [], Batches.Settings(beta: 0)).Train(
                Batches.Of(0, [Batches.Micro(0, 0, Batches.FourSamples())]),
                default
            );
        }

        using var met = engine.Publish(staleness);
        double[] expected = [.. drawn.SelectMany(batch => Gaps(batch, engine.Logprobs(met, batch, 0.8)))];
        var noted = new Noted();
        var settings = Batches.Settings(beta: 0, passes: 2, recompute: true) with { Objective = noted.Objective };
        var report = new PolicyTrainer([engine], [], settings).Train(Batches.Of(staleness, drawn), default);
        Assert.Equal(2 * Tokens, noted.Ratios.Count);
        Assert.All(noted.Ratios.Take(Tokens), ratio => Assert.Equal(1.0, ratio));
        Assert.All(noted.Ratios.Skip(Tokens), ratio => Assert.NotEqual(1.0, ratio));

        var gap = report.GenerationGap;
        Assert.Equal(Tokens, gap.NumTokens);
        Assert.Equal(expected.Average(Math.Abs), gap.Mean, 1e-6);
        Assert.Equal(expected.Max(Math.Abs), gap.Largest, 1e-6);
        Assert.Equal(expected.Count(value => Math.Abs(value) > 0.01) / (double)Tokens, gap.LargeShare, 1e-12);
        Assert.Equal(expected.Average(Math.Exp), gap.RatioMean, 1e-6);
        Assert.True(gap.Mean > 0.01);
    }

    /// <summary>Without errors and of the version that generated, nothing but rounding is between the two.</summary>
    [Theory]
    [Engines]
    public void A_policy_that_meets_its_own_completions_has_no_gap(string engineName)
    {
        using var engine = TinyModel.Engine(engineName);
        var drawn = Drawn(engine, error: 0);
        var report = new PolicyTrainer([engine], [], Batches.Settings(beta: 0)).Train(Batches.Of(0, drawn), default);
        Assert.Equal(0, report.GenerationGap.LargeShare);
        Assert.InRange(report.GenerationGap.Largest, 0, 1e-4);
        Assert.Equal(1, report.GenerationGap.RatioMean, 1e-4);
    }

    /// <summary>
    /// Weights are of the first pass and stay: each pass's gradients are those of an update whose advantages were multiplied by them. A
    /// cap of at least 1 and a surrogate that is linear in the advantage make the two the same.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Capped_weights_multiply_the_surrogate_in_every_pass(int passes)
    {
        // The policy's logprob is -1 everywhere, so that the ratios are e^(recorded distance).
        float[] recorded = [-1.5f, -3f, -1f, -0.5f];
        double[] weights = [Math.Exp(0.5), 2, 1, Math.Exp(-0.5)];
        var samples = Batches.FourSamples();
        TrainingSample[] weighed = [.. samples.Select((s, i) => With(s, s.GenerationLogprobs, s.Advantage * weights[i]))];
        TrainingSample[] distant = [.. samples.Select((s, i) => With(s, [.. s.TokenIds.Select(_ => recorded[i])], s.Advantage))];
        using var expected = new FakeEngine();
        using var actual = new FakeEngine();
        var plain = Batches.Settings(beta: 0, passes: passes, recompute: true);
        var capped = plain with { Importance = new ImportanceSettings(2, ImportanceLevel.Token, 0, double.PositiveInfinity) };
        var one = new PolicyTrainer([expected], [], plain).Train(Batches.Of(0, [Batches.Micro(0, 0, weighed)]), default);
        var two = new PolicyTrainer([actual], [], capped).Train(Batches.Of(0, [Batches.Micro(0, 0, distant)]), default);
        Assert.Equal(one.Loss, two.Loss, 1e-6);
        Assert.Equal(passes, actual.Gradients.Count);
        foreach (var (e, a) in expected.Gradients.Zip(actual.Gradients))
        {
            Assert.Equal(e.Length, a.Length);
            Assert.All(e.Zip(a), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }

        // Two of ten tokens are of the completion whose ratio is e^2.
        Assert.Equal((0.2, 0), (two.GenerationGap.CappedShare, two.GenerationGap.MaskedShare));
        Assert.Equal(0, one.GenerationGap.Mean);
    }

    [Fact]
    public void Tokens_outside_the_band_have_no_gradient_and_are_counted_over_all_replicas()
    {
        using var first = new FakeEngine();
        using var second = new FakeEngine();
        var samples = Batches.FourSamples();
        samples[1] = With(samples[1], [-3f, -3f], samples[1].Advantage);
        var settings = Batches.Settings(beta: 0) with { Importance = new ImportanceSettings(0, ImportanceLevel.Sequence, 0.5, 5) };
        var batch = Batches.Of(0, [Batches.Micro(0, 0, samples[0], samples[1])], [Batches.Micro(1, 0, samples[2], samples[3])]);
        var report = new PolicyTrainer([first, second], [], settings).Train(batch, default);
        Assert.Equal([false, false, false, true, true], first.Gradients[0].Select(gradient => gradient == 0));
        Assert.All(second.Gradients[0], gradient => Assert.NotEqual(0, gradient));
        Assert.Equal(0.2, report.GenerationGap.MaskedShare, 1e-12);
        Assert.Equal((10, 2.0), (report.GenerationGap.NumTokens, report.GenerationGap.Largest));
    }

    /// <summary>Completions that the engine drew, in two micro-batches, each recorded logprob wrong by up to the error.</summary>
    private static MicroBatch[] Drawn(ILocalEngine engine, float error)
    {
        using var snapshot = engine.Publish(0);
        var request = TinyModel.Request(numPrompts: 2, groupSize: 2, temperature: 0.8, maxNewTokens: Tokens / 4);
        var groups = engine.Generate(snapshot, request, default);
        return
        [
            .. groups.Select(
                (group, prompt) =>
                    new MicroBatch(
                        0,
                        prompt,
                        [request.Prompts[prompt].TokenIds],
                        [
                            .. group.Completions.Select(
                                (completion, i) =>
                                    new TrainingSample(
                                        0,
                                        prompt,
                                        i,
                                        completion.TokenIds,
                                        [.. completion.Logprobs.Select((logprob, t) => logprob + (error * MathF.Sin((7 * t) + i + 1)))],
                                        i == 0 ? 1 : -1,
                                        1.0 / Tokens
                                    )
                            ),
                        ],
                        1000,
                        100
                    )
            ),
        ];
    }

    private static IEnumerable<double> Gaps(MicroBatch batch, float[][] logprobs) =>
        batch.Samples.SelectMany((sample, i) => logprobs[i].Zip(sample.GenerationLogprobs, (met, drawn) => (double)met - drawn));

    private static TrainingSample With(TrainingSample sample, float[] generation, double advantage) =>
        new(sample.Prompt, sample.Group, sample.Completion, sample.TokenIds, generation, advantage, sample.TokenWeight);
}

using Cppo.Model.Engine;
using Cppo.Model.Training;
using Cppo.Model.Weights;
using Cppo.Pipeline.Analysis;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Analysis;

public sealed class GradientProbeTests
{
    private const int Vocabulary = 24;

    private static readonly RolloutGroup Rollout = new(
        new Question("q", "text", "1", 0, []),
        [3, 4, 5],
        batch: 0,
        policyVersion: 0,
        "cpu",
        [
            new Completion(0, [7, 8, 9, 10], [-2f, -3f, -3f, -4f], "a", FinishReason.Stop),
            new Completion(1, [11, 12], [-9f, -9f], "b", FinishReason.Length),
        ],
        DateTimeOffset.UnixEpoch
    );

    private static ILocalEngine Engine() => TinyModelFolder.Engine(Weights(seed: 5), Vocabulary);

    private static NamedArray[] Weights(ulong seed) => [.. RandomWeights.Create(TinyModelFolder.Architecture(Vocabulary), seed)];

    private static TrainerSettings Settings(double beta) =>
        new()
        {
            Objective = new ObjectiveSettings(Surrogates.table.Find("clipped"), 0.2, 0.2, beta),
            Schedule = new LearningRateSchedule(ScheduleShape.Constant, 1e-3, 0, 1),
            Passes = 1,
            Temperature = 0.8,
        };

    [EngineFact]
    public void The_norm_is_that_of_an_update_on_the_completion_alone()
    {
        using var probed = Engine();
        using var reference = probed.ImportSnapshot(Weights(seed: 6), 0);
        var gradient = new GradientProbe(probed, [reference], Settings(0.5)).Measure(Rollout, 0, advantage: 1.3);

        UpdateReport Train(double beta, double advantage)
        {
            using var trained = Engine();
            using var other = trained.ImportSnapshot(Weights(seed: 6), 0);
            var completion = Rollout.Completions[0];
            var sample = new TrainingSample(0, 0, 0, completion.TokenIds, completion.GenerationLogprobs, advantage, 1.0 / 4);
            var batch = new TrainingBatch(
                0,
                [],
                [
                    [new MicroBatch(0, 0, [Rollout.PromptTokenIds], [sample], 100, 7)],
                ],
                1,
                1,
                4,
                1,
                0.07,
                0
            );
            return new PolicyTrainer([trained], [other], Settings(beta)).Train(batch, default);
        }

        var whole = Train(0.5, 1.3);
        Assert.Equal(whole.GradientNorm, gradient.Norm);
        Assert.Equal(
            (whole.PolicyLoss, whole.Loss, whole.ClipRatio),
            (gradient.PolicyLoss, gradient.PolicyLoss + gradient.KlLoss, gradient.ClipRatio)
        );
        Assert.Equal(Train(0, 1.3).GradientNorm, gradient.SurrogateNorm);
        Assert.Equal(Train(0.5, 0).GradientNorm, gradient.KlNorm);
        Assert.True(gradient.SurrogateNorm > 0 && gradient.KlNorm > 0);

        // The gradient of a sum is the sum of the gradients.
        Assert.InRange(gradient.Norm, Math.Abs(gradient.SurrogateNorm - gradient.KlNorm), gradient.SurrogateNorm + gradient.KlNorm);
    }

    [EngineFact]
    public void Without_an_advantage_nothing_is_left_but_the_KL()
    {
        using var engine = Engine();
        using var reference = engine.ImportSnapshot(Weights(seed: 6), 0);
        var gradient = new GradientProbe(engine, [reference], Settings(0.04)).Measure(Rollout, 0, advantage: 0);
        Assert.Equal((0, 0), (gradient.SurrogateNorm, gradient.PolicyLoss));
        Assert.Equal(gradient.KlNorm, gradient.Norm);
        Assert.True(gradient.KlNorm > 0);
        Assert.Equal(new ProbedGradient(0, 0, 0, 0, 0, 0), new GradientProbe(engine, [], Settings(0)).Measure(Rollout, 0, advantage: 0));
    }

    [EngineFact]
    public void A_completion_whose_tokens_are_all_clipped_has_no_gradient()
    {
        // Its tokens are far likelier now than when they were drawn, and the advantage is above 0.
        using var engine = Engine();
        var probe = new GradientProbe(engine, [], Settings(0));
        var clipped = probe.Measure(Rollout, 1, advantage: 1);
        Assert.Equal((0, 1), (clipped.Norm, clipped.ClipRatio));
        Assert.True(probe.Measure(Rollout, 1, advantage: -1) is { Norm: > 0, ClipRatio: 0 });
    }

    [EngineFact]
    public void Measuring_leaves_weights_and_gradients_as_they_were()
    {
        using var engine = Engine();
        using var before = engine.Publish(0);
        var probe = new GradientProbe(engine, [before], Settings(0.04));
        var first = probe.Measure(Rollout, 0, advantage: 1.3);
        Assert.Equal(0, engine.GradientNorm());
        Assert.Equal(first, probe.Measure(Rollout, 0, advantage: 1.3));
        using var after = engine.Publish(1);
        Assert.All(before.Export().Zip(after.Export()), pair => Assert.Equal(pair.First.Values, pair.Second.Values));
    }
}

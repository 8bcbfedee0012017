using Cppo.Model.Tests.Engine;
using Cppo.Model.Tests.Torch;
using Cppo.Model.Training;

namespace Cppo.Model.Tests.Training;

public sealed class SupervisedTrainerTests
{
    private static readonly SupervisedExample[] Examples = [new([3, 4, 5], [7, 8, 9, 2]), new([6], [10, 11, 2])];

    [TorchFact]
    public void The_loss_is_the_mean_over_completion_tokens_and_falls()
    {
        using var engine = TinyModel.Engine("torch");
        using var before = engine.Publish(0);
        var batch = Samples.Batch(
            [
                [3, 4, 5],
                [6],
            ],
            (0, [7, 8, 9, 2]),
            (1, [10, 11, 2])
        );
        double expected = -engine.Logprobs(before, batch, 1).SelectMany(row => row).Average();
        var trainer = new SupervisedTrainer(engine, Settings(5e-3, 30));
        double[] losses = [.. Enumerable.Range(0, 30).Select(step => trainer.Step(step, Examples))];
        Assert.Equal(expected, losses[0], 1e-4);
        Assert.True(losses[^1] < losses[0] / 10, $"from {losses[0]} to {losses[^1]}");
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_refused_before_the_step()
    {
        using var engine = new FakeEngine(policyLogprob: float.NaN);
        var error = Assert.Throws<NonFiniteUpdateException>(() => new SupervisedTrainer(engine, Settings(1e-3, 1)).Step(0, Examples));
        Assert.StartsWith($"Supervised step 0 (examples 1 to {Examples.Length}): ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("the model itself may be at fault.", error.Message, StringComparison.Ordinal);
        Assert.Empty(engine.Steps);
    }

    [Fact]
    public void Every_completion_token_weighs_the_same()
    {
        using var engine = new FakeEngine();
        Assert.Equal(1, new SupervisedTrainer(engine, Settings(1e-3, 1)).Step(0, Examples), 1e-6);
        Assert.Equal(Enumerable.Repeat(-1f / 7, 7), engine.Gradients.Single());
    }

    private static SupervisedSettings Settings(double rate, int steps) =>
        new() { ExamplesPerStep = Examples.Length, Schedule = new LearningRateSchedule(ScheduleShape.Constant, rate, 0, steps) };
}

using Cppo.Model.Training;

namespace Cppo.Model.Tests.Training;

public sealed class PolicyTrainerTests
{
    private static readonly FakeEngine.Snapshot Reference = FakeEngine.Snapshot.Reference;

    [Fact]
    public void Each_pass_runs_all_micro_batches_and_then_one_step_at_its_own_rate()
    {
        using var engine = new FakeEngine();
        var samples = Batches.FourSamples();
        var batch = Batches.Of(2, [Batches.Micro(0, 0, samples[0], samples[1]), Batches.Micro(0, 1, samples[2], samples[3])]);
        var report = new PolicyTrainer([engine], [Reference], Batches.Settings(passes: 2)).Train(batch, default);
        Assert.Equal(
            [
                "logprobs of reference at 0.8",
                "logprobs of reference at 0.8",
                "zero",
                "forward 0 at 0.8",
                "forward 1 at 0.8",
                "step",
                "zero",
                "forward 0 at 0.8",
                "forward 1 at 0.8",
                "step",
            ],
            engine.Calls
        );
        Assert.Equal([6e-4, 5e-4], engine.Steps.Select(step => Math.Round(step.LearningRate, 10)));
        Assert.Equal((2, 3, 0), (report.Batch, report.PolicyVersion, report.Staleness));
        Assert.Equal(5e-4, report.LearningRate, 1e-10);

        // Ratio 1 and no distance to the reference: the loss is minus the weighted advantages, in each pass.
        double expected = -samples.Sum(sample => sample.Advantage * sample.TokenIds.Length) / 10;
        Assert.Equal(expected, report.Loss, 1e-6);
        Assert.Equal((0, 0, 1), (report.Kl, report.ClipRatio, report.Entropy));
    }

    [Theory]
    [InlineData(4, 1, 0.25)]
    [InlineData(0.5, 1, 1)]
    [InlineData(4, 0, 1)]
    public void Large_gradients_are_scaled_down_unless_that_is_off(double norm, double maxNorm, double scale)
    {
        using var engine = new FakeEngine { Norm = norm };
        var settings = Batches.Settings(beta: 0) with { MaxGradientNorm = maxNorm };
        var report = new PolicyTrainer([engine], [], settings).Train(Batches.Of(0, [Batches.Micro(0, 0, Batches.FourSamples())]), default);
        Assert.Equal(scale, engine.Steps.Single().GradientScale);
        Assert.Equal(norm, report.GradientNorm);
    }

    [Fact]
    public void Beta_0_asks_for_no_reference_logprobs_and_other_betas_want_a_reference_for_each_replica()
    {
        using var engine = new FakeEngine();
        foreach (var references in new FakeEngine.Snapshot[][] { [], [Reference] })
        {
            engine.Calls.Clear();
            var batch = Batches.Of(0, [Batches.Micro(0, 0, Batches.FourSamples())]);
            var report = new PolicyTrainer([engine], references, Batches.Settings(beta: 0)).Train(batch, default);
            Assert.Equal(["zero", "forward 0 at 0.8", "step"], engine.Calls);
            Assert.Equal(0, report.Kl);
        }

        Assert.Throws<ArgumentException>(() => new PolicyTrainer([engine, engine], [Reference], Batches.Settings()));
    }

    [Fact]
    public void Recomputed_generation_logprobs_make_the_first_ratio_1()
    {
        var batch = Batches.Of(0, [Batches.Micro(0, 0, Batches.FourSamples(generationLogprob: -3))]);
        using var recorded = new FakeEngine();
        using var recomputed = new FakeEngine();
        var asRecorded = new PolicyTrainer([recorded], [], Batches.Settings(beta: 0)).Train(batch, default);
        var asRecomputed = new PolicyTrainer([recomputed], [], Batches.Settings(beta: 0, passes: 2, recompute: true)).Train(batch, default);
        Assert.True(asRecorded.ClipRatio > 0.5);
        Assert.Equal(0, asRecomputed.ClipRatio);
        Assert.Equal(["zero", "forward 0 at 0.8", "step", "zero", "forward 0 at 0.8", "step"], recomputed.Calls);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_is_refused_before_the_step(double norm)
    {
        using var engine = new FakeEngine { Norm = norm };
        var trainer = new PolicyTrainer([engine], [], Batches.Settings(beta: 0));
        var error = Assert.Throws<NonFiniteUpdateException>(() =>
            trainer.Train(Batches.Of(3, [Batches.Micro(0, 0, Batches.FourSamples())]), default)
        );
        Assert.StartsWith("Update 3, pass 0: ", error.Message, StringComparison.Ordinal);
        Assert.Empty(engine.Steps);
    }

    [Fact]
    public void Such_a_fault_names_the_questions_and_at_the_first_update_says_that_the_model_may_be_at_fault()
    {
        using var engine = new FakeEngine { Norm = double.NaN };
        var trainer = new PolicyTrainer([engine], [], Batches.Settings(beta: 0));
        var batch = Batches.Of(0, [Batches.Micro(0, 0, Batches.FourSamples()[2..]), Batches.Micro(0, 1, Batches.FourSamples()[..2])]);
        string first = Assert.Throws<NonFiniteUpdateException>(() => trainer.Train(batch, default)).Message;
        Assert.Contains(" on the questions first, second. ", first, StringComparison.Ordinal);
        Assert.Contains("the model itself may be at fault", first, StringComparison.Ordinal);

        engine.Norm = 1;
        trainer.Train(batch, default);
        engine.Norm = double.NaN;
        string later = Assert
            .Throws<NonFiniteUpdateException>(() =>
                trainer.Train(Batches.Of(1, [Batches.Micro(0, 0, Batches.FourSamples()[2..])]), default)
            )
            .Message;
        Assert.Contains(" on the questions second. ", later, StringComparison.Ordinal);
        Assert.EndsWith("Try a smaller update.learningRate or objective.epsilon.", later, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_refused_before_the_step()
    {
        using var engine = new FakeEngine(policyLogprob: float.NaN) { Norm = 1 };
        var trainer = new PolicyTrainer([engine], [], Batches.Settings(beta: 0));
        Assert.Throws<NonFiniteUpdateException>(() => trainer.Train(Batches.Of(0, [Batches.Micro(0, 0, Batches.FourSamples())]), default));
        Assert.Empty(engine.Steps);
    }

    [Fact]
    public void A_batch_without_samples_asks_nothing_of_the_engine_and_reports_zeros()
    {
        using var engine = new FakeEngine();
        var report = new PolicyTrainer([engine], [Reference], Batches.Settings(passes: 2)).Train(Batches.Of(1, []), default);
        Assert.Empty(engine.Calls);
        Assert.Equal((0, 0, 0, 0), (report.Loss, report.Kl, report.Entropy, report.GradientNorm));
        Assert.Equal(2, report.PolicyVersion);
    }

    [Fact]
    public void Gradients_of_replicas_are_added_up_and_every_replica_takes_the_same_step()
    {
        using var one = new FakeEngine();
        using var two = new FakeEngine();
        var samples = Batches.FourSamples();
        var batch = Batches.Of(0, [Batches.Micro(0, 0, samples[0], samples[1])], [Batches.Micro(1, 0, samples[2], samples[3])]);
        var report = new PolicyTrainer([one, two], [], Batches.Settings(beta: 0) with { MaxGradientNorm = 0.1 }).Train(batch, default);
        double total = one.Gradients.Concat(two.Gradients).SelectMany(gradient => gradient).Sum(value => (double)value);
        Assert.Equal(Math.Abs(total), report.GradientNorm, 1e-6);
        Assert.Equal(one.Steps, two.Steps);
        Assert.Equal(0.1 / report.GradientNorm, two.Steps.Single().GradientScale, 1e-9);
        Assert.Equal(1, one.Calls.Count(call => call == "edit"));
        Assert.Equal(1, two.Calls.Count(call => call == "edit"));
    }

    [Fact]
    public void A_replica_without_work_takes_the_others_step()
    {
        using var one = new FakeEngine();
        using var idle = new FakeEngine();
        new PolicyTrainer([one, idle], [], Batches.Settings(beta: 0)).Train(
            Batches.Of(0, [Batches.Micro(0, 0, Batches.FourSamples())], []),
            default
        );
        Assert.Equal(one.Steps, idle.Steps);
        Assert.Empty(idle.Gradients);
    }

    [Fact]
    public void A_fault_of_one_replica_is_thrown_as_it_is()
    {
        using var well = new FakeEngine();
        using var broken = new FakeEngine { OnForward = () => throw new InvalidOperationException("out of memory") };
        var samples = Batches.FourSamples();
        var trainer = new PolicyTrainer([well, broken], [], Batches.Settings(beta: 0));
        var batch = Batches.Of(0, [Batches.Micro(0, 0, samples[0])], [Batches.Micro(1, 0, samples[1])]);
        Assert.Equal("out of memory", Assert.Throws<InvalidOperationException>(() => trainer.Train(batch, default)).Message);
        Assert.Empty(well.Steps);
    }

    [Fact]
    public void A_cancellation_takes_effect_between_micro_batches()
    {
        using var cancel = new CancellationTokenSource();
        using var engine = new FakeEngine { OnForward = cancel.Cancel };
        var samples = Batches.FourSamples();
        var batch = Batches.Of(0, [Batches.Micro(0, 0, samples[0]), Batches.Micro(0, 1, samples[1])]);
        Assert.Throws<OperationCanceledException>(() =>
            new PolicyTrainer([engine], [], Batches.Settings(beta: 0)).Train(batch, cancel.Token)
        );
        Assert.Equal(["zero", "forward 0 at 0.8"], engine.Calls);
    }
}

using Cppo.Model.Training;
using Cppo.Stages;

namespace Cppo.Model.Tests.Training;

public sealed class SpikeGuardTests
{
    [Fact]
    public void Nothing_is_a_spike_before_the_fewest_norms_are_known()
    {
        var guard = new SpikeGuard(2, window: 50);
        for (int i = 0; i < SpikeGuard.FewestNorms - 1; i++)
        {
            guard.Note(1, 0, 1);
        }

        Assert.Null(guard.Median);
        Assert.False(guard.IsSpike(1e9));
        guard.Note(1, 0, 1);
        Assert.Equal(1, guard.Median);
        Assert.False(guard.IsSpike(2));
        Assert.True(guard.IsSpike(2.0000001));
    }

    [Fact]
    public void The_median_is_that_of_the_last_norms_of_updates_that_were_not_skipped()
    {
        var guard = new SpikeGuard(3, window: 4);
        foreach (double norm in new[] { 100, 100, 1, 2, 3, 4.0 })
        {
            guard.Note(norm, 0, 2);
        }

        Assert.Equal(2.5, guard.Median);
        guard.Note(1000, 2, 2);
        guard.Note(900, 1, 2);
        guard.Note(0, 0, 2);
        Assert.Equal(2.5, guard.Median);
        guard.Note(5, 0, 2);
        Assert.Equal(3.5, guard.Median);
    }

    [Fact]
    public void Updates_without_a_step_are_counted_until_one_takes_some()
    {
        var guard = new SpikeGuard(3, window: 4);
        guard.Note(1000, 2, 2);
        guard.Note(1000, 2, 2);
        Assert.Equal(2, guard.SkippedInARow);
        guard.Note(1000, 1, 2);
        Assert.Equal(0, guard.SkippedInARow);
    }

    [Fact]
    public void A_spike_leaves_the_step_out_and_the_version_goes_on()
    {
        var guard = Known(norm: 1);
        using var spike = new FakeEngine { Norm = 5.5 };
        var report = Train(spike, guard, passes: 1);
        Assert.Equal((1, 5.5, 4), (report.StepsSkipped, report.GradientNorm, report.PolicyVersion));
        Assert.Equal(["zero", "forward 0 at 0.8", "zero"], spike.Calls);
        Assert.Empty(spike.Steps);

        using var ordinary = new FakeEngine { Norm = 4.5 };
        Assert.Equal(0, Train(ordinary, guard, passes: 1).StepsSkipped);
        Assert.Single(ordinary.Steps);
    }

    [Fact]
    public void A_spike_in_a_later_pass_leaves_out_that_pass_and_those_after_it()
    {
        var guard = Known(norm: 1);
        using var engine = new FakeEngine { NormOfPass = pass => pass == 0 ? 1 : 50 };
        var report = Train(engine, guard, passes: 4);
        Assert.Equal((3, 50), (report.StepsSkipped, report.GradientNorm));
        Assert.Single(engine.Steps);
        Assert.Equal(2, engine.Gradients.Count);
        Assert.Equal(1, guard.Median);
        Assert.Equal(0, guard.SkippedInARow);
    }

    [Fact]
    public void No_replica_takes_a_step_that_is_left_out()
    {
        using var one = new FakeEngine { Norm = 6 };
        using var two = new FakeEngine { Norm = 6 };
        var samples = Batches.FourSamples();
        var batch = Batches.Of(3, [Batches.Micro(0, 0, samples[0], samples[1])], [Batches.Micro(1, 0, samples[2], samples[3])]);
        var report = new PolicyTrainer([one, two], [], Batches.Settings(beta: 0), Known(norm: 1)).Train(batch, default);
        Assert.Equal(1, report.StepsSkipped);
        Assert.Empty(one.Steps);
        Assert.Empty(two.Steps);
        Assert.Equal(("zero", "zero"), (one.Calls[^1], two.Calls[^1]));
    }

    private static SpikeGuard Known(double norm)
    {
        var guard = new SpikeGuard(5, window: 3);
        for (int i = 0; i < 3; i++)
        {
            guard.Note(norm, 0, 1);
        }

        return guard;
    }

    private static UpdateReport Train(FakeEngine engine, SpikeGuard guard, int passes) =>
        new PolicyTrainer([engine], [], Batches.Settings(beta: 0, passes: passes), guard).Train(
            Batches.Of(3, [Batches.Micro(0, 0, Batches.FourSamples())]),
            default
        );
}

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>
/// One rank is killed at a place in the third update: all end at once, its number is said, and the run goes on to the end of one that was
/// never stopped.
/// </summary>
[Collection(RanksCollection.Name)]
public sealed class MpiKillTests(RankBed bed) : RankTests(bed)
{
    [MpiTheory]
    [InlineData(Launchers.OpenMpi, 1)]
    [InlineData(Launchers.OpenMpi, 0)]
    [InlineData(Launchers.Mpich, 1)]
    [InlineData(Launchers.Mpich, 0)]
    public Task In_a_rollout(string family, int rank) =>
        AssertRecoversAsync(family, 2, [Updates, Stale], $"kill {rank} after the beginning of batch 2");

    [MpiTheory]
    [InlineData(Launchers.OpenMpi, 1)]
    [InlineData(Launchers.Mpich, 1)]
    public Task Before_a_sum_that_the_others_wait_in(string family, int rank) =>
        AssertRecoversAsync(family, 3, [Updates, Stale, Sharded], $"kill {rank} before the gradients of update 2");

    [MpiTheory]
    [InlineData(Launchers.OpenMpi, 1, false)]
    [InlineData(Launchers.OpenMpi, 0, true)]
    [InlineData(Launchers.Mpich, 1, true)]
    [InlineData(Launchers.Mpich, 0, false)]
    public Task In_the_middle_of_a_sum(string family, int rank, bool isSharded) =>
        AssertRecoversAsync(family, 2, [Updates, .. isSharded ? new[] { Sharded } : []], $"kill {rank} in the gradients of update 2");

    [MpiTheory]
    [InlineData(Launchers.OpenMpi, 0)]
    [InlineData(Launchers.OpenMpi, 1)]
    [InlineData(Launchers.Mpich, 0)]
    [InlineData(Launchers.Mpich, 1)]
    public Task While_the_first_rank_writes_a_checkpoint(string family, int rank) =>
        AssertRecoversAsync(family, 2, [Updates, Stale], $"kill {rank} writing the weights after 2 updates");

    [MpiTheory]
    [InlineData(Launchers.OpenMpi, 0)]
    [InlineData(Launchers.OpenMpi, 1)]
    [InlineData(Launchers.Mpich, 0)]
    [InlineData(Launchers.Mpich, 1)]
    public async Task In_a_checkpoint_to_which_all_give_their_part_of_the_optimizer_s_state(string family, int rank)
    {
        string[] set = [Updates, Sharded];
        await AssertKilledAsync(family, 2, set, $"kill {rank} before the weights after 2 updates > the optimizer's state that is saved");
        // The first rank may not have begun its directory when the other one is killed.
        Assert.Equal(["step-000001"], Checkpoints().Except(["step-000002.tmp"]));
        await AssertGoesOnAsync(family, 2, set);
    }

    private const string Updates = "run.updates=4";
    private const string Stale = "update.maxStaleness=1";

    private async Task AssertRecoversAsync(string family, int size, string[] set, string order)
    {
        await AssertKilledAsync(family, size, set, order);
        Assert.Contains("step-000001", Checkpoints());
        await AssertGoesOnAsync(family, size, set);
    }

    private string[] Checkpoints() =>
        [
            .. Directory
                .EnumerateDirectories(Path.Combine(Run, "checkpoints"))
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];
}

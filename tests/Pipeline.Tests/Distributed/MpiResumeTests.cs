using Cppo.Pipeline.Tests.Cli;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>A checkpoint of two ranks, with which any number of ranks goes on, under another launcher, too.</summary>
[Collection(RanksCollection.Name)]
public sealed class MpiResumeTests(RankBed bed) : RankTests(bed)
{
    private static readonly string[] Set = ["run.updates=4", "update.maxStaleness=1"];

    [MpiTheory]
    [InlineData(Launchers.OpenMpi, Launchers.Mpich, 3)]
    [InlineData(Launchers.Mpich, Launchers.OpenMpi, 4)]
    public async Task On_three_and_four_ranks(string first, string second, int size)
    {
        await AssertKilledAsync(first, 2, [.. Set, Sharded], "kill 1 before the gradients of update 2");
        await AssertGoesOnAsync(second, size, Set, devices: 2);
    }

    [MpiTheory]
    [InlineData(Launchers.OpenMpi)]
    [InlineData(Launchers.Mpich)]
    public async Task In_one_process_that_names_the_devices(string family)
    {
        await AssertKilledAsync(family, 2, Set, "kill 1 before the gradients of update 2");
        using var resumed = Train([], [.. Set, .. RankedRun.Devices(2), "run.resume=true"]);
        Assert.True(await resumed.EndAsync(ChildProgram.Later) == 0, resumed.Said);
        await AssertLeftAsync(2, Set);
    }
}

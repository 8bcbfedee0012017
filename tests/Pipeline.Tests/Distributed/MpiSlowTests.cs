using System.Diagnostics;
using Cppo.Pipeline.Tests.Cli;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>A rank that comes late to everything, or stands still for a while, changes nothing.</summary>
[Collection(RanksCollection.Name)]
public sealed class MpiSlowTests(RankBed bed) : RankTests(bed)
{
    private static readonly string[] Set = ["run.updates=2", "update.maxStaleness=1", "evaluation.after=true"];

    [MpiTheory]
    [InlineData(Launchers.OpenMpi, 2, 1)]
    [InlineData(Launchers.Mpich, 3, 0)]
    public async Task Late_for_every_call(string family, int size, int rank)
    {
        using var ranks = Train(family, size, Set, $"slow {rank}");
        Assert.True(await ranks.EndAsync(ChildProgram.Later) == 0, ranks.Said);
        Assert.Matches($@"rank {rank} was late for \d\d calls, by [0-9.]+ s", ranks.Said);
        await AssertLeftAsync(size, Set);
    }

    [MpiTheory]
    [InlineData(Launchers.OpenMpi, "before the gradients of update 1")]
    [InlineData(Launchers.Mpich, "after the beginning of batch 1")]
    public async Task Stopped_for_five_seconds(string family, string place)
    {
        var watch = Stopwatch.StartNew();
        using var ranks = Train(family, 2, Set, $"pause 1 {place}");
        Assert.True(await ranks.EndAsync(ChildProgram.Later) == 0, ranks.Said);
        Assert.InRange(watch.Elapsed.TotalSeconds, 5, 60);
        await AssertLeftAsync(2, Set);
    }
}

using Cppo.Chaos;
using Cppo.Chaos.Children;
using Cppo.Chaos.Injections;
using Cppo.Chaos.Runs;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>A part of <c>make chaos</c>: each ends equal to a run left alone, or with a sentence and everything as it was.</summary>
[Collection(ChaosCollection.Name)]
public sealed class ChaosTests : IDisposable
{
    private const int Seed = 1;
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [UnixFact]
    public async Task A_run_that_is_killed_comes_to_the_same_end()
    {
        var bed = new TestBed(directory.Of("kills"), recoversInProcess: true);
        var kills = await new KillPlan(bed, Seed).SomeAsync();
        Assert.Equal(25, kills.Count);
        await AllGoodAsync(bed, kills);
    }

    [UnixFact]
    public async Task A_run_that_is_damaged_comes_to_the_same_end_or_is_left_as_it_is()
    {
        var bed = new TestBed(directory.Of("damage"), recoversInProcess: true);
        await AllGoodAsync(bed, await new DamagePlan(bed, Seed).WholeAsync());
    }

    private static async Task AllGoodAsync(TestBed bed, IReadOnlyList<Injection> injections)
    {
        var campaign = new Campaign(bed, _ => { });
        await campaign.RunAsync(injections, Math.Max(2, Environment.ProcessorCount));
        Assert.True(campaign.IsGood, $"{campaign.Summary}\n{string.Join('\n', campaign.Failures)}");
    }
}

/// <summary>A fact about signals, with a time limit; skipped where there are none, or no engine can run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() =>
        (Skip, Timeout) = (Unix.IsHere ? RunFactAttribute.Unavailable : "Signals are those of Linux and macOS.", RunFactAttribute.Limit);
}

/// <summary>With the machine to itself: its runs are many, and other tests watch the changes of files of theirs.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChaosCollection
{
    public const string Name = "chaos";
}

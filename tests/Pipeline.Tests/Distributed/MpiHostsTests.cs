using System.Diagnostics;
using System.Text.RegularExpressions;
using Cppo.Pipeline.Tests.Cli;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>A rank on each of two hosts, and the link between them.</summary>
[Collection(RanksCollection.Name)]
public sealed class MpiHostsTests : RankTests
{
    private static readonly string[] Long = ["run.updates=12", "update.maxStaleness=1"];

    private readonly TwoHosts hosts;

    public MpiHostsTests(RankBed bed)
        : base(bed) => hosts = new TwoHosts(Of("."));

    public static TheoryData<string> Families => [.. Launchers.Families];

    public override void Dispose()
    {
        hosts.Dispose();
        base.Dispose();
    }

    [HostsTheory]
    [MemberData(nameof(Families))]
    public async Task Two_hosts_leave_what_one_process_with_two_devices_leaves(string family)
    {
        string[] set = ["run.updates=2", "update.maxStaleness=1", "evaluation.after=true"];
        using var ranks = Train(hosts.Launcher(family), set, environment: TwoHosts.VariablesOf(family));
        await ranks.HearAsync("done in ", ChildProgram.Later);

        // MPICH's MPI_Finalize, when all is done, at times does not return over UCX's TCP (openucx/ucx#8738).
        if (family != Launchers.Mpich)
        {
            Assert.True(await ranks.EndAsync(ChildProgram.Later) == 0, ranks.Said);
        }

        Assert.Contains($"ranks on {hosts.Names.First}: 0 (process", ranks.Said, StringComparison.Ordinal);
        Assert.Contains($"ranks on {hosts.Names.Second}: 1 (process", ranks.Said, StringComparison.Ordinal);
        await AssertLeftAsync(2, set);

        // Gradients alone: 3 MB for each of two passes of two updates, half of it summed here and half there.
        Assert.InRange(hosts.Sent, 10_000_000, 100_000_000);
    }

    [HostsTheory]
    [MemberData(nameof(Families))]
    public async Task A_link_that_is_taken_down_ends_the_ranks_of_both_hosts_and_the_run_goes_on_on_one(string family)
    {
        using (var cut = Train(hosts.Launcher(family), Long, environment: TwoHosts.VariablesOf(family)))
        {
            await CutAsync(cut, () => Processes);
            Assert.True(Regex.IsMatch(cut.Said, @"Rank 0 of 2 \(\S+-first\) has heard nothing from rank 1 for \d\d s"), cut.Said);

            // What Open MPI started for itself waits until TCP gives the link up.
            if (family == Launchers.OpenMpi)
            {
                hosts.KillAll();
            }

            Assert.NotEqual(0, await cut.EndAsync(Ended));
            Assert.Empty(hosts.Processes);
        }

        await AssertGoesOnAsync(family, 2, Long);
    }

    [HostsTheory]
    [InlineData(Launchers.OpenMpi)]
    public async Task Where_Open_MPI_looks_after_the_link_its_own_processes_end_too(string family)
    {
        string[] keepAlive = ["time 5", "intvl 2", "probes 3"];
        string[] options = [.. keepAlive.SelectMany(each => $"--mca oob_tcp_keepalive_{each}".Split(' '))];
        using var cut = Train([.. hosts.Launcher(family), .. options], Long);
        await CutAsync(cut, () => hosts.Processes);
        Assert.NotEqual(0, await cut.EndAsync(Ended));
        Assert.Contains("ORTE has lost communication with a remote daemon.", cut.Said, StringComparison.Ordinal);
    }

    /// <summary>Takes the link down in the middle of the run; some processes end within the time.</summary>
    private async Task CutAsync(ChildProgram run, Func<int[]> processes)
    {
        await run.HearAsync("update 1/12", ChildProgram.Later);
        Assert.NotEmpty(processes());
        hosts.Cut();
        var watch = Stopwatch.StartNew();
        while (processes().Length > 0)
        {
            Assert.True(watch.Elapsed < Ended, $"After {watch.Elapsed.TotalSeconds:0} s {string.Join(' ', processes())} run: {run.Said}");
            await Task.Delay(200);
        }
    }
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>Runs of processes that a launcher started, against one process with as many devices.</summary>
[Collection(RunsCollection.Name)]
public sealed class MpiRunTests(SmallModel model) : IDisposable
{
    /// <summary>What a rank that is lost may cost the others.</summary>
    private static readonly TimeSpan Ended = TimeSpan.FromSeconds(30);

    private static readonly string[] Long = ["run.updates=10", "update.maxStaleness=1"];

    /// <summary>What one process leaves of <see cref="Long"/>; made once.</summary>
    private static SortedDictionary<string, string>? straight;

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [MpiTheory]
    [InlineData("openmpi", 2, 0)]
    [InlineData("openmpi", 3, 1)]
    [InlineData("mpich", 2, 1)]
    [InlineData("mpich", 3, 0)]
    public async Task Ranks_leave_what_one_process_with_as_many_devices_leaves(string family, int size, int staleness)
    {
        string[] set = ["run.updates=2", $"update.maxStaleness={staleness}", "evaluation.after=true"];
        var alone = await SmallRun.RunAsync(model, directory.Of("alone"), [.. set, .. RankedRun.Devices(size)]);
        using var ranks = Launch(family, size, set);
        Assert.True(await ranks.EndAsync(ChildProgram.Later) == 0, ranks.Said);
        Assert.Equal(await RankedRun.LeftAsync(alone.DirectoryPath), await RankedRun.LeftAsync(directory.Of("ranks", "small")));
        Assert.DoesNotContain("rank 1:", ranks.Said, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(ranks.Said, "^done in ", RegexOptions.Multiline));
    }

    [MpiTheory]
    [InlineData("openmpi")]
    [InlineData("mpich")]
    public async Task A_user_s_signal_to_the_launcher_stops_all_ranks_with_a_checkpoint(string family)
    {
        using (var stopped = Launch(family, 2, Long))
        {
            await stopped.HearAsync("update 1/10", ChildProgram.Later);
            await stopped.SignalAsync("USR1");
            await stopped.EndAsync(Ended);
            Assert.Matches("stopped after [1-9] of 10 updates; continue with", stopped.Said);
        }

        await AssertGoesOnAsync(family);
    }

    [MpiTheory]
    [InlineData("openmpi")]
    [InlineData("mpich")]
    public async Task A_killed_rank_ends_all_and_the_run_goes_on_from_its_checkpoint(string family)
    {
        using (var killed = Launch(family, 2, Long))
        {
            await killed.HearAsync("update 1/10", ChildProgram.Later);
            Process.GetProcessById(Launchers.ProcessOf(rank: 1, directory.Path)).Kill();
            Assert.NotEqual(0, await killed.EndAsync(Ended));
        }

        await AssertGoesOnAsync(family);
    }

    [MpiTheory]
    [InlineData("openmpi")]
    [InlineData("mpich")]
    public async Task A_rank_with_another_configuration_is_refused(string family)
    {
        string other = directory.Of("other.json");
        File.WriteAllText(other, SmallRun.Configure(model, model.ModelPath).Replace("1e-3", "2e-3", StringComparison.Ordinal));
        File.WriteAllText(directory.Of("small.json"), SmallRun.Configure(model, model.ModelPath));
        string program =
            $"case \"$OMPI_COMM_WORLD_RANK$PMI_RANK\" in 1) f={other};; *) f={directory.Of("small.json")};; esac; "
            + "shift; exec \"$@\" train \"$f\" --set run.directory="
            + directory.Of("ranks");
        using var ranks = new ChildProgram([.. Launchers.Of(family, 2), "bash", "-c", program, "rank", "--"], Launchers.Environment, []);
        Assert.Equal(2, await ranks.EndAsync(ChildProgram.Later));
        Assert.Contains("rank 1 has update.learningRate = 0.002, and rank 0 has 0.001; start all", ranks.Said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory.Of("ranks")));
    }

    [MpiTheory]
    [InlineData("openmpi")]
    [InlineData("mpich")]
    public async Task A_command_of_one_process_says_so(string family)
    {
        using var ranks = new ChildProgram(Launchers.Of(family, 2), Launchers.Environment, ["eval", model.ModelPath]);
        await ranks.EndAsync(ChildProgram.Later);
        Assert.Contains("eval runs as one process, and ", ranks.Said, StringComparison.Ordinal);
    }

    private ChildProgram Launch(string family, int size, params string[] set)
    {
        string file = directory.Of("small.json");
        File.WriteAllText(file, SmallRun.Configure(model, model.ModelPath));
        string[] all = [$"run.directory={directory.Of("ranks")}", .. set];
        return new(Launchers.Of(family, size), Launchers.Environment, ["train", file, .. all.SelectMany(key => new[] { "--set", key })]);
    }

    /// <summary>The run goes on, to the end of one that was never stopped.</summary>
    private async Task AssertGoesOnAsync(string family)
    {
        using var resumed = Launch(family, 2, [.. Long, "run.resume=true"]);
        Assert.True(await resumed.EndAsync(ChildProgram.Later) == 0, resumed.Said);
        if (straight is null)
        {
            var alone = await SmallRun.RunAsync(model, directory.Of("alone"), [.. Long, .. RankedRun.Devices(2)]);
            straight = await RankedRun.LeftAsync(alone.DirectoryPath);
        }

        Assert.Equal(straight, await RankedRun.LeftAsync(directory.Of("ranks", "small")));
    }
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>Whole runs by processes that a launcher starts, below a directory of the test.</summary>
public abstract class RankTests(RankBed bed) : IDisposable
{
    protected const string Sharded = "update.shardOptimizer=true";

    /// <summary>What a rank that is lost may cost the others.</summary>
    protected static readonly TimeSpan Ended = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory directory = new();

    protected RankBed Bed => bed;

    /// <summary>In which the run's directory is.</summary>
    protected string Below => directory.Of("ranks");

    /// <summary>The run's directory.</summary>
    protected string Run => directory.Of("ranks", "small");

    /// <summary>The ranks that run.</summary>
    protected int[] Processes => Launchers.ProcessesOf(directory.Path);

    protected string Of(string name) => directory.Of(name);

    public virtual void Dispose()
    {
        Launchers.Kill(Processes);
        directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The command <c>train</c> on some ranks.</summary>
    /// <param name="launcher">Stands before the program.</param>
    /// <param name="set">Keys.</param>
    /// <param name="order">What one rank is to suffer, as tests/RankProgram reads it; null: nothing.</param>
    /// <param name="environment">More variables.</param>
    private protected ChildProgram Train(
        string[] launcher,
        IEnumerable<string> set,
        string? order = null,
        (string Name, string Value)[]? environment = null
    )
    {
        string[] program = order is null ? ["dotnet", ChildProgram.Dll, "train"] : [.. Launchers.RankProgram, "train", order, Run];
        return new ChildProgram([.. launcher, .. program, .. bed.Line(Below, set)], [.. Launchers.Environment, .. environment ?? []]);
    }

    private protected ChildProgram Train(string family, int size, IEnumerable<string> set, string? order = null) =>
        Train(Launchers.Of(family, size), set, order);

    /// <summary>A run of which one rank is killed ends within the time, and what is said names it.</summary>
    protected async Task AssertKilledAsync(string family, int size, string[] set, string order)
    {
        using var killed = Train(family, size, set, order);
        await killed.HearAsync("training", ChildProgram.Later);
        var watch = Stopwatch.StartNew();
        int code = await killed.EndAsync(ChildProgram.Later);
        Assert.NotEqual(0, code);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Ended);
        Assert.Empty(Processes);
        Assert.Equal(order.Split(' ')[1], NamedRank(killed.Said));
    }

    /// <summary>The run goes on on some ranks, to the end of one that was never stopped, of one process with so many devices.</summary>
    protected async Task AssertGoesOnAsync(string family, int size, string[] set, int? devices = null)
    {
        using var resumed = Train(family, size, [.. set, "run.resume=true"]);
        Assert.True(await resumed.EndAsync(ChildProgram.Later) == 0, resumed.Said);
        await AssertLeftAsync(devices ?? size, set);
    }

    /// <summary>The run has left what one process with so many devices leaves.</summary>
    protected async Task AssertLeftAsync(int devices, string[] set)
    {
        var expected = await bed.AloneAsync(devices, [.. set.Where(key => key != Sharded)]);
        var actual = await RankedRun.LeftAsync(Run);
        bool isSharded = set.Contains(Sharded);
        Assert.Contains($"\"shardOptimizer\":{(isSharded ? "true" : "false")}", actual["config.json"], StringComparison.Ordinal);
        actual["config.json"] = actual["config.json"]
            .Replace("\"shardOptimizer\":true", "\"shardOptimizer\":false", StringComparison.Ordinal);
        Assert.Equal(expected, actual);
    }

    /// <summary>
    /// Which rank the launcher says was killed: Open MPI by its number; MPICH, or UCX below it, by its process, whose rank the run has said
    /// at its start.
    /// </summary>
    private static string? NamedRank(string said)
    {
        var rank = Regex.Match(said, @"process rank (\d+) with PID \d+ on node \S+ exited on signal 9");
        if (rank.Success)
        {
            return rank.Groups[1].Value;
        }

        var process = Regex.Match(said, @"process_vm_readv\(pid=(\d+)");
        process = process.Success ? process : Regex.Match(said, @"PID (\d+) RUNNING AT");
        return Regex.Match(said, $@"\b(\d+) \(process {process.Groups[1].Value}\)") is { Success: true } named
            ? named.Groups[1].Value
            : said;
    }
}

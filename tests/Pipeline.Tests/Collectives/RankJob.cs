using System.Diagnostics;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Distributed;

namespace Cppo.Pipeline.Tests.Collectives;

/// <summary>Ranks of tests/RankProgram, as a launcher starts them.</summary>
/// <param name="ExitCode">The launcher's.</param>
/// <param name="Said">What launcher and ranks wrote.</param>
/// <param name="Took">Until all had ended.</param>
internal sealed record RankJob(int ExitCode, string Said, TimeSpan Took)
{
    /// <summary>A test that takes longer hangs.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(3);

    /// <summary>Runs a scenario to its end.</summary>
    /// <param name="family">One of <see cref="Launchers.Families"/>.</param>
    /// <param name="size">Ranks.</param>
    /// <param name="scenario">What they do.</param>
    /// <param name="limit">Seconds that a rank waits for the others.</param>
    /// <param name="library">The library to load; "": the launcher's.</param>
    public static async Task<RankJob> RunAsync(string family, int size, string scenario, int limit, string library = "")
    {
        string[] line = [.. Launchers.Of(family, size), .. Launchers.RankProgram, scenario, $"{limit}"];
        var watch = Stopwatch.StartNew();
        using var job = new ChildProgram(line, [.. Launchers.Environment, ("CPPO_MPI", library)]);
        int code = await job.EndAsync(Most);
        return new RankJob(code, job.Said, watch.Elapsed);
    }
}

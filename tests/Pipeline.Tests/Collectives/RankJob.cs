using System.Diagnostics;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Collectives;

/// <summary>Ranks of tests/RankProgram, as a launcher starts them.</summary>
/// <param name="ExitCode">The launcher's.</param>
/// <param name="Said">What launcher and ranks wrote.</param>
/// <param name="Took">Until all had ended.</param>
internal sealed record RankJob(int ExitCode, string Said, TimeSpan Took)
{
    /// <summary>Debian's names, which tell the two apart where both are installed.</summary>
    public static readonly IReadOnlyList<string> Launchers = ["mpirun.openmpi", "mpirun.mpich"];

    /// <summary>A test that takes longer hangs.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(3);

    /// <summary>The program of each rank.</summary>
    public static readonly string Dll = Repository.Path(
        $"tests/RankProgram/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0/RankProgram.dll"
    );

    /// <summary>Runs a scenario to its end.</summary>
    /// <param name="launcher">One of <see cref="Launchers"/>.</param>
    /// <param name="size">Ranks.</param>
    /// <param name="scenario">What they do.</param>
    /// <param name="limit">Seconds that a rank waits for the others.</param>
    /// <param name="library">The library to load; null: the launcher's.</param>
    public static async Task<RankJob> RunAsync(string launcher, int size, string scenario, int limit, string? library = null)
    {
        string[] own = launcher == "mpirun.openmpi" ? ["--oversubscribe", "--bind-to", "none"] : [];
        var start = new ProcessStartInfo(launcher, [.. own, "-n", $"{size}", "dotnet", Dll, scenario, $"{limit}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Containers of CI run as root, which Open MPI asks about.
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        _ = start.Environment.Remove("CPPO_MPI");
        if (library is not null)
        {
            start.Environment["CPPO_MPI"] = library;
        }

        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limits = new CancellationTokenSource(Most);
        try
        {
            await process.WaitForExitAsync(limits.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{launcher} -n {size} {scenario} did not end within {Most.TotalSeconds} s: {await output}{await error}");
        }

        return new RankJob(process.ExitCode, await output + await error, watch.Elapsed);
    }
}

using System.Diagnostics;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Packaging;

/// <summary>Runs `dotnet msbuild` on the program's project without building it.</summary>
internal static class DotNet
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Exit code and all output; <paramref name="torch"/> is the environment's CppoTorch, null for none.</summary>
    public static async Task<(int ExitCode, string Output)> MSBuild(string? torch, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            ["msbuild", Repository.Path("Cppo.Pipeline.csproj"), "-nologo", "-nodeReuse:false", .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What `dotnet test` sets for its own MSBuild, and the choice that the tests themselves were built with.
        foreach (
            string name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray()
        )
        {
            start.Environment.Remove(name);
        }

        start.Environment.Remove("CppoTorch");
        if (torch is not null)
        {
            start.Environment["CppoTorch"] = torch;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            string[] outputs = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(limit.Token),
                process.StandardError.ReadToEndAsync(limit.Token)
            );
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, string.Concat(outputs));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}

using System.Diagnostics;
using System.Text;

namespace Cppo.Pipeline.Tests.Examples;

/// <summary>A call of <c>dotnet</c> as a user types it, in a directory.</summary>
internal static class DotNetCall
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>Exit code and what both streams said.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

        // What `dotnet test` sets for its own MSBuild.
        foreach (string name in start.Environment.Keys.Where(IsMSBuilds).ToArray())
        {
            start.Environment.Remove(name);
        }

        // Servers that stay after the build would keep its streams open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "1";

        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            string[] said = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(limit.Token),
                process.StandardError.ReadToEndAsync(limit.Token)
            );
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, said[0], said[1]);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static bool IsMSBuilds(string name) => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase);
}

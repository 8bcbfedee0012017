using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Cppo.Packages.Tests.Feed;

/// <summary>A program as a user starts it: without what `dotnet test` sets for its own, and without this build's choices.</summary>
internal static class Command
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly string[] Forgotten = ["CppoTorch", "NUGET_PACKAGES", "NUGET_FALLBACK_PACKAGES", "RestoreSources"];

    /// <summary>The directory of the runtime's host, which a tool's command asks for.</summary>
    private static string DotNetRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Runs a program to its end; the exit code and all that it said.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string directory, string file, params string[] arguments)
    {
        using var process = Start(directory, file, arguments);
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
            End(process);
        }
    }

    /// <summary>As <see cref="RunAsync"/>, of what must succeed; returns what it said.</summary>
    public static async Task<string> MustAsync(string directory, string file, params string[] arguments)
    {
        var (code, output) = await RunAsync(directory, file, arguments);
        Assert.True(code == 0, $"{file} {string.Join(' ', arguments)}: {code}\n{output}");
        return output;
    }

    public static Process Start(string directory, string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (
            string name in start
                .Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || Forgotten.Contains(name))
                .ToArray()
        )
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_ROOT"] = DotNetRoot;
        start.Environment["DOTNET_NOLOGO"] = "1";
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Ends a process that still runs, with those it started.</summary>
    public static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }
}

using System.Diagnostics;
using System.Text;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Cli;

/// <summary>The program as a process of its own, which signals can be sent to.</summary>
internal sealed class ChildProgram : IDisposable
{
    /// <summary>
    /// What a test waits at most for what takes a moment. The program promises one and two seconds on a machine that has time for it; here
    /// other tests compute beside it on all cores.
    /// </summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>Start of the program, load of a model, some updates.</summary>
    public static readonly TimeSpan Later = TimeSpan.FromMinutes(2);

    /// <summary>The program's file.</summary>
    public static readonly string Dll = Repository.Path(
        $"bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0/Cppo.Pipeline.dll"
    );

    private readonly Process process;
    private readonly StringBuilder said = new();

    public ChildProgram(params string[] args)
        : this(isEndless: false, args) { }

    /// <param name="isEndless">Tells the reward <c>EndlessWhenTold</c> of tests/SampleRewards never to return.</param>
    /// <param name="args">The command line.</param>
    public ChildProgram(bool isEndless, string[] args)
        : this(isEndless ? [("CPPO_TEST_ENDLESS", "1")] : [], args) { }

    /// <param name="environment">Variables that are set for it.</param>
    /// <param name="args">The command line.</param>
    public ChildProgram((string Name, string Value)[] environment, string[] args)
        : this([], environment, args) { }

    /// <param name="launcher">A program that starts it, with its arguments, such as mpirun; empty: none.</param>
    /// <param name="environment">Variables that are set for it.</param>
    /// <param name="args">The command line.</param>
    public ChildProgram(string[] launcher, (string Name, string Value)[] environment, string[] args)
        : this([.. launcher, "dotnet", Dll, .. args], environment) { }

    /// <param name="line">The whole command line of any program.</param>
    /// <param name="environment">Variables that are set for it.</param>
    public ChildProgram(string[] line, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start) ?? throw new InvalidOperationException($"{line[0]} did not start.");
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>All lines of both streams so far.</summary>
    public string Said
    {
        get
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    public StreamWriter Input => process.StandardInput;

    public bool HasExited => process.HasExited;

    /// <summary>Kills it; it is gone on return.</summary>
    public void Kill()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until the program has said a text; returns how long that took.</summary>
    public async Task<TimeSpan> HearAsync(string text, TimeSpan most)
    {
        var watch = Stopwatch.StartNew();
        while (!Said.Contains(text, StringComparison.Ordinal))
        {
            Assert.True(watch.Elapsed < most, $"It did not say \"{text}\" within {most.TotalSeconds} s, but:\n{Said}");
            Assert.False(process.HasExited && watch.Elapsed > TimeSpan.FromSeconds(2), $"It ended with {ExitCode()} and:\n{Said}");
            await Task.Delay(20);
        }

        return watch.Elapsed;
    }

    /// <summary>Waits for the end; returns the exit code.</summary>
    public async Task<int> EndAsync(TimeSpan most)
    {
        using var limit = new CancellationTokenSource(most);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It did not end within {most.TotalSeconds} s, and said:\n{Said}");
        }

        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private int? ExitCode() => process.HasExited ? process.ExitCode : null;

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (said)
        {
            said.Append(line.Data).Append('\n');
        }
    }
}

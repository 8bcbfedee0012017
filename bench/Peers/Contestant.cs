using System.Diagnostics;
using System.Text.Json;

namespace Cppo.Peers;

/// <summary>Someone in the race.</summary>
/// <param name="Name">In tables.</param>
internal abstract record Contestant(string Name)
{
    /// <summary>Why it left the race; null while it is in it.</summary>
    public string? Absent { get; protected set; }

    /// <summary>The largest and the mean difference of its logprobs from those of the first contestant; null where it says none.</summary>
    public (double Largest, double Mean)? Difference { get; protected set; }

    /// <summary>Runs once; null where it cannot.</summary>
    /// <param name="reference">Logprobs of the prompt's tokens by the first contestant, which sets them.</param>
    public abstract TurnResult? Run(ref double[]? reference);
}

/// <summary>One in a process of this program.</summary>
internal sealed record OwnContestant(string Name, string Kind, TurnOrder Order) : Contestant(Name)
{
    /// <summary>Logprobs that differ by more are those of another model.</summary>
    private const double MostDifference = 0.1;

    public override TurnResult? Run(ref double[]? reference)
    {
        using var process = PeerProcess.Start(Kind, Order);
        var error = process.StandardError.ReadToEndAsync();
        if (process.StandardOutput.ReadLine() is not { } line)
        {
            process.WaitForExit();
            Absent = error.Result.Trim().Split('\n')[0];
            return null;
        }

        double[] logprobs = JsonSerializer.Deserialize<double[]>(line)!;
        reference ??= logprobs;
        double[] differences = [.. reference.Zip(logprobs, (one, other) => Math.Abs(one - other))];
        Difference = (differences.Max(), differences.Average());
        if (!(Difference.Value.Largest <= MostDifference))
        {
            process.StandardInput.Close();
            process.WaitForExit();
            Absent = $"its logprobs are up to {Difference.Value.Largest:G3} from those of the first: it is another model";
            return null;
        }

        process.StandardInput.WriteLine("go");
        string? result = process.StandardOutput.ReadLine();
        process.WaitForExit();
        if (result is null)
        {
            Absent = error.Result.Trim().Split('\n')[0];
            return null;
        }

        return JsonSerializer.Deserialize<TurnResult>(result);
    }
}

/// <summary>The script of PyTorch, which takes the options of <c>bench</c> and draws its weights itself.</summary>
internal sealed record PythonContestant(string Python, string Script, string Config, TurnOrder Order) : Contestant("PyTorch, eager, fp32")
{
    public override TurnResult? Run(ref double[]? reference)
    {
        if (Ask([Python, "-c", "import torch"]).ExitCode != 0)
        {
            Absent = $"{Python} has no torch";
            return null;
        }

        var measurements = new List<Measurement>();
        string version = "";
        long peak = 0;
        foreach (int rows in Order.Rows)
        {
            // The kernel's account of the child is the only one that does not change the script.
            const string Measure =
                "import resource,subprocess,sys; code=subprocess.call(sys.argv[1:]); "
                + "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)";
            var (code, output) = Ask([
                Python,
                "-c",
                Measure,
                Python,
                Script,
                "--config",
                Config,
                "--questions",
                "1",
                "--group",
                $"{rows}",
                "--keep",
                "1",
                "--prompt",
                $"{Order.Prompt}",
                "--completion",
                $"{Order.Completion}",
                "--iterations",
                "1",
                "--repeat",
                "1",
                "--threads",
                $"{Order.Threads}",
            ]);
            string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (code != 0 || lines.Length < 2)
            {
                Absent = $"{Script} ended with {code}";
                return null;
            }

            using var json = JsonDocument.Parse(lines[^2]);
            measurements.Add(new Measurement(rows, json.RootElement.GetProperty("rollout_seconds").GetDouble(), PromptSeconds: null));
            version = json.RootElement.GetProperty("torch").GetString()!;
            peak = Math.Max(peak, long.Parse(lines[^1], null) * 1024);
        }

        return new TurnResult($"PyTorch {version}", measurements, peak);
    }

    private (int ExitCode, string Output) Ask(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = $"{Order.Threads}";
        foreach (string argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            error.Wait();
            return (process.ExitCode, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (127, "");
        }
    }
}

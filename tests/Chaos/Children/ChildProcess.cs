using System.Diagnostics;
using System.Globalization;
using Cppo.Chaos.Runs;

namespace Cppo.Chaos.Children;

/// <summary>How a call of the program ended.</summary>
/// <param name="ExitCode">128 and the signal's number where a signal ended it.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">Its notices and faults.</param>
/// <param name="Took">From start to end.</param>
internal sealed record CallEnd(int ExitCode, string Output, string Error, TimeSpan Took)
{
    /// <summary>Whether SIGKILL ended it.</summary>
    public bool IsKilled => ExitCode == 128 + Unix.Kill;

    /// <summary>Whether it ended because it was asked to: gracefully, or by the signal before the program listened to it.</summary>
    public bool IsStopped => ExitCode is 128 + Unix.Interrupt or 128 + Unix.Terminate;
}

/// <summary>A signal that a child gets.</summary>
/// <param name="Signal">Its number.</param>
/// <param name="After">How long after the child's start.</param>
internal sealed record TimedSignal(int Signal, TimeSpan After);

/// <summary>Starts the program in a process of its own.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs to the end, with signals on the way.</summary>
    /// <param name="order">What the child does to itself.</param>
    /// <param name="arguments">The program's.</param>
    /// <param name="signals">In the order of their times.</param>
    /// <param name="environment">Variables that it gets beside this process's own.</param>
    /// <exception cref="TimeoutException">It did not end in two minutes.</exception>
    public static async Task<CallEnd> RunAsync(
        ChildOrder order,
        IEnumerable<string> arguments,
        IReadOnlyList<TimedSignal>? signals = null,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Chaos, ChildOrder.Command, order.ToJson(), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A limit on the sizes of files would also be one on the memory that the runtime maps twice.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var limit = new CancellationTokenSource(Limit);
        long began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        process.StandardInput.Close();
        try
        {
            var texts = Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            foreach (var signal in signals ?? [])
            {
                var wait = signal.After - Stopwatch.GetElapsedTime(began);
                await Task.WhenAny(process.WaitForExitAsync(limit.Token), Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero));
                if (!process.HasExited)
                {
                    Unix.Send(process.Id, signal.Signal);
                }
            }

            await process.WaitForExitAsync(limit.Token);
            string[] read = await texts;
            return new CallEnd(process.ExitCode, read[0], read[1], Stopwatch.GetElapsedTime(began));
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                string.Create(CultureInfo.InvariantCulture, $"it did not end in {Limit.TotalSeconds} seconds after its start")
            );
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}

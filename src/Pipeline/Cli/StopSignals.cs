using System.Runtime.InteropServices;

namespace Cppo.Pipeline.Cli;

/// <summary>
/// Requests to stop. The first Ctrl-C or SIGTERM asks for a graceful stop (finish the update, save, leave), the second cancels what
/// runs, the third is left to the system, which ends the process.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource graceful = new();
    private readonly CancellationTokenSource hard = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private int requests;

    /// <summary>Cancelled by the first request: take up no new work.</summary>
    public CancellationToken Graceful => graceful.Token;

    /// <summary>Cancelled by the second request: abandon work in progress.</summary>
    public CancellationToken Hard => hard.Token;

    public bool IsRequested => graceful.IsCancellationRequested;

    /// <summary>Signals that react to Ctrl-C and SIGTERM and say on <paramref name="notices"/> what comes next.</summary>
    public static StopSignals Listen(TextWriter notices)
    {
        var signals = new StopSignals();
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            signals.registrations.Add(
                PosixSignalRegistration.Create(
                    signal,
                    context =>
                    {
                        int number = signals.Request();
                        context.Cancel = number <= 2;
                        if (number <= 2)
                        {
                            notices.WriteLine(number == 2 ? "stopping now" : "stopping after the work in progress; once more to stop now");
                        }
                    }
                )
            );
        }

        return signals;
    }

    /// <summary>Makes one request; returns its number, from 1. Those after the second change nothing.</summary>
    public int Request()
    {
        int number = Interlocked.Increment(ref requests);
        if (number == 1)
        {
            graceful.Cancel();
        }
        else if (number == 2)
        {
            hard.Cancel();
        }

        return number;
    }

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        graceful.Dispose();
        hard.Dispose();
    }
}

using System.Runtime.InteropServices;

namespace Cppo.Pipeline.Cli;

/// <summary>
/// Requests to stop. The first Ctrl-C or SIGTERM asks for a graceful stop (finish the update, save, leave), the second cancels what
/// runs, the third is left to the system, which ends the process.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly string[] Notices =
    [
        "stopped; once more to leave",
        "stopping after the work in progress; once more to stop now",
        "stopping now",
    ];

    private readonly Lock gate = new();
    private readonly CancellationTokenSource graceful = new();
    private readonly CancellationTokenSource hard = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private CancellationTokenSource? diverted;
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
                        int number = signals.Request(isInterrupt: context.Signal == PosixSignal.SIGINT);
                        context.Cancel = number <= 2;
                        if (number <= 2)
                        {
                            notices.WriteLine(Notices[number]);
                        }
                    }
                )
            );
        }

        return signals;
    }

    /// <summary>
    /// Until it is disposed of, one Ctrl-C cancels <paramref name="work"/> alone, and the program goes on; the next one is the first
    /// request.
    /// </summary>
    public IDisposable Divert(CancellationTokenSource work)
    {
        lock (gate)
        {
            diverted = work;
        }

        return new Diversion(this);
    }

    /// <summary>Makes one request; returns its number, from 1. Those after the second change nothing.</summary>
    /// <param name="isInterrupt">Whether it is a Ctrl-C, which may concern only a part of the work: then it is number 0.</param>
    public int Request(bool isInterrupt = true)
    {
        if (isInterrupt)
        {
            // Within the lock: the work is disposed of when its diversion has ended, which waits for this.
            lock (gate)
            {
                if (diverted is { } work)
                {
                    diverted = null;
                    work.Cancel();
                    return 0;
                }
            }
        }

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

    private sealed class Diversion(StopSignals signals) : IDisposable
    {
        public void Dispose()
        {
            lock (signals.gate)
            {
                signals.diverted = null;
            }
        }
    }
}

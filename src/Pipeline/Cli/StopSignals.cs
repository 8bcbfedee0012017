using System.Runtime.InteropServices;

namespace Cppo.Pipeline.Cli;

/// <summary>
/// Requests to stop. The first Ctrl-C or SIGTERM asks for a graceful stop (end waits, loads and evaluations, finish the update, save,
/// leave), the second cancels what runs and ends the process soon, whatever happens; the third is left to the system, which ends it.
/// SIGUSR1, which launchers pass on to every process and end none by, asks for a graceful stop and for no more, however often it comes.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly string[] Notices =
    [
        "stopped; once more to leave",
        "stopping after the work in progress; once more to stop now",
        "stopping now",
    ];

    private const string UserNotice = "stopping with a checkpoint after the work in progress";

    /// <summary>SIGUSR1, by its number: .NET has no name for it.</summary>
    private static readonly PosixSignal User = (PosixSignal)(OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() ? 30 : 10);

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
    /// <param name="notices">Where to.</param>
    /// <param name="leave">Ends the process, a while after the second signal; null: nobody does.</param>
    public static StopSignals Listen(TextWriter notices, Action? leave = null)
    {
        var signals = new StopSignals();
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            signals.registrations.Add(PosixSignalRegistration.Create(signal, context => signals.Take(context, notices, leave)));
        }

        if (!OperatingSystem.IsWindows())
        {
            signals.registrations.Add(PosixSignalRegistration.Create(User, context => signals.TakeUser(context, notices)));
        }

        return signals;
    }

    private void TakeUser(PosixSignalContext context, TextWriter notices)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref requests, 1, 0) == 0)
        {
            Start("cancel", () => Cancel(graceful));
            notices.WriteLine(UserNotice);
            notices.Flush();
        }
    }

    /// <summary>
    /// Takes a signal, on a thread that the runtime has for it. What is cancelled runs what waited for it, the stream's reader may be slow:
    /// so each has a thread of its own, and none of them is the pool's, which may be taken up by work.
    /// </summary>
    private void Take(PosixSignalContext context, TextWriter notices, Action? leave)
    {
        var (number, cancel) = Next(isInterrupt: context.Signal == PosixSignal.SIGINT);
        context.Cancel = number <= 2;
        if (number > 2)
        {
            return;
        }

        if (number == 2 && leave is not null)
        {
            Start(
                "end",
                () =>
                {
                    Thread.Sleep(LastResort.After);
                    leave();
                }
            );
        }

        Start("cancel", cancel);
        notices.WriteLine(Notices[number]);
        notices.Flush();
    }

    private static void Start(string name, Action work) => new Thread(() => work()) { IsBackground = true, Name = name }.Start();

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
        var (number, cancel) = Next(isInterrupt);
        cancel();
        return number;
    }

    private (int Number, Action Cancel) Next(bool isInterrupt)
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
                    return (0, () => { });
                }
            }
        }

        int number = Interlocked.Increment(ref requests);
        return (
            number,
            number switch
            {
                1 => () => Cancel(graceful),
                2 => () => Cancel(hard),
                _ => () => { },
            }
        );
    }

    private static void Cancel(CancellationTokenSource requested)
    {
        try
        {
            requested.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The program has just ended by itself.
        }
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

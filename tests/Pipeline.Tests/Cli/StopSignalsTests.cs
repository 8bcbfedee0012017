using System.Diagnostics;
using Cppo.Pipeline.Cli;

namespace Cppo.Pipeline.Tests.Cli;

public class StopSignalsTests
{
    [Fact]
    public void The_first_request_is_graceful_the_second_cancels_the_third_is_the_system_s()
    {
        using var stop = new StopSignals();
        Assert.False(stop.IsRequested);
        Assert.Equal(1, stop.Request());
        Assert.Equal((true, false), (stop.Graceful.IsCancellationRequested, stop.Hard.IsCancellationRequested));
        Assert.Equal(2, stop.Request());
        Assert.Equal((true, true), (stop.Graceful.IsCancellationRequested, stop.Hard.IsCancellationRequested));
        Assert.Equal(3, stop.Request());
    }

    [Fact]
    public async Task A_request_at_the_moment_when_diverted_work_ends_meets_the_work_or_the_program()
    {
        using var both = new Barrier(2);
        for (int round = 0; round < 500; round++)
        {
            using var stop = new StopSignals();
            var work = new CancellationTokenSource();
            var diversion = stop.Divert(work);
            var request = Task.Run(() =>
            {
                both.SignalAndWait();
                return stop.Request();
            });
            both.SignalAndWait();
            diversion.Dispose();
            work.Dispose();
            int number = await request;
            Assert.Equal((number == 0, number == 1), (work.IsCancellationRequested, stop.IsRequested));
        }
    }

    [UnixTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_asks_for_a_graceful_stop_and_a_second_one_cancels(string signal)
    {
        using var notices = new StringWriter();
        using var stop = StopSignals.Listen(TextWriter.Synchronized(notices));
        await Send(signal, until: () => Says("stopping after") && stop.Graceful.IsCancellationRequested);
        Assert.False(stop.Hard.IsCancellationRequested);
        await Send(signal, until: () => Says("stopping now") && stop.Hard.IsCancellationRequested);
        Assert.Equal(
            ["stopping after the work in progress; once more to stop now", "stopping now"],
            notices.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
        );

        bool Says(string text) => notices.ToString().Contains(text, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task The_user_s_signal_asks_for_a_graceful_stop_however_often_it_comes(string last)
    {
        using var notices = new StringWriter();
        using var stop = StopSignals.Listen(TextWriter.Synchronized(notices));
        await Send("USR1", until: () => Says("checkpoint") && stop.Graceful.IsCancellationRequested);
        await Send("USR1", until: () => true);
        await Task.Delay(200);
        Assert.False(stop.Hard.IsCancellationRequested);
        await Send(last, until: () => Says("stopping now") && stop.Hard.IsCancellationRequested);
        Assert.Equal(
            ["stopping with a checkpoint after the work in progress", "stopping now"],
            notices.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
        );

        bool Says(string text) => notices.ToString().Contains(text, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task What_a_stop_runs_and_a_reader_that_is_slow_hold_up_nothing(string signal)
    {
        using var slow = new SlowWriter();
        using var left = new ManualResetEventSlim();
        using var stop = StopSignals.Listen(slow, left.Set);
        using var hanging = stop.Graceful.Register(slow.Release.Wait);
        try
        {
            await Send(signal, until: () => slow.IsAsked && stop.Graceful.IsCancellationRequested);
            await Send(signal, until: () => stop.Hard.IsCancellationRequested);
            Assert.True(left.Wait(TimeSpan.FromSeconds(20)), "Nobody ends the process.");
        }
        finally
        {
            slow.Release.Set();
        }
    }

    /// <summary>A stream whose reader has stopped reading.</summary>
    private sealed class SlowWriter : StringWriter
    {
        public ManualResetEventSlim Release { get; } = new();

        public bool IsAsked { get; private set; }

        public override void WriteLine(string? value)
        {
            IsAsked = true;
            Release.Wait();
        }
    }

    /// <summary>Sends this process a signal and waits for its effect, at most ten seconds.</summary>
    private static async Task Send(string signal, Func<bool> until)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{Environment.ProcessId}"]);
        await kill.WaitForExitAsync();
        for (int waits = 0; !until() && waits < 200; waits++)
        {
            await Task.Delay(50);
        }

        Assert.True(until(), $"SIG{signal} had no effect.");
    }

    /// <summary>A theory that needs the program `kill`.</summary>
    private sealed class UnixTheoryAttribute : TheoryAttribute
    {
        public UnixTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows has no program that sends a signal." : null;
    }
}

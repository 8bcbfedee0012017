using System.Diagnostics;

namespace Cppo.Pipeline.Cli;

/// <summary>The end of a process that nothing in it can hold up: no reward that never returns, no engine, no disk.</summary>
internal static class LastResort
{
    /// <summary>How long work is given to end by itself after the second signal.</summary>
    public static readonly TimeSpan After = TimeSpan.FromSeconds(1.2);

    /// <summary>How long the process then has for its own end.</summary>
    private static readonly TimeSpan Exiting = TimeSpan.FromSeconds(0.5);

    /// <summary>Ends the process with <see cref="ExitCodes.Interrupted"/>; where it hangs in its end, it is killed.</summary>
    public static void Leave()
    {
        new Thread(() =>
        {
            Thread.Sleep(Exiting);
            Process.GetCurrentProcess().Kill();
        })
        {
            IsBackground = true,
            Name = "last resort",
        }.Start();
        Environment.Exit(ExitCodes.Interrupted);
    }
}

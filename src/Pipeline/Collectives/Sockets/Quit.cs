using System.Diagnostics;

namespace Cppo.Pipeline.Collectives.Sockets;

/// <summary>The end of a process that other ranks must not wait for.</summary>
internal static class Quit
{
    /// <summary>A GPU that waits for one that is gone may hold the process's exit up.</summary>
    private static readonly TimeSpan LongestExit = TimeSpan.FromSeconds(5);

    /// <summary>Ends this process with a code; where that takes long, it is killed.</summary>
    public static void With(int exitCode)
    {
        new Thread(() =>
        {
            Thread.Sleep(LongestExit);
            using var self = Process.GetCurrentProcess();
            self.Kill();
        })
        {
            IsBackground = true,
            Name = "end of this rank",
        }.Start();
        Environment.Exit(exitCode);
    }
}

using System.Runtime.InteropServices;

namespace Cppo.Chaos.Children;

/// <summary>Signals and limits of Linux and macOS.</summary>
internal static partial class Unix
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    private const int FileSizeExceeded = 25;
    private const int FileSizeResource = 1;
    private const int Default = 0;
    private const int Ignored = 1;

    /// <summary>Whether this system has them.</summary>
    public static bool IsHere => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>The name of a signal.</summary>
    public static string NameOf(int signal) =>
        signal switch
        {
            Interrupt => "SIGINT",
            Terminate => "SIGTERM",
            _ => "SIGKILL",
        };

    /// <summary>Sends a signal; nothing happens where the process has ended.</summary>
    public static void Send(int process, int signal) => _ = SendSignal(process, signal);

    /// <summary>Has a signal do what the system does with it.</summary>
    public static void TakeByDefault(int signal) => SetHandler(signal, Default);

    /// <summary>From now on a write beyond this size fails in this process as on a full disk, and ends nothing.</summary>
    public static void LimitFileSize(long bytes)
    {
        SetHandler(FileSizeExceeded, Ignored);
        var limit = new Limit { Current = (ulong)bytes, Maximum = (ulong)bytes };
        if (SetLimit(FileSizeResource, in limit) != 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    private struct Limit
    {
        public ulong Current;
        public ulong Maximum;
    }
}

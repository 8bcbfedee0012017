using System.Runtime.InteropServices;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>
/// The signal handlers of a process, to be put back after a library's start: .NET turns SIGSEGV into null reference exceptions and hears
/// SIGTERM and SIGCHLD, while Open MPI, MPICH and UCX install handlers of their own for such signals.
/// </summary>
internal sealed unsafe partial class SignalHandlers
{
    private const int Signals = 32;

    /// <summary>More than any system's struct sigaction has.</summary>
    private const int Size = 512;

    private readonly byte[] handlers = new byte[Signals * Size];
    private readonly bool[] isKnown = new bool[Signals];

    private SignalHandlers() { }

    /// <summary>Those of now.</summary>
    public static SignalHandlers Read()
    {
        var read = new SignalHandlers();
        fixed (byte* all = read.handlers)
        {
            for (int signal = 1; signal < Signals; signal++)
            {
                read.isKnown[signal] = SigAction(signal, null, all + (signal * Size)) == 0;
            }
        }

        return read;
    }

    /// <summary>Puts them back.</summary>
    public void Restore()
    {
        fixed (byte* all = handlers)
        {
            for (int signal = 1; signal < Signals; signal++)
            {
                if (isKnown[signal])
                {
                    // Fails for SIGKILL and SIGSTOP, which nobody handles.
                    _ = SigAction(signal, all + (signal * Size), null);
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SigAction(int signal, byte* handler, byte* before);
}

using System.Runtime.InteropServices;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// Asks Linux for pages of 2 MiB: rollouts and updates walk over more memory than the processor keeps addresses of small pages for.
/// Elsewhere, and where the system declines, nothing changes but the time that it takes.
/// </summary>
internal static unsafe partial class LargePages
{
    /// <summary>Bytes of a large page.</summary>
    internal const nuint Size = 1 << 21;

    private const int HugePageAdvice = 14;

    /// <summary>Advises for memory that begins at a multiple of <see cref="Size"/>; smaller stretches are left alone.</summary>
    internal static void Advise(void* memory, nuint bytes)
    {
        if (bytes >= Size && OperatingSystem.IsLinux())
        {
            _ = Advise(memory, bytes, HugePageAdvice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* memory, nuint bytes, int advice);
}

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
    private const int UnneededAdvice = 4;

    /// <summary>Advises for memory that begins at a multiple of <see cref="Size"/>; smaller stretches are left alone.</summary>
    internal static void Advise(void* memory, nuint bytes)
    {
        if (bytes >= Size && OperatingSystem.IsLinux())
        {
            _ = Advise(memory, bytes, HugePageAdvice);
        }
    }

    /// <summary>
    /// Gives back the pages that lie wholly within some memory of the process's own, whose contents become 0; where the system declines,
    /// they stay as they are.
    /// </summary>
    /// <returns>The bytes from the beginning that were left, and those from the beginning up to which pages were given back.</returns>
    internal static (nuint Start, nuint End) GiveBack(void* memory, nuint bytes)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint first = ((nuint)memory + page - 1) / page * page;
        nuint last = ((nuint)memory + bytes) / page * page;
        return OperatingSystem.IsLinux() && last > first && Advise((void*)first, last - first, UnneededAdvice) == 0
            ? (first - (nuint)memory, last - (nuint)memory)
            : (0, 0);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* memory, nuint bytes, int advice);
}

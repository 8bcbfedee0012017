using System.Diagnostics;
using System.Globalization;

namespace Cppo.Pipeline.Memory;

/// <summary>What the system says of this process's memory, and of the memory that is left.</summary>
internal static class ProcessMemory
{
    private const string CgroupRoot = "/sys/fs/cgroup";

    /// <summary>The most that the process ever had resident.</summary>
    public static long PeakBytes()
    {
        if (OperatingSystem.IsLinux() && FieldOf("/proc/self/status", "VmHWM:") is { } peak)
        {
            return peak;
        }

        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    /// <summary>
    /// What the process may have in all: what it has, and what the machine can give it without swapping, within the bound of a container.
    /// </summary>
    public static long AvailableBytes()
    {
        long own = Environment.WorkingSet;
        long? machine = OperatingSystem.IsLinux() ? FieldOf("/proc/meminfo", "MemAvailable:") : null;
        long most = machine is { } free ? own + free : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return OperatingSystem.IsLinux() && CgroupBytes(CgroupRoot, own) is { } bound ? Math.Min(most, bound) : most;
    }

    /// <summary>A line "NAME   123 kB" in bytes; null where there is none.</summary>
    internal static long? FieldOf(string path, string name)
    {
        try
        {
            string? line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            string[] words = (line ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words.Length > 1 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long kibibytes)
                ? kibibytes << 10
                : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// What the process's control group leaves it: the limit, less what others in the group hold, files that the system would drop left
    /// out. Null where there is no limit.
    /// </summary>
    /// <param name="root">Where control groups are mounted, as a container sees its own.</param>
    /// <param name="own">What the process itself holds.</param>
    internal static long? CgroupBytes(string root, long own)
    {
        foreach (
            var (limit, used, stat, file) in new[]
            {
                ("memory.max", "memory.current", "memory.stat", "inactive_file"),
                ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat", "total_inactive_file"),
            }
        )
        {
            // Without a limit the file says "max", or a number beyond any memory.
            if (Number(Path.Combine(root, limit)) is { } most and < 1L << 56)
            {
                long held = Number(Path.Combine(root, used)) ?? own;
                long droppable = StatOf(Path.Combine(root, stat), file);
                return most - Math.Max(0, held - droppable - own);
            }
        }

        return null;
    }

    private static long? Number(string path)
    {
        try
        {
            return long.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                ? number
                : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long StatOf(string path, string name)
    {
        try
        {
            string? line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal));
            return line is not null && long.TryParse(line[(name.Length + 1)..], CultureInfo.InvariantCulture, out long bytes) ? bytes : 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}

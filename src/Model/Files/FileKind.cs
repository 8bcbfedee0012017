using System.Runtime.InteropServices;

namespace Cppo.Model.Files;

/// <summary>What a path leads to, found out without opening it: to open a pipe waits for who writes into it.</summary>
internal static partial class FileKind
{
    private const int CurrentDirectory = -100;
    private const uint TypeOnly = 1;
    private const int ModeOffset = 28;
    private const int TypeBits = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>What it is instead of a regular file, in words; null where it is one, or nothing.</summary>
    /// <param name="path">Without links.</param>
    internal static string? OtherThanRegular(string path)
    {
        if (Directory.Exists(path))
        {
            return "a directory";
        }

        if (!File.Exists(path))
        {
            return null;
        }

        return OperatingSystem.IsLinux() && ModeOnLinux(path) is { } mode ? Name(mode & TypeBits)
            : new FileInfo(path).Length == 0
                // Pipes, sockets and devices state no length where the system does not tell them apart for us.
                ? "empty, or a pipe or a device"
            : null;
    }

    private static string? Name(int type) =>
        type switch
        {
            Regular => null,
            0x1000 => "a named pipe",
            0x2000 or 0x6000 => "a device",
            0xC000 => "a socket",
            _ => "no regular file",
        };

    /// <summary>The mode of statx, whose structure is the same on every processor; null where it cannot be had.</summary>
    private static unsafe int? ModeOnLinux(string path)
    {
        byte* found = stackalloc byte[256];
        try
        {
            return Statx(CurrentDirectory, path, 0, TypeOnly, found) == 0 ? *(ushort*)(found + ModeOffset) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, byte* found);
}

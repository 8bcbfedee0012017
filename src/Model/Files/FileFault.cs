using System.Globalization;
using System.Text.Json;

namespace Cppo.Model.Files;

/// <summary>Why a file could not be read or written, in words for who asked for it: the system's messages name its own calls.</summary>
internal static class FileFault
{
    private const int FileTooLarge = 27;
    private const int WindowsSharing = 32;
    private const int WindowsLock = 33;
    private const int WindowsHandleDiskFull = 39;
    private const int WindowsDiskFull = 112;

    /// <summary>A few words without a full stop, e.g. <c>permission is denied</c>.</summary>
    public static string Reason(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error switch
        {
            UnauthorizedAccessException => "it is a directory, or permission is denied",
            FileNotFoundException => "there is no such file",
            DirectoryNotFoundException => "there is no such directory",
            PathTooLongException => "the name is too long",
            EndOfStreamException => "it ends too early",
            ArgumentException => "that is no name of a file",
            IOException io => (OperatingSystem.IsWindows() ? OfWindows(io.HResult & 0xFFFF) : OfUnix(io.HResult)) ?? Quoted(io.Message),
            _ => Quoted(error.Message),
        };
    }

    /// <summary>Whether the disk is full.</summary>
    public static bool IsFull(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        int code = error.HResult & 0xFFFF;
        return error is IOException
            && (OperatingSystem.IsWindows() ? code is WindowsDiskFull or WindowsHandleDiskFull : error.HResult is 28 or 122);
    }

    /// <summary>Whether a write went beyond the size that the system allows a file, which .NET tells as of a wrong argument.</summary>
    public static bool IsTooLarge(Exception error) => error is ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>What is told instead.</summary>
    public static IOException TooLarge(string path) => new($"File too large : '{path}'", FileTooLarge);

    /// <summary>Whether another process holds the file.</summary>
    public static bool IsInUse(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        int code = error.HResult & 0xFFFF;
        return OperatingSystem.IsWindows() ? code is WindowsSharing or WindowsLock : code is 11 or 35;
    }

    /// <summary>What is wrong with a file's content, and where; of a file that cannot be read, why.</summary>
    public static string Malformed(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error switch
        {
            DuplicateKeyException twice => twice.Message,
            JsonException { LineNumber: { } line, BytePositionInLine: { } column } => string.Create(
                CultureInfo.InvariantCulture,
                $"its JSON breaks off or is wrong at line {line + 1}, byte {column + 1}"
            ),
            IOException or UnauthorizedAccessException => Reason(error),
            // Their messages tell of the reader, not of the file.
            InvalidOperationException or FormatException or KeyNotFoundException or OverflowException or IndexOutOfRangeException =>
                "a value is missing, or of another kind than is due",
            _ => error.Message.TrimEnd('.'),
        };
    }

    /// <summary>The path that the system's message names; null where it names none.</summary>
    public static string? PathOf(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (error is FileNotFoundException { FileName: { Length: > 0 } name })
        {
            return name;
        }

        string[] parts = error.Message.Split('\'');
        return parts.Length >= 3 ? string.Join('\'', parts[1..^1]) : null;
    }

    private static string? OfUnix(int code) =>
        code switch
        {
            5 => "the disk does not answer",
            11 or 35 => "another process is using it",
            17 => "there is something of that name already",
            20 => "a part of its path is a file, no directory",
            21 => "it is a directory",
            24 => "too many files are open",
            26 => "another process is running it",
            FileTooLarge => "it grew too large for the disk",
            28 => "the disk is full",
            30 => "the disk can only be read",
            36 => "the name is too long",
            39 => "the directory is not empty",
            40 => "its links go in a circle",
            122 => "your share of the disk is used up",
            _ => null,
        };

    private static string? OfWindows(int code) =>
        code switch
        {
            WindowsSharing or WindowsLock => "another process is using it",
            WindowsDiskFull or WindowsHandleDiskFull => "the disk is full",
            _ => null,
        };

    /// <summary>A message that is not known, without its path, which the sentence around it names.</summary>
    private static string Quoted(string message) => message.Split(" : '")[0].TrimEnd('.', ' ');
}

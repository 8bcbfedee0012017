using System.Diagnostics;
using System.Globalization;
using Cppo.Model.Files;
using Cppo.Pipeline.Checkpoints;

namespace Cppo.Pipeline.Browse;

/// <summary>Whether a process trains a run right now.</summary>
internal static class RunLock
{
    /// <summary>Whether another process holds the run's lock; the one that trains it is done when it writes the report.</summary>
    public static bool IsHeld(string runDirectory)
    {
        string path = Path.Combine(runDirectory, RunFiles.Lock);
        try
        {
            if (!MayBeOfAnother(path))
            {
                return false;
            }

            // A shared lock, for as long as this takes: it fails where the trainer has its own. On Windows the trainer's file cannot be
            // opened at all.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return false;
        }
        catch (IOException fault)
        {
            return FileFault.IsInUse(fault);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// False where the file says that this process signed it, or one of this machine which is gone: nothing is then locked, not even for
    /// a moment.
    /// </summary>
    private static bool MayBeOfAnother(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
        {
            return File.Exists(path);
        }

        string[] words = HeldFile.ReadMark(path)?.Split(' ') ?? [];
        bool isOfHere = words.Length >= 2 && words[1] == Environment.MachineName;
        return !isOfHere
            || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            || (id != Environment.ProcessId && IsAlive(id));
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

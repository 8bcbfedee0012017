using Cppo.Model.Files;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sinks;

namespace Cppo.Pipeline.Checkpoints;

/// <summary>The names of what a run leaves in its directory, and what may be removed of it.</summary>
internal static class RunFiles
{
    /// <summary>The file that the process holds which writes to the directory.</summary>
    public const string Lock = "run.lock";

    /// <summary>What the files that a run writes whole end in.</summary>
    private static readonly string[] Written = [".json", ".jsonl", ".html"];

    /// <summary>The files of a run but for its configuration; those of Telemetry and Run, which are not known here, among them.</summary>
    private static readonly string[] Own =
    [
        "metrics.jsonl",
        "evaluations.jsonl",
        "dropped.jsonl",
        "sinks.jsonl",
        "report.html",
        SavedRecord.FileName,
    ];

    /// <summary>Refuses a directory that holds anything but what a run leaves that was killed before it began.</summary>
    /// <exception cref="RunDirectoryException">It does.</exception>
    public static void RefuseOccupied(string path)
    {
        RefuseFile(path);
        string[] early = [Lock, SavedRecord.FileName, .. new[] { SavedRecord.FileName, RunConfigFile.FileName }.Select(Aside)];
        if (!Directory.Exists(path) || Directory.EnumerateFileSystemEntries(path).All(entry => early.Contains(Path.GetFileName(entry))))
        {
            return;
        }

        throw new RunDirectoryException(
            File.Exists(RunConfigFile.Of(path))
                ? $"{path} already holds a run; begin another with {SetOption.Of("run.name=NAME")}, continue this one with "
                    + $"{SetOption.Of("run.resume=true")}, or remove it and begin anew with {SetOption.Of("run.restart=true")}."
                : $"{path} holds files that are no run's ({RunConfigFile.FileName} is missing); choose another name with "
                    + $"{SetOption.Of("run.name=NAME")}."
        );
    }

    /// <summary>Refuses to begin anew where what is there is no run, or is needed.</summary>
    /// <param name="path">The run's directory; it need not exist.</param>
    /// <param name="needed">Files and directories that the new run reads, each with the key that names it.</param>
    /// <exception cref="RunDirectoryException">It is.</exception>
    public static void RequireRestartable(string path, IEnumerable<(string Key, string Path)> needed)
    {
        RefuseFile(path);
        if (!RunConfigFile.IsIn(path) && !File.Exists(Path.Combine(path, Lock)))
        {
            RefuseOccupied(path);
        }

        string below = Path.GetFullPath(path) + Path.DirectorySeparatorChar;
        foreach (var (key, place) in needed)
        {
            if (place.Length > 0 && Path.GetFullPath(place).StartsWith(below, StringComparison.Ordinal))
            {
                throw new RunDirectoryException(
                    $"run.restart would remove {place}, which {key} names; copy it to another place and name that, or choose another name "
                        + $"with {SetOption.Of("run.name=NAME")}."
                );
            }
        }
    }

    /// <summary>Removes what a run wrote, the file that says that it is one last; other files stay.</summary>
    public static void RemoveAll(string path)
    {
        foreach (string directory in Directories(path))
        {
            AtomicDirectory.Remove(directory);
        }

        RemoveLeftovers(path);
        foreach (string file in Own)
        {
            DurableFiles.Delete(Path.Combine(path, file));
        }

        DurableFiles.FlushDirectory(path);
        DurableFiles.Delete(RunConfigFile.Of(path));
        DurableFiles.FlushDirectory(path);
    }

    /// <summary>Removes what was being written or removed when a run was killed.</summary>
    public static void RemoveLeftovers(string path)
    {
        var files = Directory.GetFiles(path, "*" + AtomicFile.Ending).Where(file => IsWritten(file[..^AtomicFile.Ending.Length]));
        foreach (string file in files)
        {
            DurableFiles.Delete(file);
        }

        foreach (string directory in Directories(path))
        {
            foreach (string ending in new[] { AtomicFile.Ending, AtomicDirectory.ReplacedEnding, AtomicDirectory.RemovedEnding })
            {
                DurableFiles.Delete(directory + ending);
            }
        }

        RolloutFiles.RemoveLeftovers(RunDirectory.CompletionsOf(path));
    }

    private static string[] Directories(string path) =>
        [RunDirectory.ModelOf(path), RunDirectory.CompletionsOf(path), RunDirectory.CheckpointsOf(path), RunDirectory.TensorBoardOf(path)];

    private static string Aside(string name) => name + AtomicFile.Ending;

    private static bool IsWritten(string file) => Written.Contains(Path.GetExtension(file), StringComparer.Ordinal);

    private static void RefuseFile(string path)
    {
        if (File.Exists(path))
        {
            throw new RunDirectoryException($"{path} is a file; choose another place with --set run.directory=PLACE or run.name=NAME.");
        }
    }
}

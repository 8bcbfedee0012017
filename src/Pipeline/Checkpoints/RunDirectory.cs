using System.Globalization;
using System.Text.Json;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sinks;

namespace Cppo.Pipeline.Checkpoints;

/// <summary>
/// The directory of one run, <c>{run.directory}/{run.name}</c>, held by one process at a time. It never mixes two runs: a new run
/// wants it empty, a resumed one wants the configuration that it was begun with.
/// </summary>
internal sealed class RunDirectory : IDisposable
{
    /// <summary>The name of the trained model's directory.</summary>
    public const string ModelName = "model";

    private readonly HeldFile held;
    private readonly string configJson;

    private RunDirectory(string path, HeldFile held, string configJson) =>
        (DirectoryPath, this.held, this.configJson) = (path, held, configJson);

    /// <summary>The directory.</summary>
    public string DirectoryPath { get; }

    /// <summary>Where the scored completions go, a file for each update.</summary>
    public string CompletionsDirectory => CompletionsOf(DirectoryPath);

    /// <summary>Where checkpoints go.</summary>
    public string CheckpointsDirectory => CheckpointsOf(DirectoryPath);

    /// <summary>Where the trained model goes, as a Hugging Face directory.</summary>
    public string ModelDirectory => ModelOf(DirectoryPath);

    /// <summary>Where the scored completions of a run lie, whether it is held or not.</summary>
    public static string CompletionsOf(string runDirectory) => Path.Combine(runDirectory, "completions");

    /// <summary>Where the model of a run lies, once it has finished or was stopped.</summary>
    public static string ModelOf(string runDirectory) => Path.Combine(runDirectory, ModelName);

    /// <summary>Where the checkpoints of a run lie.</summary>
    public static string CheckpointsOf(string runDirectory) => Path.Combine(runDirectory, "checkpoints");

    /// <summary>Where the event files of a run lie, one for each part of it.</summary>
    public static string TensorBoardOf(string runDirectory) => Path.Combine(runDirectory, "tensorboard");

    /// <summary>Makes the directory of a new run and writes its <c>config.json</c>.</summary>
    /// <param name="path">The directory; made where it does not exist.</param>
    /// <param name="configJson">The resolved configuration.</param>
    /// <param name="restart">Whether a run that is there is removed.</param>
    /// <exception cref="RunDirectoryException">It holds a run already, or cannot be made.</exception>
    public static RunDirectory Create(string path, string configJson, bool restart = false)
    {
        if (!restart)
        {
            RunFiles.RefuseOccupied(path);
        }

        var held = Hold(path);
        try
        {
            held.Sign();
            if (restart)
            {
                RunFiles.RemoveAll(path);
            }
            else
            {
                RunFiles.RefuseOccupied(path);
                RunFiles.RemoveLeftovers(path);
            }

            // A run has a configuration, and one that has it has the record, too.
            SavedRecord.Write(path, updates: null);
            var run = new RunDirectory(path, held, configJson);
            run.WriteConfig();
            return run;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Opens the directory of a run to continue it; nothing is changed before <see cref="Continue"/>.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="configJson">The resolved configuration of now; keys that do not determine the run's numbers may have changed.</param>
    /// <exception cref="FileFormatException">Its <c>config.json</c> is of a format that this program does not read.</exception>
    /// <exception cref="RunDirectoryException">There is no run, another process holds it, or the configuration differs.</exception>
    public static RunDirectory Resume(string path, string configJson)
    {
        string config = RunConfigFile.Of(path);
        if (!File.Exists(config))
        {
            throw new RunDirectoryException($"{path} holds no run to resume; begin one with {SetOption.Of("run.resume=false")}.");
        }

        var held = Hold(path);
        try
        {
            if (Differences(config, configJson) is { Count: > 0 } differences)
            {
                throw new RunDirectoryException(
                    $"{path} was begun with another configuration: {string.Join(", ", differences)}; "
                        + "give these keys their old values, or begin a new run with --set run.name=NAME and run.resume=false."
                );
            }

            return new RunDirectory(path, held, configJson);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The updates of the newest checkpoint that was saved, as <c>saved.json</c> has it; null where it names none.</summary>
    public int? SavedUpdates => SavedRecord.Read(DirectoryPath)?.Updates;

    /// <summary>Whether a checkpoint was saved in this run, wherever it is now.</summary>
    /// <param name="numUpdates">How many updates its metrics have.</param>
    public bool HadCheckpoint(int numUpdates) =>
        SavedRecord.Read(DirectoryPath) is { } record
            ? record.Updates is not null
            // Earlier programs kept no record, and left a model after each checkpoint that ended a run.
            : Directory.Exists(ModelDirectory) || (CheckpointEvery() is > 0 and { } every && numUpdates > every);

    /// <summary>
    /// Begins to continue the run: writes its record and its <c>config.json</c> anew, and removes what is made again: completions of
    /// updates to come, and what was being written when it was killed.
    /// </summary>
    /// <param name="updates">Of the checkpoint that it goes on from; null: it begins anew.</param>
    public void Continue(int? updates)
    {
        held.Sign();
        if (SavedRecord.Read(DirectoryPath) is not { } record || record.Updates != updates)
        {
            SavedRecord.Write(DirectoryPath, updates);
        }

        WriteConfig();
        RunFiles.RemoveLeftovers(DirectoryPath);
        RemoveCompletionsFrom(updates ?? 0);
    }

    /// <summary>
    /// Refuses to write on where the directory may have another owner by now; to be called before anything is saved that replaces what is
    /// there.
    /// </summary>
    /// <exception cref="RunDirectoryException">Its lock was removed or replaced.</exception>
    public void RequireHeld()
    {
        if (!held.IsInPlace())
        {
            throw new RunDirectoryException(
                $"{Path.Combine(DirectoryPath, RunFiles.Lock)} was removed or replaced while the run went on, so that another process may "
                    + "have the directory; nothing more is saved: when none has it, continue with "
                    + $"{SetOption.Of("run.resume=true")}."
            );
        }
    }

    /// <summary>Records that the checkpoint after some updates is on disk, before it gets its name.</summary>
    /// <exception cref="RunDirectoryException">The directory is no longer held.</exception>
    public void RecordSaved(int updates)
    {
        RequireHeld();
        SavedRecord.Write(DirectoryPath, updates);
    }

    /// <summary>Removes the completions of update <paramref name="nextBatch"/> and later ones, which are about to be done again.</summary>
    public void RemoveCompletionsFrom(int nextBatch) => RolloutFiles.RemoveFrom(CompletionsDirectory, nextBatch);

    /// <summary>
    /// Removes the model that a run left when it was stopped: while it goes on, its checkpoints alone are its policy, and the end makes
    /// the model anew.
    /// </summary>
    public void RemoveModel() => AtomicDirectory.Remove(ModelDirectory);

    /// <summary>Lets other processes have the directory.</summary>
    public void Dispose() => held.Dispose();

    private void WriteConfig() => AtomicFile.WriteText(RunConfigFile.Of(DirectoryPath), configJson);

    private int? CheckpointEvery() =>
        ConfigKeys.Flatten(File.ReadAllText(RunConfigFile.Of(DirectoryPath))).TryGetValue("checkpoint.every", out string? every)
        && int.TryParse(every, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;

    private static IReadOnlyList<string> Differences(string configPath, string configJson)
    {
        try
        {
            string begun = File.ReadAllText(configPath);
            using (var json = JsonDocument.Parse(begun))
            {
                FileFormat.Configuration.Require(configPath, FileFormat.VersionOf(json.RootElement));
            }

            return ConfigKeys.Differences(begun, configJson);
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException)
        {
            throw new RunDirectoryException(
                $"{configPath} is damaged ({FileFault.Malformed(fault)}); put it back, or begin a new run with "
                    + $"{SetOption.Of("run.name=NAME")} and run.resume=false.",
                fault
            );
        }
    }

    private static HeldFile Hold(string path)
    {
        try
        {
            DurableFiles.CreateDirectory(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RunDirectoryException(
                $"{path} cannot be made ({FileFault.Reason(fault)}); choose another place with {SetOption.Of("run.directory=PLACE")}.",
                fault
            );
        }

        try
        {
            return HeldFile.Take(Path.Combine(path, RunFiles.Lock));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RunDirectoryException(
                fault is IOException && FileFault.IsInUse(fault)
                    ? $"{path} is in use by another process; wait for it, or choose another name with {SetOption.Of("run.name=NAME")}."
                    : $"{path} cannot be written ({FileFault.Reason(fault)}); choose another place with "
                        + $"{SetOption.Of("run.directory=PLACE")}.",
                fault
            );
        }
    }
}

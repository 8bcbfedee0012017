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

    private const string LockFile = "run.lock";
    private readonly FileStream held;

    private RunDirectory(string path, FileStream held, string configJson)
    {
        this.held = held;
        DirectoryPath = path;
        AtomicFile.WriteText(Path.Combine(path, RunConfigFile.FileName), configJson);
    }

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

    /// <summary>Makes the directory of a new run and writes its <c>config.json</c>.</summary>
    /// <param name="path">The directory; made where it does not exist.</param>
    /// <param name="configJson">The resolved configuration.</param>
    /// <exception cref="RunDirectoryException">It holds a run already, or cannot be made.</exception>
    public static RunDirectory Create(string path, string configJson)
    {
        RefuseOccupied(path);
        var held = Hold(path);
        try
        {
            RefuseOccupied(path);
            return new RunDirectory(path, held, configJson);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens the directory of a run to continue it, and writes its <c>config.json</c> anew: keys that do not determine its numbers may
    /// change.
    /// </summary>
    /// <param name="path">The directory.</param>
    /// <param name="configJson">The resolved configuration of now.</param>
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

    /// <summary>Removes the completions of update <paramref name="nextBatch"/> and later ones, which are about to be done again.</summary>
    public void RemoveCompletionsFrom(int nextBatch) => RolloutFiles.RemoveFrom(CompletionsDirectory, nextBatch);

    /// <summary>
    /// Removes the model that a run left when it was stopped: while it goes on, its checkpoints alone are its policy, and the end makes
    /// the model anew.
    /// </summary>
    public void RemoveModel()
    {
        if (Directory.Exists(ModelDirectory))
        {
            Directory.Delete(ModelDirectory, recursive: true);
        }
    }

    /// <summary>Lets other processes have the directory.</summary>
    public void Dispose() => held.Dispose();

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
                $"{configPath} is damaged ({FileFault.Malformed(fault)}); begin a new run with {SetOption.Of("run.name=NAME")}.",
                fault
            );
        }
    }

    /// <summary>Refuses a directory that holds anything.</summary>
    /// <exception cref="RunDirectoryException">It does.</exception>
    public static void RefuseOccupied(string path)
    {
        if (File.Exists(path))
        {
            throw new RunDirectoryException($"{path} is a file; choose another place with --set run.directory=PLACE or run.name=NAME.");
        }

        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any(entry => Path.GetFileName(entry) != LockFile))
        {
            throw new RunDirectoryException(
                $"{path} already holds a run; begin another with {SetOption.Of("run.name=NAME")}, or continue this one with "
                    + $"{SetOption.Of("run.resume=true")}."
            );
        }
    }

    private static FileStream Hold(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
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
            return new FileStream(Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
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

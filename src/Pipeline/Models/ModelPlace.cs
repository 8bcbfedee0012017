using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Models;

/// <summary>
/// The model that a path means: a run's (its trained model, or while it has not done all updates its newest checkpoint), a checkpoint, or
/// a model directory. Every command that takes a model decides by this and says what was decided.
/// </summary>
internal sealed record ModelPlace
{
    private const string WeightsOfCheckpoint = "policy";

    /// <summary>In words, e.g. <c>runs/x, checkpoint after 20 of 40 updates</c>.</summary>
    public required string Description { get; init; }

    /// <summary>Where weights and tokenizer lie.</summary>
    public required ModelConfig Model { get; init; }

    /// <summary>How it is asked: as it was trained; of a model directory, by its own chat template.</summary>
    public required PromptConfig Prompt { get; init; }

    /// <summary>How it was sampled.</summary>
    public required GenerationDefaults Generation { get; init; }

    /// <summary>The directory of the run that it belongs to; null where it belongs to none.</summary>
    public string? Run { get; init; }

    /// <summary>What a path means that names a model.</summary>
    /// <param name="path">As the user typed it.</param>
    /// <param name="warn">Takes a line for each checkpoint that is damaged and passed over.</param>
    /// <exception cref="UsageException">It names none; the message says what there is.</exception>
    /// <exception cref="ModelFileException">The model directory or the checkpoint is damaged.</exception>
    /// <exception cref="ConfigException">The run's configuration cannot be read.</exception>
    public static ModelPlace Find(string path, Action<string> warn)
    {
        string named = Path.TrimEndingDirectorySeparator(path);
        if (HubPlace.Find(named, HubKind.Model) is { } cached)
        {
            return OfHub(cached);
        }

        string trimmed = Directory.Exists(named) ? named : CheckpointOfNumber(named) ?? throw new UsageException(Nothing(named));
        string parent = Path.GetDirectoryName(Path.GetFullPath(trimmed)) is { } full ? Shown(full, trimmed) : ".";
        if (RunConfigFile.IsIn(trimmed))
        {
            return OfRun(trimmed, warn)
                ?? throw new UsageException($"{trimmed} has neither a checkpoint nor a trained model; continue it, or name another run.");
        }

        if (CheckpointStore.IsCheckpoint(trimmed))
        {
            return OfCheckpoint(trimmed, trimmed);
        }

        if (Path.GetFileName(trimmed) == WeightsOfCheckpoint && CheckpointStore.IsCheckpoint(parent))
        {
            return OfCheckpoint(parent, trimmed);
        }

        if (!ModelSource.IsIn(trimmed))
        {
            throw new UsageException(NoModelIn(trimmed));
        }

        return Path.GetFileName(trimmed) == RunDirectory.ModelName && RunConfigFile.IsIn(parent)
            ? Of(parent, RunConfigFile.Read(parent), trimmed, $"{trimmed}, the model that the run {parent} left")
            : OfDirectory(trimmed);
    }

    /// <summary>
    /// The model of the run of a pipeline file; where there is none yet, the one that the run would start from, which the description
    /// says.
    /// </summary>
    /// <exception cref="ModelFileException">The checkpoint is damaged.</exception>
    /// <exception cref="ConfigException">The run's configuration cannot be read.</exception>
    public static ModelPlace OfPipeline(PipelineConfig config, Action<string> warn)
    {
        string run = Path.Combine(config.Run.Directory, config.Run.Name);
        bool isRun = RunConfigFile.IsIn(run);
        if (isRun && OfRun(run, warn) is { } trained)
        {
            return trained;
        }

        string model = RunDirectory.ModelOf(run);
        if (!isRun && ModelSource.IsIn(model))
        {
            return Of(run, config, model, $"{model}, the run's trained model");
        }

        if (HubPlace.MissingModel(config.Model.Path) is { } missing)
        {
            throw new UsageException(missing);
        }

        string shown = HubPlaces.Shown(config, config.Model.Path);
        string start = config.Model.RandomInitialization ? $"random weights as {shown} describes" : shown;
        string why = isRun ? $"the run {run} has neither a checkpoint nor a trained model yet" : $"there is no run {run} yet";
        return new ModelPlace
        {
            Description = $"{start}, which is not trained: {why}",
            Model = config.Model,
            Prompt = config.Prompt,
            Generation = GenerationOf(config),
        };
    }

    /// <summary>The model for a configuration that says all else: a directory without a tokenizer takes the configured one.</summary>
    public PipelineConfig In(PipelineConfig config) =>
        config with
        {
            Model = config.Model with
            {
                Path = Model.Path,
                TokenizerPath = RunModels.HasTokenizer(RunModels.TokenizerDirectory(Model))
                    ? Model.TokenizerPath
                    : RunModels.TokenizerDirectory(config.Model),
                RandomInitialization = Model.RandomInitialization,
                Lora = Model.Lora,
            },
        };

    private static ModelPlace? OfRun(string run, Action<string> warn)
    {
        var config = RunConfigFile.Read(run);
        string model = RunDirectory.ModelOf(run);
        bool hasModel = ModelSource.IsIn(model);
        string checkpoints = RunDirectory.CheckpointsOf(run);
        var said = new HashSet<string>();

        // The weights are read to the last byte only where they are the model.
        var newest = CheckpointStore.Newest(checkpoints, WarnOnce, isHashed: _ => false);
        if (IsPolicy(newest))
        {
            newest = CheckpointStore.Newest(checkpoints, WarnOnce);
        }

        return IsPolicy(newest) ? Of(run, config, newest)
            : !hasModel ? null
            : newest is null ? Of(run, config, model, $"{run}, its model; how many updates it had is not known without a checkpoint")
            : Of(run, config, model, $"{run}, trained by all {Updates(config.Run.Updates)}");

        bool IsPolicy([NotNullWhen(true)] Checkpoint? found) =>
            found is not null && (found.State.NextBatch < config.Run.Updates || !hasModel);

        void WarnOnce(string line)
        {
            if (said.Add(line))
            {
                warn(line);
            }
        }
    }

    private static ModelPlace OfCheckpoint(string checkpoint, string named)
    {
        string run = Shown(Path.GetFullPath(Path.Combine(checkpoint, "..", "..")), named);
        return RunConfigFile.IsIn(run)
            ? Of(run, RunConfigFile.Read(run), CheckpointStore.Require(checkpoint))
            : throw new UsageException(
                $"{checkpoint} is a checkpoint outside of its run, which alone knows tokenizer and prompt; put it back into "
                    + "runs/NAME/checkpoints, or name the run."
            );
    }

    private static ModelPlace Of(string run, PipelineConfig config, Checkpoint checkpoint)
    {
        string tokenizer = RunModels.TokenizerDirectory(config.Model);
        string beside = RunDirectory.ModelOf(run);
        string after = string.Create(CultureInfo.InvariantCulture, $"{checkpoint.State.NextBatch} of {Updates(config.Run.Updates)}");
        return Of(run, config, checkpoint.WeightsDirectory, $"{run}, checkpoint after {after}") with
        {
            Model = config.Model with
            {
                Path = checkpoint.WeightsDirectory,
                TokenizerPath = RunModels.HasTokenizer(tokenizer) || !RunModels.HasTokenizer(beside) ? tokenizer : beside,
                RandomInitialization = false,
            },
        };
    }

    private static ModelPlace Of(string run, PipelineConfig config, string directory, string description) =>
        new()
        {
            Description = description,
            Model = config.Model with { Path = directory, TokenizerPath = "", RandomInitialization = false },
            Prompt = config.Prompt,
            Generation = GenerationOf(config),
            Run = RunConfigFile.IsIn(run) ? run : null,
        };

    /// <summary>A model in the hub's cache, of which another program may have fetched a part.</summary>
    private static ModelPlace OfHub(HubPlace.Found cached)
    {
        bool isWhole = ModelSource.IsIn(cached.Path) && Directory.EnumerateFiles(cached.Path, "*.safetensors").Any(File.Exists);
        return isWhole
            ? OfDirectory(cached.Path) with
            {
                Description = $"{cached.Name}, in the hub's cache",
            }
            : throw new UsageException($"The hub's cache has {cached.Name} without its weights{HubPlace.Completing(cached.Path)}");
    }

    private static ModelPlace OfDirectory(string directory) =>
        new()
        {
            Description = directory,
            Model = new ModelConfig { Path = directory },
            Prompt = new PromptConfig { Template = "none" },
            Generation = GenerationConfigFile.Read(directory),
        };

    private static GenerationDefaults GenerationOf(PipelineConfig config) =>
        new(config.Rollout.Temperature, config.Rollout.MaxNewTokens) { Restriction = SettingsMap.Restriction(config.Rollout) };

    private static string Updates(int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "update" : "updates")}");

    /// <summary><c>runs/x/checkpoints/20</c> means the checkpoint after 20 updates.</summary>
    private static string? CheckpointOfNumber(string path) =>
        Path.GetDirectoryName(path) is { Length: > 0 } parent && CheckpointStore.Named(parent, Path.GetFileName(path)) is { } checkpoint
            ? checkpoint
            : null;

    /// <summary>An absolute path as the user would write it, who wrote <paramref name="named"/>.</summary>
    private static string Shown(string full, string named)
    {
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), full);
        return Path.IsPathRooted(named) ? full : relative;
    }

    private static string Nothing(string path)
    {
        if (File.Exists(path))
        {
            return $"{path} is a file; name a run such as runs/default, one of its checkpoints, or a model directory.";
        }

        if (HubPlace.MissingModel(path) is { } missing)
        {
            return missing;
        }

        string parent = Path.GetDirectoryName(path) is { Length: > 0 } stated ? stated : ".";
        return NearFile.Of(path) is null && ModelsIn(parent) is { Length: > 0 } beside
            ? $"{path}: no such run, checkpoint or model directory; in {parent} there are {string.Join(", ", beside)}."
            : $"{path}: no such run, checkpoint or model directory{NearFile.Hint(path)}";
    }

    private static string NoModelIn(string directory)
    {
        string[] inside = ModelsIn(directory);
        return inside.Length > 0
            ? $"{directory} is no run, checkpoint or model itself; name one in it: {string.Join(", ", inside)}."
            : $"{directory} holds no run, no checkpoint and no model ({HfConfigFile.FileName} is missing); name a run such as runs/x, "
                + "one of its checkpoints, or the directory of a model or an adapter.";
    }

    private static string[] ModelsIn(string directory) =>
        Directory.Exists(directory)
            ?
            [
                .. Directory
                    .EnumerateDirectories(directory)
                    .Where(entry => File.Exists(RunConfigFile.Of(entry)) || CheckpointStore.IsCheckpoint(entry))
                    .Select(entry => Path.GetFileName(entry))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
}

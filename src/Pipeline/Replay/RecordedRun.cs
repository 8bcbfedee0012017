using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Replay;

/// <summary>What a run left of its updates: configuration, lines, rows and checkpoints. It is only read.</summary>
internal sealed class RecordedRun
{
    private RecordedRun(string directory, StepLine[] lines) => (DirectoryPath, Lines) = (directory, lines);

    public string DirectoryPath { get; }

    /// <summary>Of <c>metrics.jsonl</c>, a line an update.</summary>
    public StepLine[] Lines { get; }

    /// <summary>Where the lines are.</summary>
    public string MetricsPath => Path.Combine(DirectoryPath, MetricsWriter.UpdatesFile);

    /// <summary>The text of its <c>config.json</c>.</summary>
    public string ConfigText => File.ReadAllText(RunConfigFile.Of(DirectoryPath));

    /// <summary>Opens a run's directory, of a run that has ended, goes on or was stopped.</summary>
    /// <exception cref="UsageException">It is none, or has no update yet.</exception>
    /// <exception cref="FileFormatException">A line is of a version that is not read.</exception>
    public static RecordedRun Open(string directory)
    {
        string path = Path.TrimEndingDirectorySeparator(directory);
        if (!RunConfigFile.IsIn(path))
        {
            throw new UsageException(
                $"{path} is no run's directory: it has no {RunConfigFile.FileName} of a run; name one, e.g. runs/default."
            );
        }

        var lines = StepLines.Read(Path.Combine(path, MetricsWriter.UpdatesFile));
        return lines.Length > 0
            ? new RecordedRun(path, lines)
            : throw new UsageException($"{path} has no line of an update in its {MetricsWriter.UpdatesFile}; name a run that has one.");
    }

    /// <summary>Its configuration.</summary>
    /// <exception cref="ConfigException">It has faults, or is of a format that this program does not read.</exception>
    public PipelineConfig ReadConfig() => RunConfigFile.Read(DirectoryPath);

    /// <summary>An update's line.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public StepLine LineOf(int step) =>
        Array.Find(Lines, line => line.Step == step)
        ?? throw new UsageException($"{MetricsPath} has no step {step}; it has the steps {Lines[0].Step} to {Lines[^1].Step}.");

    /// <summary>The file of an update's completions; null where there is none.</summary>
    public string? CompletionsOf(int step) => RolloutFiles.Find(RunDirectory.CompletionsOf(DirectoryPath), step);

    /// <summary>All rows of an update.</summary>
    /// <exception cref="UsageException">There is no file of it.</exception>
    /// <exception cref="DataException">It is damaged.</exception>
    public async Task<IReadOnlyList<RecordedCompletion>> RowsOfAsync(int step, CancellationToken cancel)
    {
        string path =
            CompletionsOf(step)
            ?? throw new UsageException(
                $"{RolloutFiles.PathOf(RunDirectory.CompletionsOf(DirectoryPath), step)} does not exist, and the update is made from it; "
                    + "put it back, or name another step."
            );
        var rows = new List<RecordedCompletion>();
        await foreach (var row in RecordedCompletions.ReadAsync(path, cancel))
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>The newest whole checkpoint from which an update can be made; null where there is none.</summary>
    /// <param name="step">The update: checkpoints after at most so many updates will do.</param>
    /// <param name="warn">Receives a line for each checkpoint that is passed over.</param>
    public Checkpoint? CheckpointBefore(int step, Action<string> warn)
    {
        string directory = RunDirectory.CheckpointsOf(DirectoryPath);
        for (int updates = step; updates > 0; updates--)
        {
            if (
                CheckpointStore.Named(directory, FormattableString.Invariant($"{updates}")) is { } path
                && CheckpointStore.Whole(path, warn) is { } whole
            )
            {
                return whole;
            }
        }

        return null;
    }
}

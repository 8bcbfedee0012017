using System.Text.Json;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Browse;

/// <summary>What a run is doing.</summary>
internal enum RunState
{
    /// <summary>A process trains it.</summary>
    Running,

    /// <summary>All its updates are done.</summary>
    Finished,

    /// <summary>Neither.</summary>
    Interrupted,
}

/// <summary>
/// A run that is looked at, from the files in its directory; nothing there is changed. What is read is kept, and <see cref="Refresh"/>
/// reads what is new. Users hold <see cref="Gate"/> meanwhile.
/// </summary>
/// <param name="id">Names the run in addresses; no other has it.</param>
/// <param name="title">Names it for people.</param>
/// <param name="directory">Its directory, as the user would write it.</param>
internal sealed class BrowsedRun(string id, string title, string directory)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly long Instance = DateTime.UtcNow.Ticks;
    private readonly string config = RunConfigFile.Of(directory);
    private long refreshed = -1;
    private DateTime configTime;

    public string Id => id;
    public string Title => title;
    public string Directory { get; } = directory;

    /// <summary>The run's name, which its directory has.</summary>
    public string Name { get; } = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));

    /// <summary>Held by whoever reads or refreshes.</summary>
    public Lock Gate { get; } = new();

    public RunKeys Keys { get; private set; } = RunKeys.Read(directory);
    public MetricColumns Updates { get; } = new(Path.Combine(directory, MetricsWriter.UpdatesFile));
    public EvaluationLines Evaluations { get; } = new(Path.Combine(directory, MetricsWriter.EvaluationsFile));
    public RunState State { get; private set; } = RunState.Interrupted;

    /// <summary>Changes where what was read is no longer so; no two processes have the same.</summary>
    public string Revision => FormattableString.Invariant($"{Instance:x}.{Updates.Revision}.{Evaluations.Revision}");

    /// <summary>How many updates the configuration asks for; null where it does not say.</summary>
    public long? UpdatesOf => Keys.Whole("run.updates");

    /// <summary>
    /// Reads what is new, at most twice a second; what the trainer does last is looked at first. So a run whose lock is free has its last
    /// line, and an evaluation the line of its update.
    /// </summary>
    public void Refresh()
    {
        if (refreshed >= 0 && Environment.TickCount64 - refreshed < Pause.TotalMilliseconds)
        {
            return;
        }

        refreshed = Environment.TickCount64;
        bool isHeld = RunLock.IsHeld(Directory);
        Evaluations.Refresh();
        Updates.Refresh();
        var time = File.GetLastWriteTimeUtc(config);
        if (time != configTime)
        {
            (configTime, Keys) = (time, RunKeys.Read(Directory));
        }

        State =
            isHeld ? RunState.Running
            : UpdatesOf is { } all && Updates.Steps.Count >= all ? RunState.Finished
            : RunState.Interrupted;
    }

    /// <summary>The members of the run's entry in the list of runs.</summary>
    public void WriteEntry(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteString("name", Name);
        json.WriteString("title", Title);
        json.WriteString("directory", Directory);
        json.WriteString("state", NameOf(State));
        json.Time("began", Began());
        json.Time("changed", Changed());
        json.WriteNumber("updates", Updates.Steps.Count);
        json.Number("updatesOf", UpdatesOf);
        json.WriteNumber("evaluations", Evaluations.Count);
        json.WriteNumber("groups", Groups);
        json.WriteString("model", Keys.Text("model.path"));
        json.WriteString("train", Keys.Text("data.train.path"));
        json.WriteString("test", Keys.Text("data.test.path"));
        json.Number("seed", Keys.Whole("run.seed"));
        json.WriteString("version", Keys.Text(Files.ProgramVersion.JsonKey));
        json.Number("accuracyBefore", Evaluations.AccuracyAfter(0));
        json.Number("accuracyAfter", Updates.Steps.Count > 0 ? Evaluations.AccuracyAfter(Updates.Steps[^1] + 1) : null);
        json.WriteString("fault", Keys.Fault ?? Updates.Fault);
    }

    /// <summary>The run's entry in the list of states.</summary>
    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("state", NameOf(State));
        json.WriteNumber("updates", Updates.Steps.Count);
        json.WriteNumber("evaluations", Evaluations.Count);
        json.WriteNumber("groups", Groups);
        json.WriteString("revision", Revision);
        json.WriteEndObject();
    }

    private long Groups => Updates.Questions.Count == 0 ? 0 : (long)Updates.Questions[^1];

    private static string NameOf(RunState state) =>
        state switch
        {
            RunState.Running => "running",
            RunState.Finished => "finished",
            _ => "interrupted",
        };

    private DateTimeOffset? Began() =>
        System.IO.Directory.Exists(Directory) ? System.IO.Directory.GetCreationTimeUtc(Directory) : (DateTimeOffset?)null;

    private DateTimeOffset? Changed()
    {
        DateTime[] times =
        [
            .. new[] { RunConfigFile.FileName, MetricsWriter.UpdatesFile, MetricsWriter.EvaluationsFile }
                .Select(name => Path.Combine(Directory, name))
                .Where(File.Exists)
                .Select(File.GetLastWriteTimeUtc),
        ];
        return times.Length == 0 ? null : times.Max();
    }
}

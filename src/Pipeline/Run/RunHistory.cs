using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Run;

/// <summary>Which updates of a run are recorded, by a line of its metrics and a whole file of its completions each.</summary>
internal sealed class RunHistory
{
    private const int Shown = 3;
    private readonly string metricsPath;
    private readonly string completions;
    private readonly Dictionary<int, long?> questions = [];

    private RunHistory(string runDirectory)
    {
        metricsPath = Path.Combine(runDirectory, MetricsWriter.UpdatesFile);
        completions = RunDirectory.CompletionsOf(runDirectory);
        foreach (var line in StepLines.Read(metricsPath))
        {
            questions[line.Step] = line.Values["questions"] is JsonValue value && value.TryGetValue(out long count) ? count : null;
        }

        while (questions.ContainsKey(Complete) && RolloutFiles.IsWhole(completions, Complete))
        {
            Complete++;
        }
    }

    /// <summary>How many updates have a line of metrics.</summary>
    public int NumUpdates => questions.Count;

    /// <summary>So many updates, from the first on, are recorded without a gap.</summary>
    public int Complete { get; }

    /// <summary>Reads what a run directory has.</summary>
    public static RunHistory Read(string runDirectory) => new(runDirectory);

    /// <summary>The questions that the updates before one asked; null where a line does not say.</summary>
    public long? QuestionsBefore(int updates) =>
        Enumerable.Range(0, updates).Aggregate((long?)0, (sum, step) => sum + questions.GetValueOrDefault(step));

    /// <summary>The updates before one that are not recorded, with the files that they are missing from.</summary>
    public string MissingBefore(int updates)
    {
        int[] steps = [.. Enumerable.Range(0, updates)];
        int[] lines = [.. steps.Where(step => !questions.ContainsKey(step))];
        int[] files = [.. steps.Where(step => !RolloutFiles.IsWhole(completions, step))];
        return string.Join(
            ", and ",
            new[]
            {
                lines.Length == 0 ? "" : $"{metricsPath} lacks the {Lines(lines.Length)} of {Steps(lines)}",
                files.Length == 0 ? "" : string.Join(", ", files.Take(Shown).Select(File)) + More(files.Length),
            }.Where(text => text.Length > 0)
        );
    }

    private static string Lines(int count) => count == 1 ? "line" : "lines";

    private static string Steps(int[] steps) =>
        string.Create(CultureInfo.InvariantCulture, $"{(steps.Length == 1 ? "step" : "steps")} {string.Join(", ", steps.Take(Shown))}")
        + More(steps.Length);

    private static string More(int count) => count > Shown ? $" and {count - Shown} more" : "";

    private string File(int step) =>
        RolloutFiles.Find(completions, step) is { } damaged
            ? $"{damaged} is damaged"
            : $"{RolloutFiles.PathOf(completions, step)} is missing";
}

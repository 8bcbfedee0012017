using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;

namespace Cppo.Chaos.Runs;

/// <summary>What a run directory holds but for times: all that an interrupted run must share with one that was left alone.</summary>
internal sealed record RunContent
{
    /// <summary>Parts of the names of metrics that tell times and memory.</summary>
    private static readonly string[] Timed = ["seconds", "per_second", "busy_spans", "overlap_share", "working_set", "_bytes"];

    /// <summary>Keys of <c>config.json</c> under <c>run</c> that say how a run was started.</summary>
    private static readonly string[] Starting = ["resume", "restart", "directory"];

    /// <summary>What a checkpoint's <c>state.json</c> says beside the time and the digests of files that hold times.</summary>
    private static readonly string[] StateKeys = ["formatVersion", "nextBatch", "nextOrdinal", "oldestPolicyVersion", "seed", "configHash"];

    private const string UpdatesFile = "metrics.jsonl";

    /// <summary>The lines of <c>metrics.jsonl</c>, without times.</summary>
    public required IReadOnlyList<StepText> Updates { get; init; }

    /// <summary>The lines of <c>evaluations.jsonl</c>.</summary>
    public required IReadOnlyList<StepText> Evaluations { get; init; }

    /// <summary>The rows of the completions, without times.</summary>
    public required IReadOnlyList<StepText> Rows { get; init; }

    /// <summary>Digest of each file of the model, and of each of the newest checkpoint but its <c>state.json</c>, by its path.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>Updates, ordinal of the next question and configuration's hash of the newest checkpoint, and the configuration.</summary>
    public required string State { get; init; }

    /// <summary>Names in the run's directory that a run does not leave, and files that are being written.</summary>
    public required IReadOnlyList<string> Leftovers { get; init; }

    /// <summary>What is malformed.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>Reads a run directory, in which nothing needs to be whole.</summary>
    public static RunContent Read(string run)
    {
        var faults = new List<string>();
        string newest = NewestCheckpoint(run) is { } step ? StepDirectory(step) : "none";
        return new RunContent
        {
            Updates = Lines(Path.Combine(run, UpdatesFile), faults),
            Evaluations = Lines(Path.Combine(run, "evaluations.jsonl"), faults),
            Rows = RowsOf(Path.Combine(run, "completions"), faults),
            Files = FileTree
                .Read(run)
                .Where(entry =>
                    entry.Key.StartsWith("model/", StringComparison.Ordinal)
                    || (
                        entry.Key.StartsWith($"checkpoints/{newest}/", StringComparison.Ordinal)
                        && !entry.Key.EndsWith("/state.json", StringComparison.Ordinal)
                    )
                )
                .ToDictionary(),
            State = $"{StateOf(Path.Combine(run, "checkpoints", newest, "state.json"))} {ConfigOf(Path.Combine(run, "config.json"))}",
            Leftovers = LeftoversIn(run),
            Faults = faults,
        };
    }

    /// <summary>The lines of <c>metrics.jsonl</c> that are whole, of a run that may be damaged.</summary>
    public static IReadOnlyList<StepText> UpdatesOf(string run) => Lines(Path.Combine(run, UpdatesFile), []);

    /// <summary>The most updates that a checkpoint under its final name stands for; null where there is none.</summary>
    public static int? NewestCheckpoint(string run)
    {
        string checkpoints = Path.Combine(run, "checkpoints");
        int[] steps =
        [
            .. (Directory.Exists(checkpoints) ? Directory.GetDirectories(checkpoints) : [])
                .Select(path => Path.GetFileName(path))
                .Where(name => name.StartsWith("step-", StringComparison.Ordinal))
                .Select(name => int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int step) ? step : -1),
        ];
        return steps.Where(step => step >= 0).Select(step => (int?)step).Max();
    }

    /// <summary>The name of a checkpoint.</summary>
    public static string StepDirectory(int step) => string.Create(CultureInfo.InvariantCulture, $"step-{step:D6}");

    private static StepText[] Lines(string path, List<string> faults)
    {
        var lines = new List<StepText>();
        foreach (string text in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            try
            {
                var line = JsonNode.Parse(text)!.AsObject();
                foreach (
                    string key in line.Select(value => value.Key)
                        .Where(key => Timed.Any(part => key.Contains(part, StringComparison.Ordinal)))
                        .ToArray()
                )
                {
                    line.Remove(key);
                }

                lines.Add(new StepText((int)line["step"]!, line.ToJsonString(), text));
            }
            catch (Exception fault)
                when (fault is JsonException or InvalidOperationException or NullReferenceException or FormatException or ArgumentException)
            {
                faults.Add($"a line of {Path.GetFileName(path)} is none: {text[..Math.Min(text.Length, 40)]}");
            }
        }

        return [.. lines];
    }

    private static StepText[] RowsOf(string completions, List<string> faults)
    {
        var rows = new List<StepText>();
        string[] files = Directory.Exists(completions) ? Directory.GetFiles(completions, "*.parquet") : [];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            try
            {
                int step = int.Parse(Path.GetFileNameWithoutExtension(file).AsSpan(5), CultureInfo.InvariantCulture);
                rows.AddRange(RowTexts.Read(file).Select(row => new StepText(step, row, row)));
            }
            catch (Exception fault) when (fault is DuckDBException or FormatException)
            {
                faults.Add($"{Path.GetFileName(file)} cannot be read: {fault.Message.Split('\n')[0]}");
            }
        }

        return [.. rows];
    }

    private static string StateOf(string path)
    {
        if (!File.Exists(path))
        {
            return "no checkpoint";
        }

        var state = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        return string.Join(' ', StateKeys.Select(key => $"{key}={state[key]?.ToJsonString()}"));
    }

    private static string ConfigOf(string path)
    {
        if (!File.Exists(path))
        {
            return "no configuration";
        }

        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        foreach (string key in Starting)
        {
            config["run"]?.AsObject().Remove(key);
        }

        return config.ToJsonString();
    }

    private static string[] LeftoversIn(string run)
    {
        string[] known =
        [
            "config.json",
            "saved.json",
            "metrics.jsonl",
            "evaluations.jsonl",
            "completions",
            "checkpoints",
            "model",
            "report.html",
        ];
        return
        [
            .. FileTree
                .Read(run)
                .Keys.Where(path =>
                    path.Contains(".tmp", StringComparison.Ordinal)
                    || (!path.Contains('/', StringComparison.Ordinal) && !known.Contains(path))
                ),
        ];
    }
}

/// <summary>A line or a row of a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Text">All of it but times.</param>
/// <param name="Whole">As it stands.</param>
internal sealed record StepText(int Step, string Text, string Whole);

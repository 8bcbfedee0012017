using System.Globalization;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Run;

/// <summary>Groups of some steps for the report, from the completions' Parquet files.</summary>
internal static class ReportSample
{
    private const int GroupsPerStep = 4;

    private static readonly string[] Columns =
    [
        "question",
        "answer",
        "completion_index",
        "completion",
        "reward",
        "reward_reason",
        "advantage",
        "drop_reason",
        "num_tokens",
    ];

    /// <summary>The first groups of each step; a step whose file is not there, or not whole, has none.</summary>
    /// <param name="runDirectory">The run's.</param>
    /// <param name="steps">Which.</param>
    /// <param name="warn">Receives a line for each file that is damaged otherwise, which then has none; null: that is an exception.</param>
    /// <exception cref="DataException">A file is damaged, and nobody is warned.</exception>
    public static IEnumerable<ReportedGroup> Read(string runDirectory, IReadOnlyList<int> steps, Action<string>? warn = null) =>
        from step in steps
        let completions = RunDirectory.CompletionsOf(runDirectory)
        where RolloutFiles.IsWhole(completions, step)
        let path = RolloutFiles.Find(completions, step)
        from reported in FirstGroups(path, step, warn)
        select reported;

    private static ReportedGroup[] FirstGroups(string path, int step, Action<string>? warn)
    {
        try
        {
            return [.. Groups(path, step).Take(GroupsPerStep)];
        }
        catch (DataException damaged) when (warn is not null)
        {
            warn($"warning: the report lacks step {step}: {damaged.Message}");
            return [];
        }
    }

    private static IEnumerable<ReportedGroup> Groups(string path, int step)
    {
        ReportedGroup? group = null;
        var completions = new List<ReportedCompletion>();
        foreach (var row in ParquetRows.ReadAsync(path, path, Columns, CancellationToken.None).ToBlockingEnumerable())
        {
            // A group's completions follow each other from index 0.
            if (row.Values[2] == "0" && group is not null)
            {
                yield return group;
                group = null;
            }

            if (group is null)
            {
                group = new ReportedGroup(step, Text(row, 0), Text(row, 1), completions = []);
            }

            completions.Add(
                new ReportedCompletion(Text(row, 3), Number(row, 4), Text(row, 5), Number(row, 6), Fate(row.Values[7]), (int)Number(row, 8))
            );
        }

        if (group is not null)
        {
            yield return group;
        }
    }

    private static string Fate(string? dropReason) => dropReason?.Replace('_', ' ') ?? "kept";

    private static string Text(DataRow row, int column) => row.Values[column] ?? "";

    private static double Number(DataRow row, int column) =>
        double.TryParse(row.Values[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;
}

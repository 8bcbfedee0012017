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
    /// <exception cref="DataException">A file is damaged otherwise.</exception>
    public static IEnumerable<ReportedGroup> Read(string runDirectory, IReadOnlyList<int> steps) =>
        from step in steps
        let completions = RunDirectory.CompletionsOf(runDirectory)
        where RolloutFiles.IsWhole(completions, step)
        let path = RolloutFiles.Find(completions, step)
        from reported in Groups(path, step).Take(GroupsPerStep)
        select reported;

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

using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Sinks;

namespace Cppo.Pipeline.Browse;

/// <summary>The groups of an update from its Parquet file, one after another.</summary>
internal static class RecordedGroups
{
    /// <summary>Reads them; a group's completions follow each other from index 0.</summary>
    /// <exception cref="Data.DataException">The file is damaged, or holds no completions of a run.</exception>
    public static IEnumerable<BrowsedGroup> Read(string path, int step, CancellationToken cancel)
    {
        var rows = new List<RecordedCompletion>();
        int place = 0;
        foreach (var row in RecordedCompletions.ReadAsync(path, cancel).ToBlockingEnumerable(cancel))
        {
            if (row.Index == 0 && rows.Count > 0)
            {
                yield return Group(rows, step, place++);
                rows.Clear();
            }

            rows.Add(row);
        }

        if (rows.Count > 0)
        {
            yield return Group(rows, step, place);
        }
    }

    private static BrowsedGroup Group(List<RecordedCompletion> rows, int step, int place)
    {
        var first = rows[0];
        return new BrowsedGroup
        {
            Step = step,
            Place = place,
            PolicyVersion = (int)first.Number("policy_version"),
            QuestionId = first.QuestionId,
            Question = first["question"] ?? "",
            Answer = first["answer"] ?? "",
            Prompt = first["prompt"] ?? "",
            GeneratedAt = null,
            Mean = first.Number("group_mean"),
            Std = first.Number("group_std"),
            Completions = [.. rows.Select(Completion)],
        };
    }

    private static BrowsedCompletion Completion(RecordedCompletion row) =>
        new()
        {
            Index = row.Index,
            Text = row["completion"] ?? "",
            TokenIds = row.TokenIds,
            Logprobs = row.Logprobs,
            FinishReason = row["finish_reason"] ?? "",
            Rewards =
            [
                .. row
                    .Columns.OrderBy(column => column.Value)
                    .Where(column => RewardColumn.NameOf(column.Key) is not null)
                    .Select(column => (RewardColumn.NameOf(column.Key)!, row.Number(column.Key))),
            ],
            Reward = row.Number("reward"),
            Correct = row["correct"] is { } correct ? correct == "true" : null,
            RewardReason = row["reward_reason"] ?? "",
            ExtractedAnswer = row["extracted_answer"] ?? "",
            Advantage = row.Number("advantage"),
            Fate = GroupFates.Of(row.IsKept, row["drop_reason"]),
            Device = row["device"] ?? "",
            MicroBatch = row["micro_batch"] is null ? null : (int)row.Number("micro_batch"),
        };
}

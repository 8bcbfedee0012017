using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Files;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.CustomRewards;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Rewards;
using Cppo.Stages;

namespace Cppo.Pipeline.Scoring;

/// <summary>
/// Scores rows of completions on all cores: each comes back with <c>line</c>, <c>reward</c>, <c>reward_NAME</c> for each reward,
/// <c>reward_reason</c>, <c>extracted_answer</c> and <c>correct</c> added, in the order of the input.
/// </summary>
/// <param name="settings">The rewards and their weights.</param>
/// <param name="rewards">The same rewards, with those of the user's own.</param>
/// <param name="completionColumn">Column with the completion's text.</param>
/// <param name="answerColumn">Column with the gold answer, a text or a number.</param>
internal sealed class CompletionScorer(RewardSettings settings, RewardScorer rewards, string completionColumn, string answerColumn)
{
    /// <summary>So many rows that cannot be scored at the start of a file mean that the columns are wrong.</summary>
    private const int MaxFaultsAtStart = 100;

    /// <summary>So many of them are reported then, as they are alike.</summary>
    private const int FaultsShown = 3;

    private double sumOfRewards;

    private sealed record Scored<T>(T? Output, double Reward, bool IsCorrect, string? Fault);

    /// <summary>A row with the rewards of the program; null rewards where it cannot be scored.</summary>
    private sealed record Judged(RawRow Raw, CompletionRow Row, RewardGroup? Group, CompletionReward? Reward, string? Fault);

    public long NumScored { get; private set; }

    /// <summary>Completions whose answer is right.</summary>
    public long NumCorrect { get; private set; }

    /// <summary>Rows that could not be scored.</summary>
    public long NumFaults { get; private set; }

    public double MeanReward => NumScored == 0 ? 0 : sumOfRewards / NumScored;

    /// <summary>The columns of a scored table: the input's and those that scoring adds, which replace any of the same name.</summary>
    public IReadOnlyList<TableColumn> Columns(IReadOnlyList<TableColumn> input)
    {
        var columns = new TableColumns();
        TableColumn[] parts = [.. settings.Rewards.Select(part => new TableColumn(RewardColumn.Of(part.Name), ColumnKind.Number))];
        TableColumn[] added =
        [
            new("line", ColumnKind.Integer),
            new("reward", ColumnKind.Number),
            .. parts,
            new("reward_reason", ColumnKind.Text),
            new("extracted_answer", ColumnKind.Text),
            new("correct", ColumnKind.Boolean),
        ];
        foreach (var column in input.Concat(added))
        {
            columns.Set(column);
        }

        return columns.All;
    }

    /// <summary>Scores every row.</summary>
    /// <param name="path">The file, for what is said about it as a whole.</param>
    /// <param name="rows">The input, read as it is needed.</param>
    /// <param name="finish">Makes what is returned of a scored row and its size; called on any thread.</param>
    /// <param name="onFault">Takes a sentence about a row that cannot be scored; the row is left out.</param>
    /// <param name="stop">Ends the waiting for rewards of the user's own.</param>
    /// <exception cref="UsageException">There is no row, or none that can be scored.</exception>
    public IEnumerable<T> Score<T>(
        string path,
        IEnumerable<RawRow> rows,
        Func<JsonObject, int, T> finish,
        Action<string> onFault,
        CancellationToken stop
    )
    {
        // Until a row is scored its forerunners' faults wait: they may all be one.
        var atStart = new List<string>();
        foreach (var row in OrderedWork.MapChunks(rows, raw => raw.Bytes, chunk => ScoreAsync(chunk, finish, stop)))
        {
            if (row.Fault is null)
            {
                Flush(atStart, onFault, atStart.Count);
                (NumScored, NumCorrect, sumOfRewards) = (NumScored + 1, NumCorrect + (row.IsCorrect ? 1 : 0), sumOfRewards + row.Reward);
                yield return row.Output!;
                continue;
            }

            NumFaults++;
            if (NumScored > 0)
            {
                onFault(row.Fault);
            }
            else
            {
                atStart.Add(row.Fault);
            }

            if (atStart.Count < MaxFaultsAtStart)
            {
                continue;
            }

            Flush(atStart, onFault, FaultsShown);
            throw new UsageException($"{path}: none of the first {MaxFaultsAtStart} rows can be scored; the rest was not read.");
        }

        Flush(atStart, onFault, atStart.Count);
        if (NumScored == 0)
        {
            throw new UsageException(NumFaults == 0 ? $"{path} holds no row." : $"{path} holds no row that can be scored.");
        }
    }

    private static void Flush(List<string> faults, Action<string> onFault, int most)
    {
        foreach (string? fault in faults.Take(most))
        {
            onFault(fault);
        }

        faults.Clear();
    }

    private async Task<Scored<T>[]> ScoreAsync<T>(RawRow[] chunk, Func<JsonObject, int, T> finish, CancellationToken stop)
    {
        var judged = Array.ConvertAll(chunk, Judge);
        Judged[] scored = [.. judged.Where(row => row.Fault is null)];
        var joined = new Queue<CompletionReward>(
            await rewards.JoinAsync(
                [.. scored.Select(row => row.Group).OfType<RewardGroup>()],
                [.. scored.Select(row => row.Reward!)],
                stop
            )
        );
        return Array.ConvertAll(
            judged,
            row =>
            {
                if (row.Fault is not null)
                {
                    return new Scored<T>(default, 0, false, row.Fault);
                }

                var reward = joined.Dequeue();
                return new(finish(WithReward(row.Row, reward), row.Raw.Bytes), reward.Total, reward.Correct, null);
            }
        );
    }

    private Judged Judge(RawRow raw)
    {
        var row = raw.Parse();
        if (row.Columns is null)
        {
            return new(raw, row, null, null, $"{row.Place}: {row.Fault}");
        }

        try
        {
            if (Text(row.Columns[completionColumn]) is not { } completion || Text(row.Columns[answerColumn]) is not { } answer)
            {
                return new(raw, row, null, null, Excerpt.OfMessage($"{row.Place}: {Missing(row.Columns)}"));
            }

            var reward = NumTokens(row.Columns) is { } numTokens
                ? Reward.scoreWithLength(settings, answer, numTokens, completion)
                : Reward.score(settings, answer, completion);
            return new(raw, row, rewards.HasCustomRewards ? GroupOf(row, completion, answer) : null, reward, null);
        }
        catch (InvalidOperationException)
        {
            // Texts are decoded only when they are asked for.
            return new(raw, row, null, null, $"{row.Place}: {JsonLinesCompletions.NoText}");
        }
    }

    /// <summary>A completion alone, as a reward of the user's own is asked about it.</summary>
    private static RewardGroup GroupOf(CompletionRow row, string completion, string answer) =>
        new()
        {
            QuestionId = Text(row.Columns!["question_id"]) ?? row.Place,
            Question = Text(row.Columns["question"]) ?? "",
            Answer = answer,
            Completions =
            [
                new RewardCompletion
                {
                    Text = completion,
                    NumTokens = NumTokens(row.Columns) ?? Reward.numWords(completion),
                    IsTruncated = Text(row.Columns["finish_reason"]) == "length",
                },
            ],
        };

    private static JsonObject WithReward(CompletionRow row, CompletionReward reward)
    {
        var columns = row.Columns!;
        columns["line"] = row.Number;
        columns["reward"] = reward.Total;
        foreach (var part in reward.Parts)
        {
            columns[RewardColumn.Of(part.Name)] = part.Value;
        }

        columns["reward_reason"] = reward.Reason;
        columns["extracted_answer"] = reward.ExtractedAnswer;
        columns["correct"] = reward.Correct;
        return columns;
    }

    private static string? Text(JsonNode? value) =>
        value?.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.Number => value.ToJsonString(),
            _ => null,
        };

    /// <summary>The completion's length where the row states it, as a run's own completions do.</summary>
    private static int? NumTokens(JsonObject row) =>
        row["num_tokens"] is JsonValue value
        && value.GetValueKind() == JsonValueKind.Number
        && value.TryGetValue(out int tokens)
        && tokens >= 0
            ? tokens
            : null;

    private string Missing(JsonObject row)
    {
        var (column, option) = Text(row[completionColumn]) is null
            ? (completionColumn, "--completion-column")
            : (answerColumn, "--answer-column");
        return $"has no text in the field \"{column}\"; its fields are {string.Join(", ", row.Select(field => field.Key))} (see {option})";
    }
}

using System.Data.Common;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Configuration;
using DuckDB.NET.Data;

namespace Cppo.Pipeline.View;

/// <summary>One group, read from its file.</summary>
internal sealed class GroupReader(GroupStore store)
{
    /// <summary>The group with all its completions.</summary>
    /// <exception cref="RequestFault">There is none of that name, or its file cannot be read any more.</exception>
    public async Task<byte[]> AnswerAsync(BrowsedRun run, int step, int place, CancellationToken cancel)
    {
        var index = await store.IndexAsync(run, cancel);
        await index.ReadyAsync(step, cancel);

        // Neighbours that come after this was asked for are asked for again.
        bool isDone = index.State.IsDone;
        (string, object?)[] group = [("run", index.Number), ("step", step), ("place", place)];
        var (previous, next, read) = store.Ask(connection =>
            (
                Neighbour(connection, GroupSql.Previous, group),
                Neighbour(connection, GroupSql.Next, group),
                Read(connection, index, step, place, group)
            )
        );
        return PageJson.Bytes(json => GroupAnswer.Write(json, run, read, index.Tokenizer, new GroupNeighbours(previous, next, isDone)));
    }

    private static BrowsedGroup Read(
        DuckDBConnection connection,
        GroupIndex index,
        int step,
        int place,
        (string Name, object? Value)[] group
    )
    {
        var found = GroupDatabase.Rows(connection, GroupSql.Find, row => (row.GetInt32(0), row.GetInt64(1), row.GetInt32(2)), group);
        if (found is not [var (number, first, size)])
        {
            throw RequestFault.Unknown("such group");
        }

        var file = index.File(number) ?? throw RequestFault.Moved;

        try
        {
            BrowsedGroup? header = null;
            var completions = GroupDatabase.Rows(
                connection,
                GroupSql.GroupRows,
                row =>
                {
                    var cells = new Cells(row);
                    header ??= Header(cells, step, place);
                    return Completion(cells);
                },
                ("path", GroupDatabase.Plain(file.Path)),
                ("first", first),
                ("end", first + size)
            );
            return (header ?? throw RequestFault.Unknown("such group")) with { Completions = completions };
        }
        catch (DuckDBException)
        {
            throw RequestFault.Moved;
        }
    }

    private static string? Neighbour(DuckDBConnection connection, string sql, (string Name, object? Value)[] group) =>
        GroupDatabase.Rows(connection, sql, row => BrowsedGroup.IdOf(row.GetInt32(0), row.GetInt32(1)), group).FirstOrDefault();

    private static BrowsedGroup Header(Cells row, int step, int place) =>
        new()
        {
            Step = step,
            Place = place,
            PolicyVersion = (int)row.Number("policy_version"),
            QuestionId = row.Text("question_id"),
            Question = row.Text("question"),
            Answer = row.Text("answer"),
            Prompt = row.Text("prompt"),
            GeneratedAt = row.Time("generated_at"),
            Mean = row.Number("group_mean"),
            Std = row.Number("group_std"),
            Completions = [],
        };

    private static BrowsedCompletion Completion(Cells row) =>
        new()
        {
            Index = (int)row.Number("completion_index"),
            Text = row.Text("completion"),
            TokenIds = row.List<int>("token_ids"),
            Logprobs = row.List<float>("logprobs"),
            FinishReason = row.Text("finish_reason"),
            Rewards =
            [
                .. row
                    .Names.Where(name => RewardColumn.NameOf(name) is not null)
                    .Select(name => (RewardColumn.NameOf(name)!, row.Number(name))),
            ],
            Reward = row.Number("reward"),
            Correct = row.Truth("correct"),
            RewardReason = row.Text("reward_reason"),
            ExtractedAnswer = row.Text("extracted_answer"),
            Advantage = row.Number("advantage"),
            Fate = GroupFates.Of(row.Truth("kept") == true, row.TextOrNull("drop_reason")),
            Device = row.Text("device"),
            MicroBatch = row.Number("micro_batch") is var batch && double.IsNaN(batch) ? null : (int)batch,
        };

    /// <summary>The cells of a row by column; files of earlier programs lack some, and files of others may have others.</summary>
    private readonly struct Cells
    {
        private readonly DbDataReader row;
        private readonly Dictionary<string, int> places;

        public Cells(DbDataReader row)
        {
            this.row = row;
            places = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int at = 0; at < row.FieldCount; at++)
            {
                places.TryAdd(row.GetName(at), at);
            }
        }

        public IEnumerable<string> Names => places.OrderBy(place => place.Value).Select(place => place.Key);

        public string Text(string name) => TextOrNull(name) ?? "";

        public string? TextOrNull(string name) => Value(name) as string;

        public double Number(string name) =>
            Value(name) switch
            {
                double number => number,
                float number => number,
                int number => number,
                long number => number,
                _ => double.NaN,
            };

        public bool? Truth(string name) => Value(name) as bool?;

        /// <summary>DuckDB gives points in time in UTC without saying so.</summary>
        public DateTimeOffset? Time(string name) =>
            Value(name) is DateTime time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : null;

        public T[] List<T>(string name) => Value(name) is IEnumerable<T> list ? [.. list] : [];

        private object? Value(string name) =>
            places.TryGetValue(name, out int at) && row.GetValue(at) is var value and not DBNull ? value : null;
    }
}

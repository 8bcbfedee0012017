using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using Cppo.Pipeline.Browse;
using DuckDB.NET.Data;

namespace Cppo.Pipeline.View;

/// <summary>Pages of groups.</summary>
internal sealed class GroupLists(GroupStore store)
{
    /// <summary>What a search takes at most before it answers with what it has.</summary>
    private static readonly TimeSpan SearchTime = TimeSpan.FromMilliseconds(200);

    /// <summary>Groups that a search looks up at a time.</summary>
    private const int SearchPart = 1000;

    /// <summary>A row of a page.</summary>
    private sealed record Row(GroupSummary Summary, int Run, int File, double Value, long Total);

    /// <summary>A page of a run's groups.</summary>
    public async Task<byte[]> PageAsync(BrowsedRun run, GroupFilter filter, CancellationToken cancel)
    {
        var index = await store.IndexAsync(run, cancel);
        return store.Ask(connection =>
        {
            // How far the files are read is asked for first: groups that come after it are in a list that calls itself unfinished, and is
            // asked for again.
            var state = index.State;
            state = state with { Groups = GroupDatabase.Rows(connection, GroupSql.All, row => row.GetInt64(0), ("run", index.Number))[0] };
            return filter.Text is null ? Page(connection, index, state, filter) : Search(connection, index, state, filter, filter.Text);
        });
    }

    /// <summary>The groups of all runs that have a group's question.</summary>
    public async Task<byte[]> OthersAsync(BrowsedRun run, int step, int place, int limit, CancellationToken cancel)
    {
        var all = await store.AllAsync(cancel);
        var index = all.First(each => each.Run == run);
        int done = all.Count(each => each.State.IsDone);
        (string, object?)[] group = [("run", index.Number), ("step", step), ("place", place)];
        var rows = store.Ask(connection =>
            GroupDatabase.Rows(connection, GroupSql.Find, _ => true, group).Count == 0
                ? throw RequestFault.Unknown("such group")
                : GroupDatabase.Rows(connection, GroupSql.Others, row => Read(row, hasTotal: true), [.. group, ("limit", limit)])
        );
        return PageJson.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteString("run", run.Id);
            json.WriteString("id", BrowsedGroup.IdOf(step, place));
            json.WriteNumber("total", rows.Count == 0 ? 0 : rows[0].Total);
            json.WriteStartObject("indexed");
            json.WriteNumber("runs", done);
            json.WriteNumber("runsOf", all.Length);
            json.WriteBoolean("done", done == all.Length);
            json.WriteEndObject();
            json.WriteStartArray("groups");
            rows.ForEach(row => row.Summary.Write(json, store.Numbered(row.Run).Run.Id));
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static byte[] Page(DuckDBConnection connection, GroupIndex index, IndexState state, GroupFilter filter)
    {
        var parameters = filter.Parameters(index.Number);
        long total = Total(connection, filter, parameters);
        var rows = Rows(connection, filter, filter.Cursor, filter.Limit, parameters);
        var next = rows.Count < filter.Limit ? null : CursorOf(rows[^1], 0, 0);
        return Answer(index, state, rows, total, next, null);
    }

    /// <summary>Goes on through the groups that meet the filter until the page is full, or the time is over.</summary>
    private byte[] Search(DuckDBConnection connection, GroupIndex index, IndexState state, GroupFilter filter, string text)
    {
        var parameters = filter.Parameters(index.Number);
        long of = Total(connection, filter, parameters);
        var search = store.Searches.GetOrAdd(index.Number, _ => new TextSearch());
        long start = Stopwatch.GetTimestamp();
        var (found, cursor, isDone) = (new List<Row>(), filter.Cursor, false);
        while (!isDone && found.Count < filter.Limit && Stopwatch.GetElapsedTime(start) < SearchTime)
        {
            var candidates = Rows(connection, filter, cursor, SearchPart, parameters);
            isDone = candidates.Count < SearchPart;
            foreach (var (at, row) in candidates.Index())
            {
                var file = index.File(row.File);
                bool has = file is not null && HasText(connection, search, file, text, row.Summary.Place);

                // Of a file that was replaced since this moment of the tables the next answer knows more.
                state = file is null ? state with { IsDone = false } : state;
                cursor = CursorOf(row, (cursor?.Searched ?? 0) + 1, (cursor?.Found ?? 0) + (has ? 1 : 0));
                if (has)
                {
                    found.Add(row);
                }

                if (found.Count == filter.Limit || Stopwatch.GetElapsedTime(start) >= SearchTime)
                {
                    isDone &= at == candidates.Count - 1;
                    break;
                }
            }
        }

        return Answer(
            index,
            state,
            found,
            isDone ? cursor?.Found ?? 0 : null,
            isDone ? null : cursor,
            json =>
            {
                json.WriteNumber("searched", cursor?.Searched ?? 0);
                json.WriteNumber("of", of);
                json.WriteBoolean("done", isDone);
            }
        );
    }

    private static bool HasText(DuckDBConnection connection, TextSearch search, IndexedFile file, string text, int place)
    {
        try
        {
            return search.Places(connection, file, text).Contains(place);
        }
        catch (DuckDBException)
        {
            throw RequestFault.Moved;
        }
    }

    private static long Total(DuckDBConnection connection, GroupFilter filter, (string Name, object? Value)[] parameters) =>
        GroupDatabase.Rows(connection, GroupSql.Count(filter.IsOfCompletions), row => row.GetInt64(0), parameters)[0];

    private static List<Row> Rows(
        DuckDBConnection connection,
        GroupFilter filter,
        GroupCursor? cursor,
        int limit,
        (string Name, object? Value)[] parameters
    ) =>
        GroupDatabase.Rows(
            connection,
            GroupSql.Page(filter.Sort, filter.IsDescending, filter.IsOfCompletions),
            row => Read(row, hasTotal: false),
            [
                .. parameters,
                ("follows", cursor is not null),
                ("v", cursor?.Value ?? 0),
                ("step", cursor?.Step ?? 0),
                ("place", cursor?.Place ?? 0),
                ("limit", limit),
            ]
        );

    private static GroupCursor CursorOf(Row row, int searched, int found) =>
        new(row.Value, row.Summary.Step, row.Summary.Place, searched, found);

    private static byte[] Answer(
        GroupIndex index,
        IndexState state,
        List<Row> rows,
        long? total,
        GroupCursor? next,
        Action<Utf8JsonWriter>? search
    ) =>
        PageJson.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteString("run", index.Run.Id);
            json.Number("total", total);
            json.WriteString("next", next?.ToString());
            json.WriteStartObject("indexed");
            json.WriteNumber("groups", state.Groups);
            json.WriteNumber("files", state.Files);
            json.WriteNumber("filesOf", state.FilesOf);
            json.WriteBoolean("done", state.IsDone);
            json.WriteStartArray("faults");
            Array.ForEach(state.Faults, json.WriteStringValue);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WritePropertyName("search");
            if (search is null)
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteStartObject();
                search(json);
                json.WriteEndObject();
            }

            json.WriteStartArray("groups");
            rows.ForEach(row => row.Summary.Write(json));
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static Row Read(DbDataReader row, bool hasTotal)
    {
        var summary = new GroupSummary
        {
            Step = Whole("step"),
            Place = Whole("place"),
            QuestionId = Text("question_id"),
            Question = Text("question"),
            IsCut = !row.IsDBNull(row.GetOrdinal("cut")) && row.GetBoolean(row.GetOrdinal("cut")),
            Completions = Whole("size"),
            Matching = (int)row.GetInt64(row.GetOrdinal("matching")),
            Distinct = Whole("distinct_texts"),
            Fates = [Whole("fate0"), Whole("fate1"), Whole("fate2"), Whole("fate3"), Whole("fate4")],
            Kinds = [Whole("kind0"), Whole("kind1"), Whole("kind2"), Whole("kind3")],
            RewardMean = Number("reward_mean"),
            RewardStd = Number("reward_std"),
            RewardMin = Number("reward_min"),
            RewardMax = Number("reward_max"),
            TokensMean = Number("tokens_mean"),
            TokensMax = Whole("tokens_max"),
            AdvantageMax = Number("advantage_max"),
        };
        return new Row(summary, Whole("run"), Whole("file"), Number("v"), hasTotal ? row.GetInt64(row.GetOrdinal("total")) : 0);

        int Whole(string name) => row.GetInt32(row.GetOrdinal(name));

        double Number(string name) => row.GetOrdinal(name) is var at && row.IsDBNull(at) ? double.NaN : row.GetDouble(at);

        string Text(string name) => row.GetOrdinal(name) is var at && row.IsDBNull(at) ? "" : row.GetString(at);
    }
}

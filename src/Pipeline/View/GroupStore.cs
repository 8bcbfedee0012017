using System.Collections.Concurrent;
using Cppo.Pipeline.Browse;
using DuckDB.NET.Data;

namespace Cppo.Pipeline.View;

/// <summary>The groups of all runs: an index for each run that was asked for, and one connection for all questions.</summary>
internal sealed class GroupStore(RunCatalogue catalogue) : IAsyncDisposable
{
    /// <summary>How long an answer waits for files that are being read; a first page has some by then.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(250);

    private readonly Lazy<GroupDatabase> database = new(() => GroupDatabase.Open(catalogue.Places));
    private readonly ConcurrentDictionary<string, GroupIndex> indexes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, GroupIndex> byNumber = new();
    private readonly SemaphoreSlim turn = new(1);
    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private DuckDBConnection? connection;

    /// <summary>Searches of texts, by run.</summary>
    public ConcurrentDictionary<int, TextSearch> Searches { get; } = new();

    /// <summary>The index of a run, after a look for new files.</summary>
    public async Task<GroupIndex> IndexAsync(BrowsedRun run, CancellationToken cancel)
    {
        var index = Of(run);
        await index.RefreshAsync(Wait, cancel);
        return index;
    }

    /// <summary>The indexes of all runs, each of which has been told to look for new files.</summary>
    public async Task<GroupIndex[]> AllAsync(CancellationToken cancel)
    {
        GroupIndex[] all = [.. catalogue.Runs.Select(Of)];
        await Task.WhenAll(all.Select(index => index.RefreshAsync(Wait, cancel)));
        return all;
    }

    /// <summary>The index that has a number in the tables.</summary>
    public GroupIndex Numbered(int number) => byNumber[number];

    /// <summary>Asks the tables, one at a time; all that is asked at once is of one moment, whatever is read in meanwhile.</summary>
    public T Ask<T>(Func<DuckDBConnection, T> question)
    {
        lock (gate)
        {
            connection ??= database.Value.Connect();
            using var moment = connection.BeginTransaction();
            var answer = question(connection);
            moment.Commit();
            return answer;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A file that is being read is read to its end: the library must not go from under it.
        await ended.CancelAsync();
        await Task.WhenAll(indexes.Values.Select(index => index.WhenIdle));
        lock (gate)
        {
            connection?.Dispose();
            if (database.IsValueCreated)
            {
                database.Value.Dispose();
            }
        }

        turn.Dispose();
        ended.Dispose();
    }

    private GroupIndex Of(BrowsedRun run)
    {
        lock (gate)
        {
            if (!indexes.TryGetValue(run.Id, out var index))
            {
                index = new GroupIndex(database.Value, run, indexes.Count, turn, ended.Token);
                indexes[run.Id] = byNumber[index.Number] = index;
            }

            return index;
        }
    }
}

using System.Globalization;
using Cppo.Model.Files;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sinks;
using DuckDB.NET.Data;

namespace Cppo.Pipeline.View;

/// <summary>A Parquet file in the index.</summary>
/// <param name="Number">In the tables; another one for each version of the file.</param>
/// <param name="Path">In full.</param>
/// <param name="Step">The update.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Time">When it was written.</param>
internal sealed record IndexedFile(int Number, string Path, int Step, long Length, DateTime Time);

/// <summary>How far a run's files are read.</summary>
/// <param name="Files">Files that are read.</param>
/// <param name="FilesOf">Files that there are.</param>
/// <param name="IsDone">Whether nothing is being read.</param>
/// <param name="Faults">What cannot be read, a sentence each.</param>
internal sealed record IndexState(int Files, int FilesOf, bool IsDone, string[] Faults);

/// <summary>
/// The index of a run's groups: follows the run's files, in the order of the updates, when it is asked to, and reads them in the
/// background. What is there can be asked for meanwhile.
/// </summary>
/// <param name="database">Holds the tables.</param>
/// <param name="run">The run.</param>
/// <param name="number">The run's in the tables.</param>
/// <param name="turn">Of all runs, one file is read at a time.</param>
/// <param name="ended">The server ends.</param>
internal sealed class GroupIndex(GroupDatabase database, BrowsedRun run, int number, SemaphoreSlim turn, CancellationToken ended)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static int lastFile;

    private readonly Lock gate = new();
    private readonly Dictionary<int, IndexedFile> files = [];
    private readonly Dictionary<int, string> faults = [];
    private readonly string directory = Path.GetFullPath(RunDirectory.CompletionsOf(run.Directory));
    private Task reading = Task.CompletedTask;
    private long looked = -1;
    private int filesOf;

    public BrowsedRun Run { get; } = run;

    /// <summary>The run's number in the tables.</summary>
    public int Number => number;

    /// <summary>The run's tokenizer.</summary>
    public RunTokenizer Tokenizer { get; } = new(run);

    /// <summary>How far the files are read by now.</summary>
    public IndexState State
    {
        get
        {
            lock (gate)
            {
                return new(files.Count, filesOf, reading.IsCompleted, [.. faults.OrderBy(fault => fault.Key).Select(fault => fault.Value)]);
            }
        }
    }

    /// <summary>Ends when nothing is being read any more.</summary>
    public Task WhenIdle
    {
        get
        {
            lock (gate)
            {
                return reading;
            }
        }
    }

    /// <summary>A file by its number; null where it was replaced or removed.</summary>
    public IndexedFile? File(int file)
    {
        lock (gate)
        {
            return files.Values.FirstOrDefault(known => known.Number == file);
        }
    }

    /// <summary>Looks for new files, and waits for a while until they are read.</summary>
    public async Task RefreshAsync(TimeSpan most, CancellationToken cancel)
    {
        Task current;
        lock (gate)
        {
            if (reading.IsCompleted && (looked < 0 || Environment.TickCount64 - looked > Pause.TotalMilliseconds))
            {
                looked = Environment.TickCount64;
                var changed = Changes();
                if (changed.Count > 0)
                {
                    reading = Task.Run(() => ReadAsync(changed), CancellationToken.None);
                }
            }

            current = reading;
        }

        await Task.WhenAny(current, Task.Delay(most, cancel));
    }

    /// <summary>The steps whose file is new, another one or gone, with what is there now.</summary>
    private List<(int Step, IndexedFile? There)> Changes()
    {
        var changed = new List<(int, IndexedFile?)>();
        int[] steps = RolloutFiles.Steps(directory);
        filesOf = steps.Length;
        foreach (int gone in files.Keys.Concat(faults.Keys).Except(steps).ToArray())
        {
            changed.Add((gone, null));
        }

        foreach (int step in steps)
        {
            var info = new FileInfo(RolloutFiles.Find(directory, step) ?? RolloutFiles.PathOf(directory, step));
            if (
                !info.Exists
                || (files.TryGetValue(step, out var known) && (known.Length, known.Time) == (info.Length, info.LastWriteTimeUtc))
            )
            {
                continue;
            }

            if (!faults.ContainsKey(step) || files.ContainsKey(step) || info.LastWriteTimeUtc > DateTime.UtcNow - TimeSpan.FromMinutes(1))
            {
                changed.Add((step, new IndexedFile(0, info.FullName, step, info.Length, info.LastWriteTimeUtc)));
            }
        }

        return changed;
    }

    private async Task ReadAsync(List<(int Step, IndexedFile? There)> changed)
    {
        using var connection = database.Connect();
        foreach (var (step, there) in changed.TakeWhile(_ => !ended.IsCancellationRequested))
        {
            await turn.WaitAsync(CancellationToken.None);
            try
            {
                Replace(connection, step, there);
            }
            finally
            {
                turn.Release();
            }
        }
    }

    private void Replace(DuckDBConnection connection, int step, IndexedFile? there)
    {
        IndexedFile? before;
        lock (gate)
        {
            before = files.GetValueOrDefault(step);
        }

        if (before is not null)
        {
            foreach (string statement in GroupSql.Remove)
            {
                GroupDatabase.Execute(connection, statement, ("file", before.Number));
            }
        }

        string? fault = null;
        var now = there is null ? null : there with { Number = Interlocked.Increment(ref lastFile) };
        if (now is not null)
        {
            try
            {
                Add(connection, now);
            }
            catch (Exception cause) when (cause is DuckDBException or FileFormatException or FormatException)
            {
                fault = Sentence(now.Path, cause);
            }
        }

        lock (gate)
        {
            files.Remove(step);
            faults.Remove(step);
            if (fault is not null)
            {
                faults[step] = fault;
            }
            else if (now is not null)
            {
                files[step] = now;
            }
        }
    }

    private void Add(DuckDBConnection connection, IndexedFile file)
    {
        var path = ("path", (object?)GroupDatabase.Plain(file.Path));
        foreach (
            string version in GroupDatabase.Rows(
                connection,
                GroupSql.Version,
                row => row.GetString(0),
                path,
                ("key", FileFormat.ParquetKey)
            )
        )
        {
            FileFormat.Completions.Require(file.Path, int.Parse(version, NumberStyles.None, CultureInfo.InvariantCulture));
        }

        var columns = GroupDatabase.Rows(connection, GroupSql.Columns, row => row.GetString(0), path).ToHashSet(StringComparer.Ordinal);
        GroupDatabase.Execute(connection, GroupSql.Scan(columns), path);
        using var whole = connection.BeginTransaction();
        GroupDatabase.Execute(connection, GroupSql.AddGroups, ("run", number), ("file", file.Number), ("step", file.Step));
        GroupDatabase.Execute(connection, GroupSql.AddCompletions, ("run", number), ("file", file.Number));
        whole.Commit();
    }

    /// <summary>What is wrong with a file, in one line.</summary>
    private static string Sentence(string path, Exception cause) =>
        cause is FileFormatException
            ? cause.Message
            : $"{path} cannot be read as a run's completions: {Excerpt.OfMessage(cause.Message.Split('\n')[0])}";
}

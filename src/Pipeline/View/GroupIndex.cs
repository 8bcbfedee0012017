using System.Collections.Concurrent;
using Cppo.Model.Files;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sinks;
using DuckDB.NET.Data;

namespace Cppo.Pipeline.View;

/// <summary>How far a run's files are read.</summary>
/// <param name="Files">Files that are read.</param>
/// <param name="FilesOf">Files that there are.</param>
/// <param name="IsDone">Whether nothing is being read.</param>
/// <param name="Faults">What cannot be read, a sentence each.</param>
/// <param name="Groups">Groups that the tables have.</param>
internal sealed record IndexState(int Files, int FilesOf, bool IsDone, string[] Faults, long Groups = 0);

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
    private static readonly TimeSpan ReadyPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan FreshTime = TimeSpan.FromMinutes(1);
    private static int lastFile;

    private readonly Lock gate = new();
    private readonly Dictionary<int, IndexedFile> files = [];
    private readonly Dictionary<int, (IndexedFile File, string Sentence)> faults = [];
    private readonly SortedDictionary<int, IndexedFile?> pending = [];
    private readonly ConcurrentDictionary<int, IndexedFile> byNumber = new();
    private readonly string directory = Path.GetFullPath(RunDirectory.CompletionsOf(run.Directory));
    private Task reading = Task.CompletedTask;
    private long looked = -1;
    private DateTime lookedAt;
    private int filesOf;
    private int urgent = -1;

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
                string[] sentences = [.. faults.OrderBy(fault => fault.Key).Select(fault => fault.Value.Sentence)];
                return new(files.Count, filesOf, reading.IsCompleted, sentences);
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
    public IndexedFile? File(int file) => byNumber.GetValueOrDefault(file);

    /// <summary>
    /// Looks for new files, and waits for a while until they are read. Whoever reads <see cref="State"/> after that, and the tables after
    /// it, has all that was there now, or is told that it has not.
    /// </summary>
    public async Task RefreshAsync(TimeSpan most, CancellationToken cancel)
    {
        Look();
        await Task.WhenAny(WhenIdle, Task.Delay(most, cancel));

        // While files were being read nobody looked for those that came meanwhile.
        Look();
    }

    /// <summary>Waits until an update's file is read, if there is one to be read; it goes before the others.</summary>
    public async Task ReadyAsync(int step, CancellationToken cancel)
    {
        while (true)
        {
            Task current;
            lock (gate)
            {
                if (reading.IsCompleted || !pending.ContainsKey(step))
                {
                    return;
                }

                (urgent, current) = (step, reading);
            }

            await Task.WhenAny(current, Task.Delay(ReadyPause, cancel));
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Begins to read what has changed, unless something is being read or somebody looked a moment ago.</summary>
    private void Look()
    {
        lock (gate)
        {
            // Files are put there and replaced by renaming, which changes their directory.
            var time = Directory.GetLastWriteTimeUtc(directory);
            bool isDue = looked < 0 || time != lookedAt || Environment.TickCount64 - looked > Pause.TotalMilliseconds;
            if (reading.IsCompleted && isDue)
            {
                (looked, lookedAt) = (Environment.TickCount64, time);
                pending.Clear();
                FindChanges();
                if (pending.Count > 0)
                {
                    reading = Task.Run(ReadAsync, CancellationToken.None);
                }
            }
        }
    }

    /// <summary>The steps whose file is new, another one or gone, with what is there now.</summary>
    private void FindChanges()
    {
        int[] steps = RolloutFiles.Steps(directory);
        filesOf = steps.Length;
        foreach (int gone in files.Keys.Concat(faults.Keys).Except(steps))
        {
            pending[gone] = null;
        }

        foreach (int step in steps)
        {
            var info = new FileInfo(RolloutFiles.Find(directory, step) ?? RolloutFiles.PathOf(directory, step));
            if (!info.Exists)
            {
                continue;
            }

            var there = new IndexedFile(0, info.FullName, step, info.Length, info.LastWriteTimeUtc);
            bool isRead = files.TryGetValue(step, out var known) && known.IsSame(there);

            // What could not be read may have been in the middle of being written; what has been so for long stays so.
            bool isFaulty = faults.TryGetValue(step, out var fault) && fault.File.IsSame(there) && there.Time < DateTime.UtcNow - FreshTime;
            if (!isRead && !isFaulty)
            {
                pending[step] = there;
            }
        }
    }

    private async Task ReadAsync()
    {
        using var connection = database.Connect();
        while (!ended.IsCancellationRequested && Next() is var (step, there))
        {
            await turn.WaitAsync(CancellationToken.None);
            try
            {
                Replace(connection, step, there);
            }
            finally
            {
                turn.Release();
                lock (gate)
                {
                    pending.Remove(step);
                }
            }
        }
    }

    private (int Step, IndexedFile? There)? Next()
    {
        lock (gate)
        {
            return pending.TryGetValue(urgent, out var asked) ? (urgent, asked)
                : pending.Count > 0 ? (pending.First().Key, pending.First().Value)
                : null;
        }
    }

    private void Replace(DuckDBConnection connection, int step, IndexedFile? there)
    {
        IndexedFile? before;
        lock (gate)
        {
            before = files.GetValueOrDefault(step);
        }

        string? fault = null;
        var now = there is null ? null : there with { Number = Interlocked.Increment(ref lastFile) };
        try
        {
            if (now is not null)
            {
                GroupTables.Scan(connection, now);
                byNumber[now.Number] = now;
            }

            GroupTables.Put(connection, number, before, now);
        }
        catch (Exception cause)
        {
            // Whatever is wrong with a file of others, the rest is shown.
            fault = Sentence(there?.Path ?? directory, cause);
            GroupTables.Put(connection, number, before, null);
        }

        lock (gate)
        {
            files.Remove(step);
            faults.Remove(step);
            if (fault is not null)
            {
                faults[step] = (there ?? new IndexedFile(0, directory, step, 0, default), fault);
            }
            else if (now is not null)
            {
                files[step] = now;
            }
        }

        foreach (var old in new[] { before, fault is null ? null : now }.OfType<IndexedFile>())
        {
            byNumber.TryRemove(old.Number, out _);
        }
    }

    /// <summary>What is wrong with a file, in one line.</summary>
    private static string Sentence(string path, Exception cause) =>
        cause is FileFormatException
            ? cause.Message
            : $"{path} cannot be read as a run's completions: {Excerpt.OfMessage(cause.Message.Split('\n')[0])}";
}

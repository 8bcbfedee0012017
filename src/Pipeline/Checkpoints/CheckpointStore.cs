using Cppo.Model.Engine;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Checkpoints;

/// <summary>What the checkpoints of a run offer to one that is resumed.</summary>
/// <param name="Used">The one that was loaded; null where none could be.</param>
/// <param name="Newest">The most updates that one of them is named for, damaged ones included; -1 where there are none.</param>
/// <param name="PassedOver">The newest whole one that may not be used, because updates before it are not recorded; null: none.</param>
internal sealed record CheckpointChoice(Checkpoint? Used, int Newest, Checkpoint? PassedOver);

/// <summary>
/// The checkpoints of a run: <c>step-NNNNNN</c> for N updates done. A checkpoint is written aside under a <c>.tmp</c> name, flushed to
/// disk and then renamed, so that a directory without that ending is complete, or has been damaged since, which its checksums show.
/// </summary>
internal sealed class CheckpointStore(string directory, CheckpointKeeping keeping)
{
    /// <summary>
    /// Called with the number of updates of a checkpoint that is whole and on disk, before it gets its name; may refuse by an exception.
    /// </summary>
    public Action<int> Committing { get; init; } = _ => { };

    /// <summary>
    /// Saves a checkpoint, then removes those that are no longer kept, and those of more updates, which the run did before it was set back.
    /// </summary>
    /// <returns>The checkpoint's directory.</returns>
    public string Save(CheckpointState state, CheckpointParts parts)
    {
        string path = CheckpointPaths.Of(directory, state.NextBatch);
        RemoveLeftovers();
        var checkpoint = new Checkpoint(AtomicDirectory.Begin(path), state);
        parts.SaveWeights(DurableFiles.CreateDirectory(checkpoint.WeightsDirectory));
        parts.SaveOptimizer(checkpoint.OptimizerPath);
        foreach (int version in checkpoint.EarlierVersions)
        {
            parts.SaveVersion(version, DurableFiles.CreateDirectory(checkpoint.VersionDirectory(version)));
        }

        StateFile.Write(checkpoint.Directory, state);
        AtomicDirectory.Flush(path);
        Committing(state.NextBatch);
        AtomicDirectory.Put(path);
        RemoveLeftovers();
        Remove(CheckpointPaths.All(directory).Where(later => CheckpointPaths.UpdatesOf(later) > state.NextBatch));
        Prune(state.NextBatch);
        return path;
    }

    /// <summary>
    /// Removes the checkpoints of up to some updates that are not kept. Sizes alone are looked at: the one after these updates is known to
    /// be whole.
    /// </summary>
    public void Prune(int updates)
    {
        string[] earlier = [.. CheckpointPaths.All(directory).Where(path => CheckpointPaths.UpdatesOf(path) <= updates)];
        string[] whole = [.. earlier.Where(IsWhole)];
        var kept = keeping.Of([.. whole.Select(CheckpointPaths.UpdatesOf)]);
        Remove(earlier.Except(whole.Where(path => kept.Contains(CheckpointPaths.UpdatesOf(path)))));
    }

    /// <summary>The checkpoint with the best score and that score; null where none has one.</summary>
    public (string Path, double Score)? Best() =>
        keeping
            .BestOf([.. CheckpointPaths.All(directory).Where(IsWhole).Select(CheckpointPaths.UpdatesOf)])
            .Select(best => ((string, double)?)(CheckpointPaths.Of(directory, best.Updates), best.Score))
            .FirstOrDefault();

    /// <summary>
    /// Loads the newest checkpoint that is whole. Every byte is checked before it is loaded; one that a kill left under a temporary name is
    /// taken where it is whole.
    /// </summary>
    /// <param name="owner">The run, to which the checkpoint must belong.</param>
    /// <param name="isRecorded">Whether the updates before a checkpoint of so many are recorded, without which it may not be used.</param>
    /// <param name="load">Loads the parts; throws where they are damaged all the same.</param>
    /// <param name="warn">Receives a line for each checkpoint that is damaged and passed over.</param>
    /// <exception cref="FileFormatException">The newest is of a format that this program does not read, though it may be whole.</exception>
    /// <exception cref="RunDirectoryException">The newest whole one is of another configuration.</exception>
    public CheckpointChoice LoadNewest(CheckpointOwner owner, Func<int, bool> isRecorded, Action<Checkpoint> load, Action<string> warn)
    {
        CheckpointPath[] candidates = [.. CheckpointPaths.Candidates(directory)];
        int newest = candidates.Where(candidate => !candidate.IsAside).Select(candidate => candidate.Updates).DefaultIfEmpty(-1).Max();
        Checkpoint? passedOver = null;
        foreach (var candidate in candidates)
        {
            try
            {
                var checkpoint = Open(candidate, _ => true);
                owner.Require(checkpoint);
                if (isRecorded(candidate.Updates))
                {
                    load(checkpoint);
                    return new CheckpointChoice(checkpoint, Math.Max(newest, candidate.Updates), passedOver);
                }

                passedOver ??= checkpoint;
            }
            catch (Exception fault) when (IsDamage(fault) || IsOfLoading(fault))
            {
                Tell(candidate, fault, warn);
            }
        }

        return new CheckpointChoice(null, newest, passedOver);
    }

    /// <summary>
    /// Gives the checkpoint that a run goes on from its own name, where a kill left it under another one, and removes what else was left.
    /// </summary>
    /// <param name="used">Null: the run begins anew.</param>
    public void Settle(Checkpoint? used)
    {
        string? path = used is null ? null : CheckpointPaths.Of(directory, used.State.NextBatch);
        if (path is not null && Path.GetFileName(path) != Path.GetFileName(used!.Directory))
        {
            // What stands there is damaged, or it would be in use.
            AtomicDirectory.Remove(path);
            DurableFiles.FlushTree(used.Directory);
            DurableFiles.Move(used.Directory, path);
            DurableFiles.FlushDirectory(directory);
        }

        RemoveLeftovers();
    }

    /// <summary>The newest checkpoint in a run's directory of checkpoints whose weights are whole; null where there is none.</summary>
    /// <param name="directory">It need not exist.</param>
    /// <param name="warn">Receives a line for each checkpoint that is passed over.</param>
    /// <param name="isHashed">Which files are read to the last byte; of the others the sizes are compared.</param>
    /// <exception cref="FileFormatException">The newest is of a format that this program does not read.</exception>
    public static Checkpoint? Newest(string directory, Action<string> warn, Func<string, bool>? isHashed = null)
    {
        // One under a temporary name may belong to a save that is going on.
        return CheckpointPaths
            .Candidates(directory)
            .OrderBy(candidate => candidate.IsAside)
            .Select(candidate => OpenOrTell(candidate, isHashed ?? Checkpoint.IsOfWeights, warn))
            .FirstOrDefault(checkpoint => checkpoint is not null);
    }

    /// <summary>The checkpoint in a directory, whose weights are whole.</summary>
    /// <exception cref="FileFormatException">It is of a format that this program does not read.</exception>
    /// <exception cref="ModelFileException">It is damaged.</exception>
    public static Checkpoint Require(string path)
    {
        try
        {
            return Open(Standing(path), Checkpoint.IsOfWeights);
        }
        catch (Exception fault) when (IsDamage(fault))
        {
            throw new ModelFileException($"The checkpoint {path} is damaged: {FileFault.Malformed(fault)}; name another one.", fault);
        }
    }

    /// <summary>The checkpoint in a directory, of which every file is whole; null where it is not.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="warn">Receives a line where it is passed over.</param>
    /// <exception cref="FileFormatException">It is of a format that this program does not read.</exception>
    public static Checkpoint? Whole(string path, Action<string> warn) => OpenOrTell(Standing(path), _ => true, warn);

    /// <summary>Whether a directory is a checkpoint, whole or not.</summary>
    public static bool IsCheckpoint(string directory) =>
        File.Exists(Path.Combine(directory, StateFile.FileName)) && CheckpointPaths.UpdatesOf(directory) >= 0;

    /// <summary>Whether a run can be tried to be resumed from something in its directory of checkpoints.</summary>
    /// <param name="directory">It need not exist.</param>
    public static bool IsAnyIn(string directory) =>
        CheckpointPaths.Candidates(directory).Any(candidate => File.Exists(Path.Combine(candidate.Path, StateFile.FileName)));

    /// <summary>The checkpoint that a number of updates names, <c>20</c> or <c>step-20</c>; null where there is none.</summary>
    public static string? Named(string directory, string number) => CheckpointPaths.Named(directory, number);

    private static CheckpointPath Standing(string path) => new(path, CheckpointPaths.UpdatesOf(path), IsAside: false);

    private static Checkpoint? OpenOrTell(CheckpointPath candidate, Func<string, bool> isHashed, Action<string> warn)
    {
        try
        {
            return Open(candidate, isHashed);
        }
        catch (Exception fault) when (IsDamage(fault))
        {
            Tell(candidate, fault, warn);
            return null;
        }
    }

    private static Checkpoint Open(CheckpointPath candidate, Func<string, bool> isHashed)
    {
        var state = StateFile.Read(candidate.Path);
        if (state.NextBatch != candidate.Updates || state.OldestPolicyVersion < 0 || state.OldestPolicyVersion > state.NextBatch)
        {
            throw new InvalidDataException($"{StateFile.FileName} belongs to step {state.NextBatch}.");
        }

        // Each update asks one question at least.
        if (state.NextBatch == 0 ? state.NextOrdinal != 0 : state.NextOrdinal < state.NextBatch)
        {
            throw new InvalidDataException($"{StateFile.FileName} has {state.NextOrdinal} questions asked in {state.NextBatch} updates.");
        }

        if (!double.IsFinite(state.ElapsedSeconds) || state.ElapsedSeconds < 0)
        {
            throw new InvalidDataException($"{StateFile.FileName} has a time that is none.");
        }

        StateFile.CheckFiles(candidate.Path, state, isHashed);
        return new Checkpoint(candidate.Path, state);
    }

    private static bool IsWhole(string path)
    {
        try
        {
            Open(new CheckpointPath(path, CheckpointPaths.UpdatesOf(path), IsAside: false), _ => false);
            return true;
        }
        catch (Exception fault) when (IsDamage(fault))
        {
            return false;
        }
    }

    private static bool IsDamage(Exception fault) => fault is IOException or InvalidDataException;

    /// <summary>Whatever reading numbers that make no sense may end in; not what a device or missing rights end in.</summary>
    private static bool IsOfLoading(Exception fault) =>
        fault
            is ModelFileException
                or ArgumentException
                or FormatException
                or ArithmeticException
                or InvalidOperationException
                or InvalidCastException
                or KeyNotFoundException
                or IndexOutOfRangeException;

    private static void Tell(CheckpointPath candidate, Exception fault, Action<string> warn)
    {
        // A save that was interrupted leaves half a checkpoint, which is no damage.
        if (!candidate.IsAside)
        {
            warn($"warning: checkpoint {candidate.Path} is damaged and passed over: {FileFault.Malformed(fault)}");
        }
    }

    private static void Remove(IEnumerable<string> paths)
    {
        foreach (string path in paths.ToArray())
        {
            AtomicDirectory.Remove(path);
        }
    }

    private void RemoveLeftovers()
    {
        foreach (string path in CheckpointPaths.Leftovers(directory))
        {
            DurableFiles.Delete(path);
        }
    }
}

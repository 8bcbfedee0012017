namespace Cppo.Pipeline.Checkpoints;

/// <summary>The run that a checkpoint must belong to.</summary>
/// <param name="ConfigHash"><see cref="ConfigKeys.Hash"/> of its configuration.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="MaxStaleness">By how many versions its rollouts may lag behind.</param>
internal sealed record CheckpointOwner(string ConfigHash, ulong Seed, int MaxStaleness)
{
    /// <summary>
    /// How many questions the updates before one asked, as the run's metrics have it; null where they do not say. It is held against
    /// checkpoints that have no checksums.
    /// </summary>
    public Func<int, long?> QuestionsBefore { get; init; } = _ => null;

    /// <summary>Refuses a checkpoint whose numbers are not those of the run.</summary>
    /// <exception cref="InvalidDataException">They contradict the run.</exception>
    /// <exception cref="RunDirectoryException">It was made with another configuration.</exception>
    public void Require(Checkpoint checkpoint)
    {
        var state = checkpoint.State;
        if (state.ConfigHash != ConfigHash)
        {
            throw new RunDirectoryException(
                $"{checkpoint.Directory} was made with another configuration; begin a new run with --set run.name=NAME."
            );
        }

        if (state.Seed != Seed)
        {
            throw new InvalidDataException($"{StateFile.FileName} has the seed {state.Seed}, and the run has {Seed}.");
        }

        int oldest = Math.Max(0, state.NextBatch - MaxStaleness);
        if (state.OldestPolicyVersion != oldest)
        {
            throw new InvalidDataException(
                $"{StateFile.FileName} has {state.OldestPolicyVersion} as its oldest policy version, which is {oldest} after "
                    + $"{state.NextBatch} updates."
            );
        }

        if (state.Checksum.Length == 0 && QuestionsBefore(state.NextBatch) is { } asked && asked != state.NextOrdinal)
        {
            throw new InvalidDataException(
                $"{StateFile.FileName} has {state.NextOrdinal} questions asked, and the metrics of its updates have {asked}."
            );
        }
    }
}

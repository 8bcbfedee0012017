namespace Cppo.Chaos.Runs;

/// <summary>What lies in a run's directory when an injection begins.</summary>
internal enum Ground
{
    /// <summary>Nothing: the run is to begin.</summary>
    Nothing,

    /// <summary>A run that was asked to stop after two updates, with its model and report.</summary>
    Stopped,

    /// <summary>A run that was killed before the rows of its last update were written; two checkpoints stand.</summary>
    Cut,

    /// <summary>The same, with a bit of the newest checkpoint's optimizer changed.</summary>
    Damaged,
}

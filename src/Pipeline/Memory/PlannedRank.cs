namespace Cppo.Pipeline.Memory;

/// <summary>Which of the processes of a run a plan of memory is for.</summary>
/// <param name="Size">How many there are.</param>
/// <param name="IsWriter">Whether it writes the run's files.</param>
internal sealed record PlannedRank(int Size, bool IsWriter)
{
    /// <summary>The process of a run that has one.</summary>
    public static PlannedRank Alone { get; } = new(Size: 1, IsWriter: true);
}

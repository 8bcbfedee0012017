namespace Cppo.Model.Collectives;

/// <summary>How many values are divided among ranks: in consecutive chunks of nearly equal length, in the order of ranks.</summary>
public static class Chunks
{
    /// <summary>The chunk of a rank. Example: 10 values, 4 ranks -> 0..2, 2..5, 5..7, 7..10.</summary>
    /// <param name="count">Values, 0 or more.</param>
    /// <param name="rank">0 .. size - 1.</param>
    /// <param name="size">Ranks.</param>
    public static (int Start, int Length) Of(int count, int rank, int size)
    {
        int start = Begin(count, rank, size);
        return (start, Begin(count, rank + 1, size) - start);
    }

    private static int Begin(int count, int rank, int size) => (int)((long)count * rank / size);
}

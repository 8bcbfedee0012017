using Cppo.Model.Collectives;
using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Managed.Parameters;

/// <summary>
/// A number for each parameter, of which a process keeps its own shard in memory: the others' places are there, and their pages given back
/// to the system.
/// </summary>
internal static unsafe class ManagedShards
{
    /// <summary>Completes numbers of which each process has its own.</summary>
    /// <param name="shards">Who has which.</param>
    /// <param name="numbers">The first of them.</param>
    /// <param name="numbersPerFloat">1 for floats, 2 for numbers of half a float.</param>
    /// <param name="purpose">What the processes wait for.</param>
    public static void Gather(Shards shards, float* numbers, int numbersPerFloat, string purpose)
    {
        foreach (var piece in shards.Pieces.Where(piece => piece.IsDivided))
        {
            Gather(shards, piece, numbers, numbersPerFloat, purpose);
        }
    }

    /// <summary>The same of one piece.</summary>
    public static void Gather(Shards shards, ShardPiece piece, float* numbers, int numbersPerFloat, string purpose)
    {
        float* first = numbers + (piece.Start / numbersPerFloat);
        shards.Ranks.AllGather(new Span<float>(first, piece.Count / numbersPerFloat), purpose);
    }

    /// <summary>Gives back the memory of the numbers that others own, which are 0 or undefined from then on.</summary>
    public static void Release(Shards shards, IParameterNumbers numbers)
    {
        foreach (var piece in shards.Pieces)
        {
            Release(shards, piece, numbers.Floats, numbers.NumbersPerFloat);
        }
    }

    /// <summary>The same of one piece.</summary>
    public static void Release(Shards shards, ShardPiece piece, float* numbers, int numbersPerFloat)
    {
        foreach (var (start, count) in shards.Others(piece))
        {
            LargePages.GiveBack(numbers + (start / numbersPerFloat), (nuint)(count / numbersPerFloat * sizeof(float)));
        }
    }
}

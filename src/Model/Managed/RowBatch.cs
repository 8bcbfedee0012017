// Letters: N rows of tokens, D hidden.
using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Managed;

/// <summary>The tokens that run through the layers together, one a row, and what each of them sees.</summary>
internal sealed unsafe class RowBatch
{
    /// <summary>N.</summary>
    internal int Count { get; private set; }

    /// <summary>Shape [N], then unused.</summary>
    internal int[] Tokens { get; private set; } = [];

    /// <summary>Shape [N], then unused.</summary>
    internal Sight[] Sights { get; private set; } = [];

    /// <summary>The keys and values of so many first rows are also those of other sequences, at the same distance from the places <see cref="CopyPlaces"/>.</summary>
    internal int NumCopied { get; private set; }

    /// <summary>Where those sequences begin.</summary>
    internal int[] CopyPlaces { get; private set; } = [];

    /// <summary>The most positions that a row has behind it, itself included.</summary>
    internal int NumPositions { get; private set; }

    /// <summary>The most scores that a row's attention needs.</summary>
    internal int MaxScores { get; private set; }

    internal void Clear()
    {
        Count = 0;
        NumPositions = 0;
        MaxScores = 0;
    }

    /// <summary>Lets the first rows, which begin a sequence, begin others, too.</summary>
    internal void CopyFirst(int rows, int[] places) => (NumCopied, CopyPlaces) = (rows, places);

    /// <summary>Makes room, so that <see cref="Add"/> does not allocate.</summary>
    internal void Reserve(int rows)
    {
        if (Tokens.Length < rows)
        {
            var (tokens, sights) = (new int[rows], new Sight[rows]);
            Tokens.AsSpan(0, Count).CopyTo(tokens);
            Sights.AsSpan(0, Count).CopyTo(sights);
            (Tokens, Sights) = (tokens, sights);
        }
    }

    /// <summary>Adds a token that is the last of its sight.</summary>
    internal void Add(int token, in Sight sight)
    {
        if (Count == Tokens.Length)
        {
            Reserve(Math.Max(64, 2 * Count));
        }

        (Tokens[Count], Sights[Count]) = (token, sight);
        Count++;
        NumPositions = Math.Max(NumPositions, sight.PrefixLength + sight.OwnLength);
        MaxScores = Math.Max(MaxScores, sight.Scores);
    }

    /// <summary>The embeddings of the rows <paramref name="first"/> .. <paramref name="end"/> - 1, to their places in x [N, D].</summary>
    internal void Embed(ForwardWeights weights, int first, int end, float* x)
    {
        int width = weights.Shape.Hidden;
        for (int row = first; row < end; row++)
        {
            VectorMath.Copy(weights.Embedding(Tokens[row]), x + ((nint)row * width), width);
        }
    }
}

// Letters: N rows of tokens, D hidden.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Layers;

/// <summary>The tokens that run through the layers together, one a row, and what each of them sees.</summary>
internal sealed unsafe class RowBatch
{
    private int numCopied;
    private int[] copyPlaces = [];

    /// <summary>N.</summary>
    internal int Count { get; private set; }

    /// <summary>Shape [N], then unused.</summary>
    internal int[] Tokens { get; private set; } = [];

    /// <summary>Shape [N], then unused.</summary>
    internal Sight[] Sights { get; private set; } = [];

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

    /// <summary>Lets the first rows, which begin a sequence, begin others, too, which have these first places.</summary>
    internal void CopyFirst(int rows, int[] places) => (numCopied, copyPlaces) = (rows, places);

    /// <summary>
    /// First places of the other sequences that a row is part of: its keys and values are also those of the place that is the row's number
    /// behind each.
    /// </summary>
    internal ReadOnlySpan<int> CopiesOf(int row) => row < numCopied ? copyPlaces : [];

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
            weights.Embed(Tokens[row], x + ((nint)row * width));
        }
    }
}

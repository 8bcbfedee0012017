namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// The places that a token sees: those of its prompt, unless it belongs to one itself, then those of its own sequence up to itself.
/// </summary>
internal readonly record struct Sight(int PrefixPlace, int PrefixLength, int OwnPlace, int OwnLength)
{
    /// <summary>Scores of all places in whole blocks.</summary>
    internal int Scores => KeyValues.WholeBlocks(PrefixLength) + KeyValues.WholeBlocks(OwnLength);

    /// <summary>Whether both see the same prompt, or neither sees one.</summary>
    internal bool SharesPrefix(in Sight other) => PrefixPlace == other.PrefixPlace && PrefixLength == other.PrefixLength;

    /// <summary>Whether it is the token after another one in the same sequence.</summary>
    internal bool Follows(in Sight other) => OwnPlace == other.OwnPlace && OwnLength == other.OwnLength + 1;
}

/// <summary>The heads of a model.</summary>
internal readonly record struct Heads(int Queries, int KeyValues, int Width)
{
    /// <summary>Query heads of one key head.</summary>
    internal int PerKey => Queries / KeyValues;

    /// <summary>The width in whole blocks.</summary>
    internal int PaddedWidth => Kernels.KeyValues.WholeBlocks(Width);

    /// <summary>1 / sqrt(width).</summary>
    internal float Scale => (float)(1 / Math.Sqrt(Width));
}

namespace Cppo.Model.Gguf;

/// <summary>A tensor of a GGUF file and where its numbers come from.</summary>
/// <param name="Name">Under which llama.cpp looks for it.</param>
/// <param name="Source">The parameter of the model directory.</param>
/// <param name="Shape">Row-major, as the parameter has it; a GGUF file states it from the last to the first.</param>
/// <param name="Type">How the numbers are stored.</param>
/// <param name="HeadSize">
/// 0: the rows stay in their order. Else they are those of heads so wide, and rows i and i + HeadSize / 2 of a head, which are turned
/// together, come to lie beside each other.
/// </param>
internal sealed record GgufTensor(string Name, string Source, long[] Shape, GgufType Type, int HeadSize = 0)
{
    /// <summary>Numbers that are there already; null where <see cref="Source"/> has them.</summary>
    internal float[]? Values { get; init; }

    /// <summary>How many numbers.</summary>
    internal long Numbers => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Bytes in the file, without what follows to the next multiple of the alignment.</summary>
    internal long Bytes => Type.Bytes(Numbers);

    /// <summary>Numbers of a row; of a vector, all.</summary>
    internal long RowLength => Shape[^1];

    /// <summary>Which row of the parameter becomes a row of the tensor.</summary>
    internal long SourceRow(long row)
    {
        if (HeadSize == 0)
        {
            return row;
        }

        var (head, within) = Math.DivRem(row, HeadSize);
        var (pair, second) = Math.DivRem(within, 2);
        return (head * HeadSize) + (second * (HeadSize / 2)) + pair;
    }
}

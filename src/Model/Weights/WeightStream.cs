using Cppo.Model.Engine;

namespace Cppo.Model.Weights;

/// <summary>
/// A tensor that is read or made piece by piece, so that nobody holds it twice: <paramref name="Read"/> gives any stretch of its numbers.
/// </summary>
/// <param name="Name">Its Hugging Face parameter name.</param>
/// <param name="Shape">Row-major dimensions.</param>
/// <param name="Read">Fills a span with the numbers from a place on; may be called again, for the same or another stretch.</param>
public sealed record WeightStream(string Name, long[] Shape, WeightFill Read)
{
    // 4 MiB of numbers.
    private const int UsualPiece = 1 << 20;

    // What a panel of a matrix product takes at once.
    private const int RowMultiple = 32;

    /// <summary>Product of the dimensions.</summary>
    public long NumElements { get; } = Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Numbers of a piece: whole rows, a multiple of 32 of them, about 4 MiB.</summary>
    public int PieceLength
    {
        get
        {
            long row = Shape.Length < 2 ? 1 : Math.Max(1, Shape[^1]);
            return checked((int)(Math.Max(1, UsualPiece / row / RowMultiple) * RowMultiple * row));
        }
    }

    /// <summary>An array that lies in memory.</summary>
    public static WeightStream Of(NamedArray array) =>
        new(array.Name, array.Shape, (first, into) => array.Values.AsSpan((int)first, into.Length).CopyTo(into));

    /// <summary>The whole tensor.</summary>
    public NamedArray ToArray()
    {
        float[] values = new float[NumElements];
        Read(0, values);
        return new NamedArray(Name, Shape, values);
    }

    /// <summary>Calls <paramref name="use"/>(first, numbers) for each piece in order; the numbers are gone when it returns.</summary>
    public void ForPieces(WeightPiece use)
    {
        float[] buffer = System.Buffers.ArrayPool<float>.Shared.Rent((int)Math.Min(PieceLength, NumElements));
        for (long first = 0; first < NumElements; first += PieceLength)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(PieceLength, NumElements - first));
            Read(first, piece);
            use(first, piece);
        }

        System.Buffers.ArrayPool<float>.Shared.Return(buffer);
    }
}

/// <summary>Fills a span with a tensor's numbers from a place on.</summary>
public delegate void WeightFill(long first, Span<float> into);

/// <summary>Takes a tensor's numbers from a place on.</summary>
public delegate void WeightPiece(long first, ReadOnlySpan<float> numbers);

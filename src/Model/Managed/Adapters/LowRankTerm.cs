// Letters: N rows, R ranks of all modules of a product together, I inputs, O outputs of a module, r rank, s = alpha / r.
using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Managed.Adapters;

/// <summary>
/// One module's factors, packed: B^T [r, O] for the way forward and, where something trains, s B [O, r] for the way back.
/// </summary>
internal readonly struct PackedPart(AdapterPart place, PackedMatrix up, PackedMatrix back)
{
    internal readonly AdapterPart Place = place;
    internal readonly PackedMatrix Up = up;
    internal readonly PackedMatrix Back = back;
}

/// <summary>What an adapter adds to a matrix product of a layer: y += B (s A x) for the columns of each of its modules.</summary>
internal sealed unsafe class LowRankTerm(AdapterFactors place, PackedMatrix down, PackedMatrix back, PackedPart[] parts)
{
    internal AdapterFactors Place => place;

    internal PackedPart[] Parts => parts;

    /// <summary>Adds the term to rows of the product; each row's result does not depend on the rows beside it.</summary>
    /// <param name="level">Which micro-kernel runs.</param>
    /// <param name="count">N.</param>
    /// <param name="x">[N, I], rows without gaps, as the product read them.</param>
    /// <param name="y">[N, outputs of the product], rows without gaps.</param>
    /// <param name="scratch">Memory of the calling thread.</param>
    internal void AddTo(SimdLevel level, int count, float* x, float* y, AlignedBuffer scratch)
    {
        float* low = Down(level, count, x, scratch);
        foreach (var part in parts)
        {
            float* columns = y + part.Place.FirstColumn;
            Gemm.Multiply(level, count, low + part.Place.FirstRank, place.Ranks, part.Up, columns, place.Outputs, columns, place.Outputs);
        }
    }

    /// <summary>s A x of rows, [N, R], in the scratch.</summary>
    internal float* Down(SimdLevel level, int count, float* x, AlignedBuffer scratch)
    {
        float* low = scratch.Ensure((nint)count * place.Ranks);
        Gemm.Multiply(level, count, x, place.Inputs, down, low, place.Ranks);
        return low;
    }

    /// <summary>The gradient by A x of rows from that by y, s B^T dy: [N, R], in the scratch.</summary>
    internal float* DownBackward(SimdLevel level, int count, float* dy, AlignedBuffer scratch)
    {
        float* low = scratch.Ensure((nint)count * place.Ranks);
        foreach (var part in parts)
        {
            Gemm.Multiply(level, count, dy + part.Place.FirstColumn, place.Outputs, part.Back, low + part.Place.FirstRank, place.Ranks);
        }

        return low;
    }

    /// <summary>Adds the gradient by x that follows from the one by A x, [N, R]: dx += A^T of it.</summary>
    internal void AddByInput(SimdLevel level, int count, float* low, float* dx) =>
        Gemm.Multiply(level, count, low, place.Ranks, back, dx, place.Inputs, dx, place.Inputs);

    /// <summary>Fills the panels from flat values.</summary>
    internal void Pack(float* values, float scale, bool hasBack)
    {
        down.SetColumns(0, down.Columns, values + place.A);
        Scale(down, scale);
        foreach (var part in parts)
        {
            PackRows(values + part.Place.B, part.Up);
        }

        if (!hasBack)
        {
            return;
        }

        PackRows(values + place.A, back);
        foreach (var part in parts)
        {
            part.Back.SetColumns(0, part.Back.Columns, values + part.Place.B);
            Scale(part.Back, scale);
        }
    }

    /// <summary>Packs a matrix [K, N] that lies row by row without gaps.</summary>
    private static void PackRows(float* source, PackedMatrix matrix)
    {
        for (int panel = 0; panel < matrix.NumPanels; panel++)
        {
            int first = panel * Gemm.PanelWidth;
            PackedMatrix.PackPanel(source, matrix.Columns, matrix.Rows, first, matrix.Columns, matrix.Column(first));
        }
    }

    private static void Scale(PackedMatrix matrix, float scale)
    {
        nint length = PackedMatrix.Size(matrix.Rows, matrix.Columns);
        for (nint i = 0; i < length; i++)
        {
            matrix.Panels[i] *= scale;
        }
    }
}

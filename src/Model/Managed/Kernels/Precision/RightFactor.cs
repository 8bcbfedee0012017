// Letters: K rows (the dimension that is summed over), N columns.
using Cppo.Model.Engine;

namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>
/// The right factor [K, N] of a product as panels of 32 columns, in one of three precisions. Columns past N are 0. A panel holds
/// <list type="bullet">
/// <item>fp32: the 32 numbers of row 0, then of row 1, ...: a <see cref="PackedMatrix"/> is one without a copy;</item>
/// <item>bf16: for each row 16 words of 32 bits with column j in the lower and column j + 16 in the upper half;</item>
/// <item>int8: for each four rows the 32 columns' four bytes, each a whole number from -127 to 127 plus 128. A column has a scale for each
/// <see cref="Int8.Block"/> rows.</item>
/// </list>
/// </summary>
internal readonly unsafe struct RightFactor
{
    internal readonly WeightPrecision Precision;
    internal readonly byte* Panels;

    /// <summary>int8: [panels, blocks, 32]; else null.</summary>
    internal readonly float* Scales;
    internal readonly int Rows;
    internal readonly int Columns;

    /// <summary>A factor whose panels, and scales behind them, lie in memory of <see cref="Bytes"/> from a multiple of 64 on.</summary>
    internal RightFactor(WeightPrecision precision, void* memory, int rows, int columns)
    {
        Precision = precision;
        Panels = (byte*)memory;
        Rows = rows;
        Columns = columns;
        Scales = precision == WeightPrecision.Int8 ? (float*)(Panels + (PanelBytes(precision, rows) * NumPanels)) : null;
    }

    internal int NumPanels => NumPanelsOf(Columns);

    /// <summary>Bytes from a panel to the next.</summary>
    internal nint PanelStride => PanelBytes(Precision, Rows);

    /// <summary>The panels of a factor in fp32, not copied.</summary>
    /// <exception cref="InvalidOperationException">It is in another precision.</exception>
    internal PackedMatrix Matrix =>
        Precision == WeightPrecision.Float32
            ? new PackedMatrix((float*)Panels, Rows, Columns)
            : throw new InvalidOperationException("The factor is not held in fp32.");

    /// <summary>The same numbers, not copied.</summary>
    internal static RightFactor Of(in PackedMatrix matrix) => new(WeightPrecision.Float32, matrix.Panels, matrix.Rows, matrix.Columns);

    /// <summary>Bytes that a factor of this shape takes, scales included.</summary>
    internal static nint Bytes(WeightPrecision precision, int rows, int columns)
    {
        nint scales = precision == WeightPrecision.Int8 ? Int8.NumBlocks(rows) * Gemm.PanelWidth * sizeof(float) : 0;
        return NumPanelsOf(columns) * (PanelBytes(precision, rows) + scales);
    }

    internal byte* Panel(int panel) => Panels + (panel * PanelStride);

    /// <summary>Behind the last panel.</summary>
    internal byte* End => Panel(NumPanels);

    /// <summary>A panel's scales, [blocks, 32].</summary>
    internal float* PanelScales(int panel) => Scales + ((nint)panel * Int8.NumBlocks(Rows) * Gemm.PanelWidth);

    /// <summary>Takes over panels of a matrix of the same shape.</summary>
    internal void Pack(in PackedMatrix source, int firstPanel, int endPanel)
    {
        for (int p = firstPanel; p < endPanel; p++)
        {
            PanelPacking.Pack(this, p, source.Panels + ((nint)p * Rows * Gemm.PanelWidth));
        }
    }

    /// <summary>
    /// Fills one panel from the rows of a matrix [N, K], as weights [out, in] lie in files: <paramref name="outputs"/> is the row of the
    /// panel's first column, and the up to 32 rows follow each other without gaps. So weights can be packed as they are read.
    /// </summary>
    internal void PackOutputs(float* outputs, int panel)
    {
        int width = Math.Min(Gemm.PanelWidth, Columns - (panel * Gemm.PanelWidth));
        float* transposed = Precision == WeightPrecision.Float32 ? (float*)Panel(panel) : ThreadScratch.Panel((nint)Rows * Gemm.PanelWidth);
        if (width < Gemm.PanelWidth)
        {
            new Span<float>(transposed, Rows * Gemm.PanelWidth).Clear();
        }

        new PackedMatrix(transposed, Rows, width).SetColumns(0, width, outputs);
        PanelPacking.Pack(this, panel, transposed);
    }

    /// <summary>Panels from one to another as those of a <see cref="PackedMatrix"/>, in fp32; not for int8.</summary>
    internal void Widen(int firstPanel, int endPanel, float* into)
    {
        for (int panel = firstPanel; panel < endPanel; panel++, into += (nint)Rows * Gemm.PanelWidth)
        {
            switch (Precision)
            {
                case WeightPrecision.Float32:
                    VectorMath.Copy((float*)Panel(panel), into, (nint)Rows * Gemm.PanelWidth);
                    break;
                case WeightPrecision.BFloat16:
                    BFloat16Panel.Expand(Panel(panel), Gemm.PanelWidth * sizeof(ushort), Rows, into);
                    break;
                default:
                    throw new InvalidOperationException("Training and logprobs read weights in fp32 or bf16.");
            }
        }
    }

    /// <summary>Reads a column back, e.g. a token's embedding from the head's factor: K numbers.</summary>
    internal void Column(int column, float* into)
    {
        int j = column % Gemm.PanelWidth;
        byte* panel = Panel(column / Gemm.PanelWidth);
        if (Precision == WeightPrecision.Float32)
        {
            for (int k = 0; k < Rows; k++)
            {
                into[k] = ((float*)panel)[(k * Gemm.PanelWidth) + j];
            }
        }
        else if (Precision == WeightPrecision.BFloat16)
        {
            ushort* at = (ushort*)panel + BFloat16Panel.Place(j);
            for (int k = 0; k < Rows; k++)
            {
                into[k] = BitConverter.UInt32BitsToSingle((uint)at[k * Gemm.PanelWidth] << 16);
            }
        }
        else
        {
            float* scales = PanelScales(column / Gemm.PanelWidth) + j;
            byte* at = panel + (j * Int8.Quad);
            for (int k = 0; k < Rows; k++)
            {
                int number = at[(k / Int8.Quad * Int8.Quad * Gemm.PanelWidth) + (k % Int8.Quad)] - Int8.Offset;
                into[k] = number * scales[k / Int8.Block * Gemm.PanelWidth];
            }
        }
    }

    private static int NumPanelsOf(int columns) => (columns + Gemm.PanelWidth - 1) / Gemm.PanelWidth;

    private static nint PanelBytes(WeightPrecision precision, int rows) =>
        Gemm.PanelWidth
        * precision switch
        {
            WeightPrecision.Float32 => (nint)rows * sizeof(float),
            WeightPrecision.BFloat16 => (nint)rows * sizeof(ushort),
            _ => (nint)Int8.NumQuads(rows) * Int8.Quad,
        };
}

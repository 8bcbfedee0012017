// Letters: N rows of a stretch, R ranks of all modules of a product together, I inputs, O outputs of a module, r rank, s = alpha / r.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Adapters;

/// <summary>
/// The way back through the low-rank terms y += B (s A x) of a layer. With T = s A x and G = s B^T dy the gradients are dB^T = T^T dy,
/// dA = G^T x and dx += A^T G. Both factors of each sum over rows are kept in strips for a stretch of rows, and added by columns: rows in
/// order and in blocks that end at multiples of <see cref="WeightGradient.RowBlock"/>, so that no sum depends on the number of threads.
/// </summary>
internal sealed unsafe class AdapterBackward(AdapterWeights weights, AdapterArray into, SimdLevel level) : IDisposable
{
    private const int ColumnsPerTask = 8 * Gemm.PanelWidth;

    private readonly AlignedBuffer memory = new();
    private readonly Kept[] products = new Kept[Enum.GetValues<LayerProduct>().Length];
    private float* next;

    /// <summary>Makes room for stretches of so many rows.</summary>
    internal void Reserve(int rows)
    {
        var layer = into.Layout.Layers[0];
        next = memory.Ensure(layer.Aggregate((nint)0, (sum, factors) => sum + Floats(factors, rows)));
        for (int product = 0; product < products.Length; product++)
        {
            products[product] = layer[product].Parts.Count == 0 ? default : Place(layer[product], rows);
        }
    }

    /// <summary>
    /// Adds what the term gives to the gradient by its input, dx [count, I], from dy [count, outputs], and keeps G for rows
    /// <paramref name="row"/>, ... of the stretch.
    /// </summary>
    internal void AddByInput(int layer, LayerProduct product, int row, int count, float* dy, float* dx, AlignedBuffer scratch)
    {
        if (weights.Layer(layer).Of(product) is not { } term)
        {
            return;
        }

        float* low = term.DownBackward(level, count, dy, scratch);
        products[(int)product].ByDown.Store(row, count, low, term.Place.Ranks, term.Place.Ranks);
        term.AddByInput(level, count, low, dx);
    }

    /// <summary>Keeps what else the gradients of the factors need: the rows' x [count, I] and dy [count, outputs].</summary>
    internal void Keep(int layer, LayerProduct product, int row, int count, float* x, float* dy, AlignedBuffer scratch)
    {
        if (weights.Layer(layer).Of(product) is not { } term)
        {
            return;
        }

        var kept = products[(int)product];
        var place = term.Place;
        float* low = term.Down(level, count, x, scratch);
        kept.Inputs.Store(row, count, x, place.Inputs, place.Inputs);
        for (int part = 0; part < place.Parts.Count; part++)
        {
            var module = place.Parts[part];
            kept.Parts[part].Down.Store(row, count, low + module.FirstRank, place.Ranks, place.Ranks / place.Parts.Count);
            kept.Parts[part].Outputs.Store(row, count, dy + module.FirstColumn, place.Outputs, module.Module.Outputs);
        }
    }

    /// <summary>Adds the gradients by A and B of some products from the kept rows <paramref name="first"/>, ... of the stretch.</summary>
    internal void Sum(int layer, LayerProduct[] of, int first, int end, Team team)
    {
        if (first >= end)
        {
            return;
        }

        var sums = of.SelectMany(product => Sums(into.Layout.Layers[layer][(int)product], products[(int)product])).ToArray();
        team.Run(sums.Length, (task, _) => Add(sums[task], first, end));
    }

    /// <inheritdoc/>
    public void Dispose() => memory.Dispose();

    /// <summary>The strips of one product.</summary>
    /// <param name="Inputs">x [N, I], as wide as a panel.</param>
    /// <param name="ByDown">G [N, R], in the rows of a tile.</param>
    /// <param name="Parts">For each module T [N, r], in the rows of a tile, and its columns of dy [N, O], as wide as a panel.</param>
    private readonly record struct Kept(Strips Inputs, Strips ByDown, (Strips Down, Strips Outputs)[] Parts);

    /// <summary>A sum over rows, [ranks, some columns of a width] += narrow^T wide.</summary>
    private readonly record struct ColumnSum(Strips Narrow, int Ranks, Strips Wide, int Width, nint Into, int First, int End);

    private static IEnumerable<ColumnSum> Sums(AdapterFactors factors, Kept kept)
    {
        int rank = factors.Parts.Count == 0 ? 0 : factors.Ranks / factors.Parts.Count;
        var wholes = factors
            .Parts.Select((part, i) => new ColumnSum(kept.Parts[i].Down, rank, kept.Parts[i].Outputs, part.Module.Outputs, part.B, 0, 0))
            .Prepend(new ColumnSum(kept.ByDown, factors.Ranks, kept.Inputs, factors.Inputs, factors.A, 0, 0));
        return from whole in factors.Parts.Count == 0 ? [] : wholes
            from task in Enumerable.Range(0, (whole.Width + ColumnsPerTask - 1) / ColumnsPerTask)
            select whole with
            {
                First = task * ColumnsPerTask,
                End = Math.Min((task + 1) * ColumnsPerTask, whole.Width),
            };
    }

    private void Add(in ColumnSum sum, int first, int end)
    {
        for (int row = first, length; row < end; row += length)
        {
            length = Math.Min(WeightGradient.RowBlock - (row % WeightGradient.RowBlock), end - row);
            for (int column = sum.First; column < sum.End; column += Gemm.PanelWidth)
            {
                int columns = Math.Min(Gemm.PanelWidth, sum.End - column);
                for (int rank = 0; rank < sum.Ranks; rank += Gemm.RowsMultiple)
                {
                    float* to = into.Pointer + sum.Into + ((nint)rank * sum.Width) + column;
                    Gemm.Panel(
                        level,
                        Math.Min(Gemm.RowsMultiple, sum.Ranks - rank),
                        sum.Narrow.At(row, rank),
                        1,
                        sum.Narrow.RowStride,
                        sum.Wide.At(row, column),
                        sum.Wide.RowStride,
                        length,
                        to,
                        sum.Width,
                        to,
                        sum.Width,
                        columns
                    );
                }
            }
        }
    }

    private Kept Place(AdapterFactors factors, int rows)
    {
        int rank = factors.Ranks / factors.Parts.Count;
        return new Kept(
            Take(Gemm.PanelWidth, rows, factors.Inputs),
            Take(Gemm.RowsMultiple, rows, factors.Ranks),
            [.. factors.Parts.Select(part => (Take(Gemm.RowsMultiple, rows, rank), Take(Gemm.PanelWidth, rows, part.Module.Outputs)))]
        );
    }

    private static nint Floats(AdapterFactors factors, int rows)
    {
        if (factors.Parts.Count == 0)
        {
            return 0;
        }

        int rank = factors.Ranks / factors.Parts.Count;
        nint floats = Length(Gemm.PanelWidth, rows, factors.Inputs) + Length(Gemm.RowsMultiple, rows, factors.Ranks);
        foreach (var part in factors.Parts)
        {
            floats += Length(Gemm.RowsMultiple, rows, rank) + Length(Gemm.PanelWidth, rows, part.Module.Outputs);
        }

        return floats;
    }

    private Strips Take(int stripWidth, int rows, int columns)
    {
        var strips = Strips.Packed(next, stripWidth, rows);
        next += Length(stripWidth, rows, columns);
        return strips;
    }

    /// <summary>The next strips begin at a multiple of 64 bytes again.</summary>
    private static nint Length(int stripWidth, int rows, int columns) => (Strips.Size(stripWidth, rows, columns) + 15) / 16 * 16;
}

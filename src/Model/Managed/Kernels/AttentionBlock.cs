// Letters: R query heads of one key head, B rows (tokens) of a block, C width of a head, P its padded width, T scores of a row, S places.
namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// The matrix products of attention for rows that see the same prompt, with the query heads of one key head: scores are [R, B, T], first
/// those of the prompt, then those of the row's own sequence. Rows that follow each other in one sequence meet its places together; a row
/// on its own does so with all its heads.
/// What a row gets does not depend on the rows beside it.
/// </summary>
internal readonly unsafe ref struct AttentionBlock
{
    private readonly SimdLevel level;
    private readonly Heads heads;
    private readonly ReadOnlySpan<Sight> sights;
    private readonly ReadOnlySpan<int> ends;

    /// <summary>Takes the rows and room for as many numbers.</summary>
    internal AttentionBlock(SimdLevel level, in Heads heads, ReadOnlySpan<Sight> sights, Span<int> ends)
    {
        for (int row = sights.Length - 1; row >= 0; row--)
        {
            ends[row] = row + 1 < sights.Length && sights[row + 1].Follows(sights[row]) ? ends[row + 1] : row + 1;
        }

        this.ends = ends;
        this.level = level;
        this.heads = heads;
        this.sights = sights;
        Prefix = KeyValues.WholeBlocks(sights[0].PrefixLength);
        Stride = Prefix;
        foreach (var sight in sights)
        {
            Stride = Math.Max(Stride, sight.Scores);
        }
    }

    /// <summary>Where a row's scores of its own sequence begin.</summary>
    internal int Prefix { get; }

    /// <summary>T.</summary>
    internal int Stride { get; }

    /// <summary>The most rows of a block: its scores shall stay in the caches.</summary>
    internal static int MaxRows(in Heads heads)
    {
        int rows = 96 / heads.PerKey,
            multiple = rows < Gemm.RowsMultiple ? 8 : Gemm.RowsMultiple;
        return Math.Max(8, rows / multiple * multiple);
    }

    /// <summary>Floats of the scores of any block of rows that need at most so many each.</summary>
    internal static nint ScoreFloats(int scores, in Heads heads) => (nint)MaxRows(heads) * heads.PerKey * scores;

    /// <summary>How many of the rows, from the first on, make a block.</summary>
    internal static int Length(ReadOnlySpan<Sight> sights, in Heads heads)
    {
        int count = 1,
            most = Math.Min(MaxRows(heads), sights.Length);
        while (count < most && sights[count].SharesPrefix(sights[0]))
        {
            count++;
        }

        return count;
    }

    /// <summary>The scores of a row of a head.</summary>
    internal float* Row(float* scores, int head, int row) => scores + (((nint)head * sights.Length) + row) * Stride;

    /// <summary>Behind the last of the rows that follow a row in its sequence.</summary>
    internal int End(int row) => ends[row];

    /// <summary>
    /// Where the scores of a row's own sequence, whose first row in the block is <paramref name="first"/>, end in products over them: at
    /// its own length or later, and between the two they must be 0.
    /// </summary>
    internal int OwnEnd(int first, int row)
    {
        int tileRows = Gemm.TileRows(level),
            last = Math.Min(first + ((((row - first) / tileRows) + 1) * tileRows), ends[first]) - 1;
        return KeyValues.WholeBlocks(sights[last].OwnLength);
    }

    /// <summary>
    /// Dot products of x [B, R, C] with the places in sight, which lie by columns. Behind the last place of a sequence they are undefined.
    /// </summary>
    internal void Scores(float* x, nint xRow, in HeadPlaces columns, float* scores)
    {
        int width = heads.Width,
            perKey = heads.PerKey;
        for (int head = 0; head < perKey; head++)
        {
            Scores(sights.Length, x + (head * width), xRow, columns, sights[0].PrefixPlace, 0, Prefix, Row(scores, head, 0), Stride);
        }

        for (int first = 0, count; first < sights.Length; first += count)
        {
            count = ends[first] - first;
            int own = sights[first].OwnPlace,
                places = KeyValues.WholeBlocks(sights[first + count - 1].OwnLength);
            if (count == 1)
            {
                nint scoreRow = (nint)sights.Length * Stride;
                Scores(perKey, x + (first * xRow), width, columns, own, 0, places, Row(scores, 0, first) + Prefix, scoreRow);
                continue;
            }

            for (int head = 0; head < perKey; head++)
            {
                for (int place = 0; place < places; place += Gemm.PanelWidth)
                {
                    // Earlier rows see none of these places.
                    int skipped = Math.Max(0, place + 1 - sights[first].OwnLength);
                    Scores(
                        count - skipped,
                        x + ((first + skipped) * xRow) + (head * width),
                        xRow,
                        columns,
                        own,
                        place,
                        Math.Min(place + Gemm.PanelWidth, places),
                        Row(scores, head, first + skipped) + Prefix,
                        Stride
                    );
                }
            }
        }
    }

    /// <summary>Sums [B, R, C] over the places in sight, which lie by rows: shares times rows.</summary>
    internal void WeightedSums(float* shares, in HeadPlaces rows, float* sums, nint sumRow)
    {
        int perKey = heads.PerKey,
            width = heads.Width,
            prefix = sights[0].PrefixLength,
            tileRows = Gemm.TileRows(level);
        for (int head = 0; head < perKey && prefix > 0; head++)
        {
            WeightedSums(
                sights.Length,
                Row(shares, head, 0),
                Stride,
                rows,
                sights[0].PrefixPlace,
                prefix,
                sums + (head * width),
                sumRow,
                accumulate: false
            );
        }

        for (int first = 0, count; first < sights.Length; first += count)
        {
            count = ends[first] - first;
            int own = sights[first].OwnPlace;
            if (count == 1)
            {
                WeightedSums(
                    perKey,
                    Row(shares, 0, first) + Prefix,
                    (nint)sights.Length * Stride,
                    rows,
                    own,
                    sights[first].OwnLength,
                    sums + (first * sumRow),
                    width,
                    prefix > 0
                );
                continue;
            }

            for (int head = 0; head < perKey; head++)
            {
                for (int row = first; row < first + count; row += tileRows)
                {
                    int length = Math.Min(tileRows, first + count - row);
                    WeightedSums(
                        length,
                        Row(shares, head, row) + Prefix,
                        Stride,
                        rows,
                        own,
                        sights[row + length - 1].OwnLength,
                        sums + (row * sumRow) + (head * width),
                        sumRow,
                        prefix > 0
                    );
                }
            }
        }
    }

    /// <summary>rows[place] += sum over the block's rows and heads of shares times x [B, R, C].</summary>
    internal void AddOuterProducts(float* shares, float* x, nint xRow, float* rows)
    {
        for (int head = 0; head < heads.PerKey; head++)
        {
            AddOuterProducts(
                Row(shares, head, 0),
                sights[0].PrefixLength,
                x + (head * heads.Width),
                xRow,
                sights.Length,
                rows + At(sights[0].PrefixPlace)
            );
            for (int first = 0, count; first < sights.Length; first += count)
            {
                count = ends[first] - first;
                int length = sights[first + count - 1].OwnLength;
                for (int place = 0; place < length; place += KeyValues.Block)
                {
                    // Earlier rows see none of these places.
                    int row = first + Math.Max(0, place + 1 - sights[first].OwnLength);
                    AddOuterProducts(
                        Row(shares, head, row) + Prefix + place,
                        Math.Min(KeyValues.Block, length - place),
                        x + (row * xRow) + (head * heads.Width),
                        xRow,
                        first + count - row,
                        rows + At(sights[first].OwnPlace + place)
                    );
                }
            }
        }
    }

    private nint At(int place) => (nint)place * heads.PaddedWidth;

    private void Scores(
        int count,
        float* x,
        nint xRow,
        in HeadPlaces columns,
        int firstPlace,
        int place,
        int end,
        float* scores,
        nint scoreRow
    )
    {
        for (; place < end; place += Gemm.PanelWidth)
        {
            int places = Math.Min(Gemm.PanelWidth, end - place);
            columns.DotProducts(level, count, x, xRow, firstPlace + place, places, heads.Width, scores + place, scoreRow);
        }
    }

    private void WeightedSums(
        int count,
        float* shares,
        nint shareRow,
        in HeadPlaces rows,
        int place,
        int places,
        float* sums,
        nint sumRow,
        bool accumulate
    )
    {
        for (int column = 0; column < heads.Width; column += Gemm.PanelWidth)
        {
            int columns = Math.Min(Gemm.PanelWidth, heads.Width - column);
            float* start = accumulate ? sums + column : null;
            rows.WeightedSums(level, count, shares, shareRow, place, places, column, columns, start, sums + column, sumRow);
        }
    }

    private void AddOuterProducts(float* shares, int places, float* x, nint xRow, int count, float* rows)
    {
        for (int column = 0; column < heads.Width; column += Gemm.PanelWidth)
        {
            Gemm.Panel(
                level,
                places,
                shares,
                1,
                Stride,
                x + column,
                xRow,
                count,
                rows + column,
                heads.PaddedWidth,
                rows + column,
                heads.PaddedWidth,
                Math.Min(Gemm.PanelWidth, heads.Width - column)
            );
        }
    }
}

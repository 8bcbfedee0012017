using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Tests.Managed;

/// <summary>Attention of a block of rows against sums over places, for head sizes that fill vectors and such that do not.</summary>
public sealed unsafe class AttentionKernelTests
{
    private const int Places = 192;

    public static TheoryData<string, int, int, int, int, int[]> Blocks()
    {
        var data = new TheoryData<string, int, int, int, int, int[]>();
        foreach (var level in SimdLevels.Supported)
        {
            data.Add(level.ToString(), 4, 2, 32, 37, [5, 1, 40]);
            data.Add(level.ToString(), 3, 1, 8, 16, [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
            data.Add(level.ToString(), 2, 2, 20, 0, [30, 31, 32, 33, 34, 35, 36]);
            data.Add(level.ToString(), 6, 2, 64, 1, [17, 7, 8]);
        }

        return data;
    }

    /// <summary>Own lengths that rise by 1 are one sequence; others are sequences of their own.</summary>
    [Theory]
    [MemberData(nameof(Blocks))]
    public void Context_and_gradients_match(string levelName, int queries, int keys, int width, int prefixLength, int[] ownLengths)
    {
        var level = Enum.Parse<SimdLevel>(levelName);
        var heads = new Heads(queries, keys, width);
        var sights = Sights(prefixLength, ownLengths);
        int size = queries * width,
            count = sights.Length * size;
        Assert.Equal(sights.Length, AttentionBlock.Length(sights, heads));
        using AlignedBuffer k = Numbers.Make(Places * keys * width, 1),
            v = Numbers.Make(Places * keys * width, 2),
            q = Numbers.Make(count, 3, 2);
        using var cache = new Caches(heads, k, v);
        using AlignedBuffer context = new(count),
            logSumExp = new(sights.Length * queries);
        using var scratch = new AlignedBuffer(AttentionBackward.ScratchFloats(sights.Max(sight => sight.Scores), heads));
        scratch.Span((int)scratch.Length).Fill(float.NaN);
        Attention.Forward(
            level,
            heads,
            sights,
            new AttentionRows
            {
                Queries = q.Pointer,
                QueryRow = size,
                Context = context.Pointer,
                ContextRow = size,
                LogSumExp = logSumExp.Pointer,
            },
            cache.KeyValues,
            scratch.Pointer
        );
        double Context(int i, AlignedBuffer moved, int at, double by) =>
            Reference(heads, q, k, v, sights[i / size], i / size, i % size, moved, at, by);
        Numbers.Near(context, count, i => Context(i, q, -1, 0), 2e-6);

        using AlignedBuffer dContext = Numbers.Make(count, 4),
            dq = new(count);
        for (int head = 0; head < keys; head++)
        {
            int first = head * heads.PerKey * width;
            var rows = new BlockGradients(
                q.Pointer + first,
                dq.Pointer + first,
                size,
                context.Pointer + first,
                dContext.Pointer + first,
                size,
                logSumExp.Pointer + (head * heads.PerKey),
                queries
            );
            AttentionBackward.Run(level, heads, cache.Gradients(head), sights, rows, scratch.Pointer);
        }

        double Slope(AlignedBuffer moved, int at, int from, int to) =>
            Enumerable.Range(from, to - from).Sum(i => dContext.Pointer[i] * (Context(i, moved, at, 1e-4) - Context(i, moved, at, -1e-4)))
            / 2e-4;
        for (int i = 0; i < count; i += 5)
        {
            Assert.Equal(Slope(q, i, i / width * width, ((i / width) + 1) * width), dq.Pointer[i], 2e-5);
        }

        foreach (
            int place in new[] { 0, Math.Max(0, prefixLength - 1), sights[0].OwnPlace, sights[^1].OwnPlace + sights[^1].OwnLength - 1 }
        )
        {
            foreach (int at in Enumerable.Range(place * keys * width, keys * width).Where(i => i % 7 == 0))
            {
                Assert.Equal(Slope(k, at, 0, count), cache.Gradient(cache.ByKeys, at), 5e-5);
                Assert.Equal(Slope(v, at, 0, count), cache.Gradient(cache.ByValues, at), 5e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_row_does_not_depend_on_the_rows_beside_it(
        string levelName,
        int queries,
        int keys,
        int width,
        int prefixLength,
        int[] ownLengths
    )
    {
        var level = Enum.Parse<SimdLevel>(levelName);
        var heads = new Heads(queries, keys, width);
        var sights = Sights(prefixLength, ownLengths);
        int size = queries * width,
            count = sights.Length * size;
        using AlignedBuffer k = Numbers.Make(Places * keys * width, 1),
            v = Numbers.Make(Places * keys * width, 2),
            q = Numbers.Make(count, 3, 2);
        using var cache = new Caches(heads, k, v);
        using AlignedBuffer together = new(count),
            alone = new(size);
        using var scratch = new AlignedBuffer(Attention.ScratchFloats(sights.Max(sight => sight.Scores), heads));
        Attention.Forward(
            level,
            heads,
            sights,
            new AttentionRows
            {
                Queries = q.Pointer,
                QueryRow = size,
                Context = together.Pointer,
                ContextRow = size,
            },
            cache.KeyValues,
            scratch.Pointer
        );
        for (int row = 0; row < sights.Length; row++)
        {
            Attention.Forward(
                level,
                heads,
                sights.AsSpan(row, 1),
                new AttentionRows
                {
                    Queries = q.Pointer + (row * size),
                    QueryRow = size,
                    Context = alone.Pointer,
                    ContextRow = size,
                },
                cache.KeyValues,
                scratch.Pointer
            );
            Assert.True(alone.Span(size).SequenceEqual(new Span<float>(together.Pointer + (row * size), size)), $"row {row}");
        }
    }

    /// <summary>The prompt from place 0 on, and the sequences behind it.</summary>
    private static Sight[] Sights(int prefixLength, int[] ownLengths)
    {
        int place = 0,
            next = KeyValues.WholePanels(prefixLength);
        return
        [
            .. ownLengths.Select(
                (length, i) =>
                {
                    if (i == 0 || length != ownLengths[i - 1] + 1)
                    {
                        place = next;
                    }

                    next = Math.Max(next, place + KeyValues.WholePanels(length));
                    return new Sight(0, prefixLength, place, length);
                }
            ),
        ];
    }

    /// <summary>One number of the context, after one number of q, k or v was moved.</summary>
    private static double Reference(
        Heads heads,
        AlignedBuffer q,
        AlignedBuffer k,
        AlignedBuffer v,
        Sight sight,
        int row,
        int column,
        AlignedBuffer moved,
        int at,
        double by
    )
    {
        int width = heads.Width,
            head = column / width,
            key = head / heads.PerKey;
        int[] places = [.. Enumerable.Range(sight.PrefixPlace, sight.PrefixLength), .. Enumerable.Range(sight.OwnPlace, sight.OwnLength)];
        double Read(AlignedBuffer buffer, int i) => buffer.Pointer[i] + (ReferenceEquals(buffer, moved) && i == at ? by : 0);
        int At(int place, int c) => (((place * heads.KeyValues) + key) * width) + c;
        int query = (row * heads.Queries * width) + (head * width);
        double[] weights =
        [
            .. places.Select(place =>
                Math.Exp(Enumerable.Range(0, width).Sum(c => Read(q, query + c) * Read(k, At(place, c))) / Math.Sqrt(width))
            ),
        ];
        return places.Zip(weights, (place, weight) => weight * Read(v, At(place, column % width))).Sum() / weights.Sum();
    }

    /// <summary>Keys and values [places, K, C] in the arrangements that the kernels read, and gradients of 0.</summary>
    private sealed class Caches : IDisposable
    {
        private readonly Heads heads;
        private readonly AlignedBuffer[] sections;

        internal Caches(Heads heads, AlignedBuffer k, AlignedBuffer v)
        {
            this.heads = heads;
            sections = [.. Enumerable.Range(0, 6).Select(_ => Numbers.Zeros(heads.KeyValues * Places * heads.PaddedWidth))];
            KeyValues = new KeyValues(sections[0].Pointer, sections[1].Pointer, HeadStride, heads.PaddedWidth);
            for (int place = 0; place < Places; place++)
            {
                float* key = k.Pointer + (place * heads.KeyValues * heads.Width),
                    value = v.Pointer + (place * heads.KeyValues * heads.Width);
                KeyValues.Store(place, key, value, heads.KeyValues, heads.Width);
                for (int head = 0; head < heads.KeyValues; head++)
                {
                    KeyValues.StoreRow(sections[2].Pointer + (head * HeadStride), place, key + (head * heads.Width), heads.Width);
                    KeyValues.StoreColumn(sections[3].Pointer + (head * HeadStride), place, value + (head * heads.Width), heads.Width);
                }
            }
        }

        internal KeyValues KeyValues { get; }

        internal AlignedBuffer ByKeys => sections[4];

        internal AlignedBuffer ByValues => sections[5];

        private int HeadStride => Places * heads.PaddedWidth;

        internal HeadGradients Gradients(int head)
        {
            int at = head * HeadStride;
            return new HeadGradients(
                sections[0].Pointer + at,
                sections[2].Pointer + at,
                sections[3].Pointer + at,
                sections[4].Pointer + at,
                sections[5].Pointer + at
            );
        }

        /// <summary>The gradient by the number at a place of [places, K, C].</summary>
        internal double Gradient(AlignedBuffer section, int at)
        {
            int column = at % heads.Width,
                head = at / heads.Width % heads.KeyValues,
                place = at / heads.Width / heads.KeyValues;
            return section.Pointer[(head * HeadStride) + (place * heads.PaddedWidth) + column];
        }

        public void Dispose() => Array.ForEach(sections, section => section.Dispose());
    }
}

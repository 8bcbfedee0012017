using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Managed;

/// <summary>Attention on keys and values in bf16 against the same in fp32 on keys and values that were rounded.</summary>
public sealed unsafe class BFloat16KeyValuesTests
{
    private const int Places = 256;

    public static TheoryData<string, int, int, int, int, int[]> Blocks()
    {
        var data = new TheoryData<string, int, int, int, int, int[]>();
        foreach (var level in SimdLevels.Supported)
        {
            data.Add(level.ToString(), 14, 2, 64, 37, [5, 1, 40]);
            data.Add(level.ToString(), 3, 1, 8, 16, [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
            data.Add(level.ToString(), 2, 2, 20, 0, [30, 31, 32, 33, 34, 35, 36]);
            data.Add(level.ToString(), 6, 2, 48, 1, [17, 7, 8]);
            data.Add(level.ToString(), 4, 2, 128, 70, [33]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Attention_is_that_of_fp32_on_rounded_numbers(string level, int queries, int keys, int width, int prefix, int[] ownLengths)
    {
        var heads = new Heads(queries, keys, width);
        var sights = Sights(prefix, ownLengths);
        using var fp32 = new Cache(heads, WeightPrecision.Float32);
        using var bf16 = new Cache(heads, WeightPrecision.Int8);
        using AlignedBuffer k = Numbers.Make(Places * keys * width, 1),
            v = Numbers.Make(Places * keys * width, 2);
        Store(bf16, k, v);
        Round(k);
        Round(v);
        Store(fp32, k, v);
        float[] expected = Context(Enum.Parse<SimdLevel>(level), heads, sights, fp32.KeyValues);
        float[] actual = Context(Enum.Parse<SimdLevel>(level), heads, sights, bf16.KeyValues);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-6, $"at {i}: {actual[i]}, not {expected[i]}");
        }

        void Store(Cache cache, AlignedBuffer key, AlignedBuffer value)
        {
            for (int place = 0; place < Places; place++)
            {
                int at = place * keys * width;
                cache.KeyValues.Store(place, key.Pointer + at, value.Pointer + at, keys, width);
            }
        }
    }

    [Theory]
    [InlineData("Float32")]
    [InlineData("BFloat16")]
    public void A_copied_stretch_gives_the_same_context_and_nothing_else_changes(string precision)
    {
        var heads = new Heads(4, 2, 40);
        using var cache = new Cache(heads, Enum.Parse<WeightPrecision>(precision));
        using AlignedBuffer k = Numbers.Make(Places * 80, 1),
            v = Numbers.Make(Places * 80, 2);
        for (int place = 0; place < 70; place++)
        {
            cache.KeyValues.Store(place, k.Pointer + (place * 80), v.Pointer + (place * 80), 2, 40);
            cache.KeyValues.Store(place + 160, v.Pointer + (place * 80), k.Pointer + (place * 80), 2, 40);
        }

        var level = SimdLevels.Best;
        float[] wanted = Context(level, heads, [new Sight(0, 0, 0, 40)], cache.KeyValues);
        float[] before = Context(level, heads, [new Sight(0, 0, 160, 70)], cache.KeyValues);
        cache.KeyValues.Copy(heads.KeyValues, tokens: 40, fromPlace: 0, toPlace: 96);
        Assert.Equal(wanted, Context(level, heads, [new Sight(0, 0, 96, 40)], cache.KeyValues));
        Assert.Equal(before, Context(level, heads, [new Sight(0, 0, 160, 70)], cache.KeyValues));
        Assert.NotEqual(wanted, Context(level, heads, [new Sight(0, 0, 160, 40)], cache.KeyValues));
    }

    [Fact]
    public void Bf16_takes_half_the_bytes()
    {
        Assert.Equal(4, KeyValues.BytesPerNumber(WeightPrecision.Float32));
        Assert.Equal(2, KeyValues.BytesPerNumber(WeightPrecision.BFloat16));
        Assert.Equal((48, 64), (KeyValues.PaddedWidthIn(WeightPrecision.Float32, 40), KeyValues.PaddedWidthIn(WeightPrecision.Int8, 40)));
    }

    private static float[] Context(SimdLevel level, Heads heads, Sight[] sights, KeyValues cache)
    {
        int size = heads.Queries * heads.Width;
        using AlignedBuffer q = Numbers.Make(sights.Length * size, 3, 2),
            context = new(sights.Length * size),
            scratch = new(Attention.ScratchFloats(sights.Max(sight => sight.Scores), heads));
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
            },
            cache,
            scratch.Pointer
        );
        return context.Span(sights.Length * size).ToArray();
    }

    private static void Round(AlignedBuffer numbers)
    {
        foreach (ref float number in numbers.Span((int)numbers.Length))
        {
            number = BitConverter.UInt32BitsToSingle((uint)BFloat16.Round(number) << 16);
        }
    }

    /// <summary>The prompt from place 0 on, and the sequences behind it: lengths that rise by 1 are one.</summary>
    private static Sight[] Sights(int prefixLength, int[] ownLengths)
    {
        var sights = new List<Sight>();
        int place = 0,
            next = KeyValues.WholePanels(prefixLength);
        foreach (int length in ownLengths)
        {
            place = sights.Count > 0 && length == sights[^1].OwnLength + 1 ? place : next;
            next = Math.Max(next, place + KeyValues.WholePanels(length));
            sights.Add(new Sight(0, prefixLength, place, length));
        }

        Assert.True(next <= Places);
        return [.. sights];
    }

    /// <summary>Keys and values whose unstored numbers are NaN.</summary>
    private sealed class Cache : IDisposable
    {
        private readonly AlignedBuffer memory;

        internal Cache(Heads heads, WeightPrecision precision)
        {
            int padded = KeyValues.PaddedWidthIn(precision, heads.Width);
            nint numbers = (nint)heads.KeyValues * Places * padded;
            nint bytes = numbers * KeyValues.BytesPerNumber(precision);
            memory = new AlignedBuffer(2 * bytes / sizeof(float));
            new Span<byte>(memory.Pointer, (int)(2 * bytes)).Fill(0xFF);
            KeyValues = new KeyValues(precision, memory.Pointer, (byte*)memory.Pointer + bytes, Places * padded, padded);
        }

        internal KeyValues KeyValues { get; }

        public void Dispose() => memory.Dispose();
    }
}

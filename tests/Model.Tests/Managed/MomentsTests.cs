using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Training;
using Cppo.Model.Tests.Weights;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Managed;

/// <summary>Moments in bfloat16 beside those in fp32.</summary>
public sealed unsafe class MomentsTests
{
    private static readonly ParameterLayout Layout = new(SmallDecoder.Config);
    private static readonly AdamWStep Constants = new(1e-3, 1, new AdamWSettings());

    [Fact]
    public void A_value_is_rounded_up_as_often_as_rounding_down_loses_of_it()
    {
        using var array = new BFloat16Array(Layout);
        int count = (int)Math.Min(4096, Layout.Length);
        using AlignedBuffer values = new(count),
            noise = new(count),
            back = new(count);

        // Three quarters of the way from 1 to the next bfloat16, 1 + 2^-7.
        const float value = 1 + (0.75f / 128);
        double sum = 0;
        const int steps = 50;
        for (int step = 1; step <= steps; step++)
        {
            values.Span(count).Fill(value);
            RoundingNoise.Fill(step, 0, count, (uint*)noise.Pointer);
            array.Narrow(0, count, values.Pointer, (uint*)noise.Pointer, shift: step % 2 * 16);
            array.Widen(0, count, back.Pointer);
            foreach (float kept in back.Span(count))
            {
                Assert.True(kept is 1f or (1 + (1f / 128)));
                sum += kept;
            }
        }

        // Five standard deviations of the mean of so many.
        double tolerance = 5 * Math.Sqrt(0.75 * 0.25 / (count * (double)steps)) / 128;
        Assert.InRange((sum / (count * (double)steps)) - value, -tolerance, tolerance);
    }

    [Fact]
    public void A_bfloat16_stays_as_it_is()
    {
        using var array = new BFloat16Array(Layout);
        float[] exact = [0f, -0f, 1f, -1.5f, 3.3895314e38f, float.PositiveInfinity, 1e-38f];
        uint* all = stackalloc uint[exact.Length];
        new Span<uint>(all, exact.Length).Fill(uint.MaxValue);
        float[] rounded = [.. exact.Select(x => BitConverter.UInt32BitsToSingle((uint)BFloat16.Round(x) << 16))];
        float* back = stackalloc float[exact.Length];
        fixed (float* values = rounded)
        {
            array.Narrow(3, rounded.Length, values, all, 0);
        }

        array.Widen(3, rounded.Length, back);
        Assert.Equal(rounded, new Span<float>(back, rounded.Length).ToArray());
    }

    [Fact]
    public void Steps_are_near_those_with_moments_in_fp32_and_do_not_depend_on_how_they_are_cut()
    {
        int count = (int)Layout.Length;
        using Float32Moments exact = new(Layout);
        using BFloat16Moments whole = new(Layout),
            cut = new(Layout);
        using AlignedBuffer reference = Numbers.Make(count, 1),
            weights = Numbers.Make(count, 1),
            cutWeights = Numbers.Make(count, 1),
            start = Numbers.Make(count, 1);
        for (int n = 1; n <= 20; n++)
        {
            using AlignedBuffer first = Numbers.Make(count, n + 10),
                second = Numbers.Make(count, n + 10),
                third = Numbers.Make(count, n + 10);
            exact.Step(Constants, n, reference.Pointer, first.Pointer, 0, count);
            whole.Step(Constants, n, weights.Pointer, second.Pointer, 0, count);
            int half = count / 3;
            cut.Step(Constants, n, cutWeights.Pointer + half, third.Pointer + half, half, count - half);
            cut.Step(Constants, n, cutWeights.Pointer, third.Pointer, 0, half);
        }

        double difference = 0,
            distance = 0;
        for (int i = 0; i < count; i++)
        {
            difference += Math.Pow(weights.Pointer[i] - reference.Pointer[i], 2);
            distance += Math.Pow(reference.Pointer[i] - start.Pointer[i], 2);
        }

        Assert.InRange(Math.Sqrt(difference / distance), 0, 0.02);
        Assert.Equal(Of(whole), Of(cut));
    }

    [Fact]
    public void What_is_saved_is_read_back_with_the_same_bits()
    {
        int count = (int)Layout.Length;
        using BFloat16Moments moments = new(Layout),
            read = new(Layout);
        using AlignedBuffer weights = Numbers.Make(count, 1),
            gradients = Numbers.Make(count, 2);
        moments.Step(Constants, 1, weights.Pointer, gradients.Pointer, 0, count);
        foreach (var (from, to) in moments.Sections.Zip(read.Sections))
        {
            to.Numbers.Read(from.Numbers.Streams());
        }

        Assert.Equal(Of(moments), Of(read));
        Assert.NotEqual(Of(moments), Of(new BFloat16Moments(Layout)));
    }

    private static string Of(BFloat16Moments moments) =>
        string.Join(' ', moments.Sections.Select(section => WeightsHash.Of(section.Numbers.Streams())));
}

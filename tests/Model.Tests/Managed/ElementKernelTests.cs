using System.Numerics;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Tests.Managed;

public sealed unsafe class ElementKernelTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Exp_is_within_two_units_in_the_last_place(bool byBits)
    {
        float Exp(float x) => byBits ? VectorMath.ExpByBits(new Vector<float>(x))[0] : VectorMath.Exp(new Vector<float>(x))[0];
        for (float x = -87.3f; x < 88; x += 0.0137f)
        {
            double exact = Math.Exp(x),
                unit = MathF.BitIncrement((float)exact) - (float)exact;
            Assert.InRange((Exp(x) - exact) / unit, -2, 2);
        }

        Assert.Equal(0, Exp(float.NegativeInfinity));
        Assert.Equal(0, Exp(-1000));
        Assert.Equal(1, Exp(0));
        Assert.True(float.IsNaN(Exp(float.NaN)));
        Assert.InRange(Exp(-95), 0, 1e-37f);
    }

    [Fact]
    public void Max_finds_the_largest_wherever_it_is()
    {
        for (int length = 1; length <= 40; length++)
        {
            using AlignedBuffer x = new(length);
            for (int at = 0; at < length; at++)
            {
                x.Span(length).Fill(float.NegativeInfinity);
                x.Pointer[at] = -2;
                x.Pointer[length / 2] = Math.Max(x.Pointer[length / 2], -3);
                Assert.Equal(-2, VectorMath.Max(x.Pointer, length));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(32)]
    [InlineData(83)]
    public void RmsNorm_and_its_gradient_match(int width)
    {
        const double epsilon = 1e-5;
        using AlignedBuffer x = Numbers.Make(width, 1),
            w = Numbers.Make(width, 2),
            y = new(width);
        using AlignedBuffer dy = Numbers.Make(width, 3),
            residual = Numbers.Make(width, 4),
            dx = new(width),
            dw = Numbers.Zeros(width);
        float inverse = RmsNorm.Forward(x.Pointer, w.Pointer, y.Pointer, width, epsilon);
        double Norm(int i, Func<int, double> at) =>
            at(i) * w.Pointer[i] / Math.Sqrt((Enumerable.Range(0, width).Sum(j => at(j) * at(j)) / width) + epsilon);
        Numbers.Near(y, width, i => Norm(i, j => x.Pointer[j]), 1e-5);
        RmsNorm.Backward(x.Pointer, w.Pointer, dy.Pointer, inverse, residual.Pointer, dx.Pointer, dw.Pointer, width);
        double Loss(int moved, double by) =>
            Enumerable.Range(0, width).Sum(i => dy.Pointer[i] * Norm(i, j => x.Pointer[j] + (j == moved ? by : 0)));
        Numbers.Near(dx, width, i => residual.Pointer[i] + ((Loss(i, 1e-4) - Loss(i, -1e-4)) / 2e-4), 2e-5 * Math.Max(1, inverse));
        Numbers.Near(dw, width, i => dy.Pointer[i] * x.Pointer[i] * (double)inverse, 1e-5);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(48)]
    public void SwiGlu_and_its_gradient_match(int width)
    {
        using AlignedBuffer gateUp = Numbers.Make(2 * width, 1, 4),
            y = new(width),
            again = new(width),
            dy = Numbers.Make(width, 2),
            back = new(2 * width);
        static double Value(double gate, double up) => gate / (1 + Math.Exp(-gate)) * up;
        SwiGlu.Forward(gateUp.Pointer, y.Pointer, width);
        Numbers.Near(y, width, i => Value(gateUp.Pointer[i], gateUp.Pointer[width + i]), 1e-5);
        SwiGlu.Backward(gateUp.Pointer, dy.Pointer, back.Pointer, again.Pointer, width);
        Numbers.Near(again, width, i => y.Pointer[i], 1e-5);
        Numbers.Near(
            back,
            2 * width,
            i =>
            {
                double gate = gateUp.Pointer[i % width],
                    up = gateUp.Pointer[width + (i % width)],
                    h = 1e-5;
                double slope = i < width ? Value(gate + h, up) - Value(gate - h, up) : Value(gate, up + h) - Value(gate, up - h);
                return dy.Pointer[i % width] * slope / (2 * h);
            },
            2e-5
        );

        // Updates have the gradient overwritten.
        using var inPlace = new AlignedBuffer(2 * width);
        SwiGlu.Backward(gateUp.Pointer, dy.Pointer, inPlace.Pointer, dy.Pointer, width);
        Numbers.Near(inPlace, 2 * width, i => back.Pointer[i], 0);
        Numbers.Near(dy, width, i => again.Pointer[i], 0);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(80)]
    public void Rotation_turns_pairs_and_back(int width)
    {
        var config = new DecoderConfig
        {
            VocabSize = 1,
            HiddenSize = width,
            IntermediateSize = 1,
            NumLayers = 1,
            NumHeads = 1,
            NumKeyValueHeads = 1,
            MaxPositions = 50,
            RopeTheta = 10000,
        };
        using AlignedBuffer start = Numbers.Make(width, 1),
            x = Numbers.Make(width, 1);
        float* angles = new Rotary(config).For(38).At(37);
        Rotary.Turn(x.Pointer, angles, width / 2, backward: false);
        Numbers.Near(
            x,
            width,
            i =>
            {
                int pair = i % (width / 2);
                double angle = 37 * Math.Pow(10000, -2.0 * pair / width),
                    a = start.Pointer[pair],
                    b = start.Pointer[pair + (width / 2)];
                return i < width / 2 ? (a * Math.Cos(angle)) - (b * Math.Sin(angle)) : (b * Math.Cos(angle)) + (a * Math.Sin(angle));
            },
            1e-5
        );
        Rotary.Turn(x.Pointer, angles, width / 2, backward: true);
        Numbers.Near(x, width, i => start.Pointer[i], 1e-6);
    }

    [Theory]
    [InlineData(5, 1.0)]
    [InlineData(450, 0.7)]
    public void Log_softmax_and_its_gradient_match(int vocabulary, double temperature)
    {
        using AlignedBuffer start = Numbers.Make(vocabulary, 1, 6),
            logits = Numbers.Make(vocabulary, 1, 6);
        float inverse = (float)(1 / temperature);
        float logSumExp = LogSoftmax.LogSumExp(logits.Pointer, vocabulary, inverse);
        double exact = Math.Log(Enumerable.Range(0, vocabulary).Sum(i => Math.Exp(start.Pointer[i] / temperature)));
        Assert.Equal(exact, logSumExp, 1e-5);
        LogSoftmax.Backward(logits.Pointer, vocabulary, inverse, logSumExp, [2, 4, 2], [0.5f, -2f, 0.25f]);
        Numbers.Near(
            logits,
            vocabulary,
            i =>
                (
                    (
                        i == 2 ? 0.75
                        : i == 4 ? -2
                        : 0
                    ) + (1.25 * Math.Exp((start.Pointer[i] / temperature) - exact))
                ) / temperature,
            2e-6
        );
    }

    [Theory]
    [InlineData(7)]
    [InlineData(200)]
    public void Draws_invert_the_cumulative_distribution(int vocabulary)
    {
        using var start = Numbers.Make(vocabulary, 1, 3);
        start.Pointer[0] = -1000;
        double[] weights = [.. Enumerable.Range(0, vocabulary).Select(i => Math.Exp(start.Pointer[i] / 0.8))];
        using var logits = new AlignedBuffer(vocabulary);
        for (double uniform = 0; uniform < 1; uniform += 0.00937)
        {
            VectorMath.Copy(start.Pointer, logits.Pointer, vocabulary);
            int token = TokenDraw.Pick(
                logits.Pointer,
                vocabulary,
                TokenDraw.Weigh(logits.Pointer, vocabulary, 0.8),
                uniform,
                out float logprob
            );
            double threshold = uniform * weights.Sum();
            Assert.InRange(
                threshold,
                weights[..token].Sum() - (1e-5 * weights.Sum()),
                weights[..(token + 1)].Sum() + (1e-5 * weights.Sum())
            );
            Assert.Equal(Math.Log(weights[token] / weights.Sum()), logprob, 1e-5);
            Assert.NotEqual(0, token);
        }
    }

    [Fact]
    public void Greedy_takes_the_lowest_of_equal_logits()
    {
        using var logits = Numbers.Zeros(40);
        logits.Pointer[9] = logits.Pointer[21] = 2;
        Assert.Equal(9, TokenDraw.Greedy(logits.Pointer, 40, out float logprob));
        Assert.Equal(-Math.Log(2 + (38 * Math.Exp(-2))), logprob, 1e-5);
    }

    [Fact]
    public void AdamW_matches_the_equation()
    {
        const int count = 19;
        using AlignedBuffer w = Numbers.Make(count, 1),
            g = Numbers.Make(count, 2),
            m = Numbers.Make(count, 3),
            v = Numbers.Make(count, 4);
        for (int i = 0; i < count; i++)
        {
            v.Pointer[i] = Math.Abs(v.Pointer[i]);
        }

        double[] expected =
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                {
                    double gradient = 0.5 * g.Pointer[i];
                    double mean = (0.9 * m.Pointer[i]) + (0.1 * gradient),
                        square = (0.99 * v.Pointer[i]) + (0.01 * gradient * gradient);
                    return (w.Pointer[i] * (1 - (0.01 * 0.1)))
                        - (0.01 * mean / (1 - Math.Pow(0.9, 3)) / (Math.Sqrt(square / (1 - Math.Pow(0.99, 3))) + 1e-6));
                }),
        ];
        AdamW.Step(new AdamWStep(0.01, 0.5, new AdamWSettings(0.9, 0.99, 1e-6, 0.1)), 3, w.Pointer, g.Pointer, m.Pointer, v.Pointer, count);
        Numbers.Near(w, count, i => expected[i], 1e-5);
        Numbers.Near(g, count, _ => 0, 0);
    }
}

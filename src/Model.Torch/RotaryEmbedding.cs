// Letters: N tokens, H heads, C width of a head, L positions.
using Cppo.Model.Decoders;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>Rotary position embedding: turns the pair (x[i], x[i + C/2]) of each head by the angle position * frequency[i].</summary>
internal sealed class RotaryEmbedding
{
    private readonly Tensor cosine_L1C;
    private readonly Tensor sine_L1C;

    /// <summary>
    /// Tables for positions 0 .. <paramref name="positions"/> - 1, in fp32 as the reference computes them, then rounded to the compute
    /// type.
    /// </summary>
    internal RotaryEmbedding(DecoderConfig config, int positions, ScalarType type, Device device)
    {
        int width = config.HeadSize,
            half = width / 2;
        float[] cosines = new float[positions * width];
        float[] sines = new float[positions * width];
        float[] frequencies = RotaryFrequencies.Of(config);
        for (int i = 0; i < half; i++)
        {
            float frequency = frequencies[i];
            for (int position = 0; position < positions; position++)
            {
                var (sine, cosine) = MathF.SinCos(position * frequency);
                int at = (position * width) + i;
                cosines[at] = cosines[at + half] = cosine;
                // The first half takes the partner with a minus: folded into the table.
                sines[at] = -sine;
                sines[at + half] = sine;
            }
        }

        cosine_L1C = tensor(cosines, [positions, 1, width], ScalarType.Float32, device).to(type);
        sine_L1C = tensor(sines, [positions, 1, width], ScalarType.Float32, device).to(type);
    }

    /// <summary>The table's rows for tokens at these positions.</summary>
    internal RotaryRows At(Tensor positions_N) => new(cosine_L1C.index_select(0, positions_N), sine_L1C.index_select(0, positions_N));
}

/// <summary>Cosines and signed sines of a list of tokens.</summary>
internal sealed record RotaryRows(Tensor Cosine_N1C, Tensor Sine_N1C)
{
    /// <summary>Turns the heads of each token, shape kept.</summary>
    internal Tensor Apply(Tensor x_NHC)
    {
        long half = x_NHC.shape[2] / 2;
        var partners_NHC = cat([x_NHC.narrow(2, half, half), x_NHC.narrow(2, 0, half)], 2);
        return (x_NHC * Cosine_N1C).Plus(partners_NHC * Sine_N1C);
    }
}

namespace Cppo.Model.Decoders;

/// <summary>By how much one position turns the pairs of a head.</summary>
public static class RotaryFrequencies
{
    /// <summary>
    /// Shape [C / 2], where C is the width of a head: theta^(-2i/C), scaled where the architecture says so. In fp32 as the reference
    /// computes them.
    /// </summary>
    public static float[] Of(DecoderConfig config)
    {
        float[] frequencies = new float[config.HeadSize / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            float plain = 1f / (float)Math.Pow(config.RopeTheta, 2f * i / config.HeadSize);
            frequencies[i] = config.RopeScaling is { } scaling ? (float)scaling.Scale(plain) : plain;
        }

        return frequencies;
    }
}

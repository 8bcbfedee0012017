namespace Cppo.Model.Decoders;

/// <summary>
/// The scaling of Llama 3.1 and later: waves longer than <paramref name="OriginalMaxPositions"/> / <paramref name="LowFrequencyFactor"/>
/// positions are stretched by
/// <paramref name="Factor"/>, those shorter than <paramref name="OriginalMaxPositions"/> / <paramref name="HighFrequencyFactor"/> stay, and
/// those between are a mixture of both.
/// </summary>
/// <param name="Factor">More than 0.</param>
/// <param name="LowFrequencyFactor">More than 0.</param>
/// <param name="HighFrequencyFactor">More than <paramref name="LowFrequencyFactor"/>.</param>
/// <param name="OriginalMaxPositions">The context of pretraining, at least 1.</param>
public sealed record Llama3Scaling(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalMaxPositions)
{
    /// <summary>The angle of one position after scaling, from that before.</summary>
    internal double Scale(double frequency)
    {
        double wave = 2 * Math.PI / frequency;
        if (wave < OriginalMaxPositions / HighFrequencyFactor)
        {
            return frequency;
        }

        double kept = Math.Clamp(((OriginalMaxPositions / wave) - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor), 0, 1);
        return ((1 - kept) * frequency / Factor) + (kept * frequency);
    }
}

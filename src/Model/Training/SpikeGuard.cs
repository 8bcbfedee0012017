namespace Cppo.Model.Training;

/// <summary>
/// Tells gradient norms that are spikes: those above <paramref name="multiple"/> times the median of the last <paramref name="window"/>
/// norms that were none. Nothing is a spike before min(<paramref name="window"/>, <see cref="FewestNorms"/>) norms are known. Norms of 0,
/// which updates without anything to learn from have, do not count.
/// </summary>
/// <param name="multiple">Above 1.</param>
/// <param name="window">At least 1.</param>
public sealed class SpikeGuard(double multiple, int window)
{
    /// <summary>Norms that a median is taken of at least, where the window holds as many.</summary>
    public const int FewestNorms = 10;

    private readonly Queue<double> norms = new();

    /// <summary>The multiple of the median from which on a norm is a spike.</summary>
    public double Multiple => multiple;

    /// <summary>The median of the window, the mean of the middle two where their number is even; null while too few norms are
    /// known.</summary>
    public double? Median { get; private set; }

    /// <summary>Updates since the last one that took a step.</summary>
    public int SkippedInARow { get; private set; }

    /// <summary>Whether a norm is a spike.</summary>
    public bool IsSpike(double norm) => Median is { } median && norm > multiple * median;

    /// <summary>An update ended.</summary>
    /// <param name="norm">The norm of the last gradient that it computed.</param>
    /// <param name="skipped">Its passes whose steps were left out, that of this gradient among them where there are any.</param>
    /// <param name="passes">All its passes.</param>
    public void Note(double norm, int skipped, int passes)
    {
        if (norm <= 0)
        {
            return;
        }

        SkippedInARow = skipped == passes ? SkippedInARow + 1 : 0;
        if (skipped > 0)
        {
            return;
        }

        norms.Enqueue(norm);
        if (norms.Count > window)
        {
            norms.Dequeue();
        }

        if (norms.Count >= Math.Min(window, FewestNorms))
        {
            double[] ordered = [.. norms.Order()];
            Median = (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
        }
    }
}

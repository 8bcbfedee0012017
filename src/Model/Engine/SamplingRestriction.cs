namespace Cppo.Model.Engine;

/// <summary>
/// Which tokens of the distribution (temperature applied) may be drawn: of the k likeliest the fewest likeliest whose share of their sum is
/// at least p, and of these those at least min-p times as likely as the likeliest. What remains is scaled to 1, and logprobs are recorded
/// of that. Transformers' warpers leave the same tokens, but keep all that are equal to the k-th, where here the lowest ids stay.
/// </summary>
public sealed record SamplingRestriction
{
    /// <summary>The smallest share that top-p may be.</summary>
    public const double SmallestTopP = 0.001;

    /// <summary>Any token may be drawn.</summary>
    public static SamplingRestriction None { get; } = new();

    /// <summary>Above 0; 1 leaves all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>0 leaves all.</summary>
    public int TopK { get; init; }

    /// <summary>0 leaves all, 1 those that are as likely as the likeliest.</summary>
    public double MinP { get; init; }

    /// <summary>Whether all tokens are left.</summary>
    public bool IsNone => TopP >= 1 && TopK == 0 && MinP == 0;

    /// <summary>What is out of range, as a sentence; null where nothing is.</summary>
    internal string? Fault =>
        !(TopP >= SmallestTopP && TopP <= 1) ? $"Top-p is {TopP}; it must be {SmallestTopP} to 1."
        : TopK < 0 ? $"Top-k is {TopK}; it must be 0 or more."
        : !(MinP >= 0 && MinP <= 1) ? $"Min-p is {MinP}; it must be 0 to 1."
        : null;
}

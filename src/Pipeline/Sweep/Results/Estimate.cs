using System.Globalization;

namespace Cppo.Pipeline.Sweep.Results;

/// <summary>A number of a table with its 95 % interval; without one where bounds are NaN or infinite.</summary>
internal readonly record struct Estimate(double Value, double Low = double.NaN, double High = double.NaN)
{
    /// <summary>Whether it has an interval.</summary>
    public bool HasInterval => double.IsFinite(Low) && double.IsFinite(High);

    /// <summary>The number with a fixed number of digits, and its interval where it has one: "77.1 (74.2 to 79.9)".</summary>
    public string Text(string format)
    {
        string value = Value.ToString(format, CultureInfo.InvariantCulture);
        return HasInterval
            ? $"{value} ({Low.ToString(format, CultureInfo.InvariantCulture)} to {High.ToString(format, CultureInfo.InvariantCulture)})"
            : value;
    }

    /// <summary>A share 0 .. 1 in percent.</summary>
    public Estimate InPercent() => new(100 * Value, 100 * Low, 100 * High);
}

using System.Globalization;

namespace Cppo.Pipeline.Charts;

/// <summary>A place on an axis with the number that stands there.</summary>
internal sealed record AxisTick(double Value, string Label);

/// <summary>What an axis is to show.</summary>
internal sealed record AxisOptions
{
    /// <summary>About so many ticks, at least 2.</summary>
    public int Ticks { get; init; } = 5;

    /// <summary>Ticks are whole numbers, as of updates.</summary>
    public bool IsWhole { get; init; }

    /// <summary>0 is on the axis.</summary>
    public bool HasZero { get; init; }

    /// <summary>The axis ends at ticks instead of at the outermost values.</summary>
    public bool EndsAtTicks { get; init; }
}

/// <summary>
/// The range of an axis and its ticks: multiples of 1, 2 or 5 times a power of ten, written plainly and with thousands separated. Numbers
/// too large or small for that are shown divided by a power of ten that <see cref="Factor"/> states.
/// </summary>
internal sealed record Axis(double Low, double High, IReadOnlyList<AxisTick> Ticks, string Factor)
{
    private const double Largest = 1e7;
    private const double Smallest = 1e-3;
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    // What is larger is drawn at the edge: ranges must not overflow.
    private const double Bound = 1e100;

    /// <summary>The axis of some values; those that are no finite numbers do not count.</summary>
    public static Axis Of(IEnumerable<double> values, AxisOptions options)
    {
        double[] finite = [.. values.Where(double.IsFinite).Select(value => Math.Clamp(value, -Bound, Bound))];
        var (low, high) = finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
        if (options.HasZero)
        {
            (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        }

        // A range without width, but for rounding.
        if (high - low <= 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)))
        {
            double half = options.IsWhole ? 0.5 : Math.Abs(low) / 2;
            (low, high) = low == 0 ? (0, 1) : (low - half, low + half);
        }

        var (digit, exponent) = Step((high - low) / Math.Max(2, options.Ticks), options.IsWhole);
        double step = Scale(digit, exponent);
        double first = options.EndsAtTicks ? Math.Floor((low / step) + 1e-9) : Math.Ceiling((low / step) - 1e-9);
        double last = options.EndsAtTicks ? Math.Ceiling((high / step) - 1e-9) : Math.Floor((high / step) + 1e-9);
        if (options.EndsAtTicks)
        {
            (low, high) = (Scale(first * digit, exponent), Scale(last * digit, exponent));
        }

        int factor = FactorOf(Math.Max(Math.Abs(low), Math.Abs(high)));
        int decimals = Math.Clamp(factor - exponent, 0, 15);
        var ticks = Enumerable
            .Range(0, (int)(last - first) + 1)
            .Select(at => (first + at) * digit)
            .Select(count => new AxisTick(Scale(count, exponent), Write(Scale(count, exponent - factor), decimals)));
        return new(low, high, [.. ticks], factor == 0 ? "" : $"×10{Superscript(factor)}");
    }

    /// <summary>Where a value lies, 0 at the low end, 1 at the high one; values outside are put to the end.</summary>
    public double PlaceOf(double value) => Math.Clamp((value - Low) / (High - Low), 0, 1);

    /// <summary>1, 2 or 5 times a power of ten, whichever is nearest to <paramref name="raw"/> by their ratio.</summary>
    private static (int Digit, int Exponent) Step(double raw, bool isWhole)
    {
        int exponent = (int)Math.Floor(Math.Log10(raw));
        double fraction = raw / Math.Pow(10, exponent);
        var step = fraction switch
        {
            < 1.41 => (1, exponent),
            < 3.16 => (2, exponent),
            < 7.07 => (5, exponent),
            _ => (1, exponent + 1),
        };
        return isWhole && step.Item2 < 0 ? (1, 0) : step;
    }

    /// <summary>value * 10^exponent; a negative power divides, which rounds once.</summary>
    private static double Scale(double value, int exponent) =>
        exponent < 0 ? value / Math.Pow(10, -exponent) : value * Math.Pow(10, exponent);

    private static int FactorOf(double largest) =>
        largest is >= Largest or (> 0 and < Smallest) ? 3 * (int)Math.Floor(Math.Log10(largest) / 3) : 0;

    private static string Write(double value, int decimals) =>
        (value == 0 ? 0 : value).ToString($"N{decimals}", CultureInfo.InvariantCulture).Replace('-', '−');

    private static string Superscript(int number) =>
        string.Concat(number.ToString(CultureInfo.InvariantCulture).Select(sign => sign == '-' ? '⁻' : Superscripts[sign - '0']));
}

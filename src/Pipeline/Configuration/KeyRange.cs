using System.Globalization;

namespace Cppo.Pipeline.Configuration;

/// <summary>The numbers that a key may be: its attribute's bounds, else its type's.</summary>
internal sealed record KeyRange(KeyKind Kind, decimal? IntegerMin, decimal? IntegerMax, double NumberMin, double NumberMax, string Unit)
{
    public static KeyRange Of(ConfigKey key)
    {
        var (min, max) = (key.About.Min, key.About.Max);
        return key.Kind == KeyKind.Integer
            ? new(key.Kind, Bound(min, key.Type, "MinValue"), Bound(max, key.Type, "MaxValue"), double.NaN, double.NaN, key.About.Unit)
            : new(
                key.Kind,
                null,
                null,
                double.IsNaN(min) ? double.MinValue : min,
                double.IsNaN(max) ? double.MaxValue : max,
                key.About.Unit
            );
    }

    public string Min => Kind == KeyKind.Integer ? IntegerMin!.Value.ToString(CultureInfo.InvariantCulture) : Text(NumberMin);

    public string Max => Kind == KeyKind.Integer ? IntegerMax!.Value.ToString(CultureInfo.InvariantCulture) : Text(NumberMax);

    public bool Contains(decimal integer) => integer >= IntegerMin && integer <= IntegerMax;

    public bool Contains(double number) => number >= NumberMin && number <= NumberMax;

    /// <summary>As a remedy: "an integer from 1 to 64 (passes)".</summary>
    public override string ToString() =>
        $"{(Kind == KeyKind.Integer ? "an integer" : "a number")} from {Min} to {Max}{(Unit.Length > 0 ? $" ({Unit})" : "")}";

    private static decimal Bound(double stated, Type type, string ofType) =>
        double.IsNaN(stated) ? Convert.ToDecimal(type.GetField(ofType)!.GetValue(null), CultureInfo.InvariantCulture) : (decimal)stated;

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}

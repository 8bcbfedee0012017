using System.Globalization;

namespace Cppo.Pipeline.BaseModel;

/// <summary>Lines such as <c>12+7=19</c> and the whole number from 0 to <see cref="MaxValue"/> that they end with.</summary>
internal sealed record Calculation(int Value, string[] Lines)
{
    /// <summary>No number of a calculation exceeds it; what would is null, as is what would be below 0 or no whole number.</summary>
    public const int MaxValue = 200;

    /// <summary>The sum.</summary>
    public static Calculation? Add(int left, int right) => Line(left, '+', right, left + right);

    /// <summary>The difference.</summary>
    public static Calculation? Subtract(int left, int right) => Line(left, '-', right, left - right);

    /// <summary>The product.</summary>
    public static Calculation? Multiply(int left, int right) => Line(left, '*', right, left * right);

    /// <summary>The quotient.</summary>
    public static Calculation? Divide(int left, int right) => left % right == 0 ? Line(left, '/', right, left / right) : null;

    /// <summary>This and then what follows from its value.</summary>
    public Calculation? Then(Func<int, Calculation?> next) =>
        next(Value) is { } more ? new Calculation(more.Value, [.. Lines, .. more.Lines]) : null;

    private static Calculation? Line(int left, char sign, int right, int value) =>
        value is < 0 or > MaxValue
            ? null
            : new Calculation(value, [string.Create(CultureInfo.InvariantCulture, $"{left}{sign}{right}={value}")]);
}

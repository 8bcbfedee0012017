using System.Globalization;

namespace Cppo.Pipeline.BaseModel;

/// <summary>Writes numbers and polynomials as questions and answers show them.</summary>
internal static class Tex
{
    /// <summary>The integer.</summary>
    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A fraction in lowest terms in a line of a calculation: <c>7/12</c>, <c>-3</c>.</summary>
    public static string Plain(int top, int bottom)
    {
        var (n, d) = Lowest(top, bottom);
        return d == 1 ? Number(n) : $"{Number(n)}/{Number(d)}";
    }

    /// <summary>A fraction in lowest terms as an answer shows it: <c>\frac{7}{12}</c>, <c>-3</c>.</summary>
    public static string Fraction(int top, int bottom)
    {
        var (n, d) = Lowest(top, bottom);
        return d == 1 ? Number(n) : $"{(n < 0 ? "-" : "")}\\frac{{{Number(Math.Abs(n))}}}{{{Number(d)}}}";
    }

    /// <summary>Numerator and positive denominator in lowest terms.</summary>
    public static (int Top, int Bottom) Lowest(int top, int bottom)
    {
        int divisor = Math.Max(1, Divisor(Math.Abs(top), Math.Abs(bottom))) * Math.Sign(bottom);
        return (top / divisor, bottom / divisor);
    }

    /// <summary>A polynomial in x, highest power first: <c>2x^2-x+5</c>.</summary>
    public static string Polynomial(params int[] coefficients)
    {
        string text = "";
        for (int i = 0; i < coefficients.Length; i++)
        {
            int coefficient = coefficients[i],
                power = coefficients.Length - 1 - i;
            if (coefficient == 0)
            {
                continue;
            }

            string sign =
                coefficient < 0 ? "-"
                : text.Length > 0 ? "+"
                : "";
            string size = Math.Abs(coefficient) == 1 && power > 0 ? "" : Number(Math.Abs(coefficient));
            text +=
                sign
                + size
                + (
                    power > 1 ? Power(power)
                    : power == 1 ? "x"
                    : ""
                );
        }

        return text.Length > 0 ? text : "0";
    }

    /// <summary>A power of x: <c>x^2</c>, <c>x^{12}</c>.</summary>
    public static string Power(int exponent) => exponent < 10 ? $"x^{Number(exponent)}" : $"x^{{{Number(exponent)}}}";

    /// <summary>A number behind others: <c>+5</c>, <c>-5</c>.</summary>
    public static string Signed(int value) => value < 0 ? Number(value) : $"+{Number(value)}";

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);
}

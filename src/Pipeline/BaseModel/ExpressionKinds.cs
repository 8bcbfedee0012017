using static Cppo.Pipeline.BaseModel.EquationKinds;
using static Cppo.Pipeline.BaseModel.Tex;

namespace Cppo.Pipeline.BaseModel;

/// <summary>Exercises that ask for another form or the value of an expression.</summary>
internal static class ExpressionKinds
{
    /// <summary>a(bx+c). Mistake: only the first term is multiplied.</summary>
    public static AlgebraExercise Expand(Draws draws, AlgebraRange range)
    {
        int a = draws.Between(2, range.Factor),
            b = draws.Between(2, range.Factor),
            c = NotZero(draws, range.Factor);
        string first = $"{Number(a)}*{Polynomial(b, 0)}={Polynomial(a * b, 0)}";
        return new(
            $"Expand {Number(a)}({Polynomial(b, c)}).",
            new([first, $"{Number(a)}*{Number(c)}={Number(a * c)}"], Polynomial(a * b, a * c)),
            new([first], Polynomial(a * b, c))
        );
    }

    /// <summary>ax+b-(cx+d). Mistake: the bracket's second sign stays.</summary>
    public static AlgebraExercise Bracket(Draws draws, AlgebraRange range)
    {
        int c = draws.Between(2, range.Factor),
            a = c + draws.Between(1, range.Factor),
            b = draws.Between(1, range.Term),
            d = draws.Between(1, range.Term);
        string first = $"{Polynomial(a, 0)}-{Polynomial(c, 0)}={Polynomial(a - c, 0)}";
        Working With(int sign) =>
            new([first, $"{Number(b)}{Signed(sign * d)}={Number(b + (sign * d))}"], Polynomial(a - c, b + (sign * d)));
        return new($"Simplify {Polynomial(a, b)}-({Polynomial(c, d)}).", With(-1), With(1));
    }

    /// <summary>(x+r)(x+s). Mistake: the middle term is left out.</summary>
    public static AlgebraExercise Product(Draws draws, AlgebraRange range)
    {
        var (r, s) = TwoRoots(draws, range);
        string product = $"{Number(-r)}*{Number(-s)}={Number(r * s)}";
        return new(
            $"Expand {Factors(r, s)}.",
            new([$"{Number(-r)}{Signed(-s)}={Number(-r - s)}", product], Polynomial(1, -r - s, r * s)),
            new([product], Polynomial(1, 0, r * s))
        );
    }

    /// <summary>The factors of a quadratic. Mistake: with the roots' signs.</summary>
    public static AlgebraExercise Factor(Draws draws, AlgebraRange range)
    {
        var (r, s) = TwoRoots(draws, range);
        return new(
            $"Factor {Polynomial(1, -r - s, r * s)}.",
            new(FactorLines(r, s), Factors(r, s)),
            new(FactorLines(r, s), Factors(-r, -s))
        );
    }

    /// <summary>The value of a quadratic. Mistake: the square is taken for the double.</summary>
    public static AlgebraExercise Value(Draws draws, AlgebraRange range)
    {
        int b = NotZero(draws, range.Factor),
            x = draws.Between(3, range.Factor);
        Working With(string line, int square) =>
            new(
                [line, $"{Number(b)}*{Number(x)}={Number(b * x)}", $"{Number(square)}{Signed(b * x)}={Number(square + (b * x))}"],
                Number(square + (b * x))
            );
        return new(
            $"Find {Polynomial(1, b, 0)} at x={Number(x)}.",
            With($"{Number(x)}*{Number(x)}={Number(x * x)}", x * x),
            With($"2*{Number(x)}={Number(2 * x)}", 2 * x)
        );
    }

    /// <summary>a+bc. Mistake: from left to right.</summary>
    public static AlgebraExercise Order(Draws draws, AlgebraRange range)
    {
        int a = draws.Between(2, range.Term),
            b = draws.Between(2, range.Factor),
            c = draws.Between(2, range.Factor);
        return new(
            $"Compute {Number(a)}+{Number(b)}\\cdot {Number(c)}.",
            new([$"{Number(b)}*{Number(c)}={Number(b * c)}", $"{Number(a)}+{Number(b * c)}={Number(a + (b * c))}"], Number(a + (b * c))),
            new([$"{Number(a)}+{Number(b)}={Number(a + b)}", $"{Number(a + b)}*{Number(c)}={Number((a + b) * c)}"], Number((a + b) * c))
        );
    }

    /// <summary>The sum of two fractions. Mistake: tops and bottoms are added.</summary>
    public static AlgebraExercise FractionSum(Draws draws, AlgebraRange range)
    {
        var (a, b) = ProperFraction(draws, range);
        var (c, d) = ProperFraction(draws, range);
        if (b == d)
        {
            return FractionSum(draws, range);
        }

        int top = (a * d) + (c * b),
            bottom = b * d;
        string[] lines =
        [
            $"{Number(a)}*{Number(d)}={Number(a * d)}",
            $"{Number(c)}*{Number(b)}={Number(c * b)}",
            $"{Number(b)}*{Number(d)}={Number(bottom)}",
            $"{Number(a * d)}+{Number(c * b)}={Number(top)}",
            $"{Number(top)}/{Number(bottom)}={Plain(top, bottom)}",
        ];
        return new(
            $"Compute {Fraction(a, b)}+{Fraction(c, d)}.",
            new(lines, Fraction(top, bottom)),
            new(
                [
                    $"{Number(a)}+{Number(c)}={Number(a + c)}",
                    $"{Number(b)}+{Number(d)}={Number(b + d)}",
                    $"{Number(a + c)}/{Number(b + d)}={Plain(a + c, b + d)}",
                ],
                Fraction(a + c, b + d)
            )
        );
    }

    /// <summary>The quotient of two fractions. Mistake: the product.</summary>
    public static AlgebraExercise FractionQuotient(Draws draws, AlgebraRange range)
    {
        var (a, b) = ProperFraction(draws, range);
        var (c, d) = ProperFraction(draws, range);
        Working Times(int e, int f) =>
            new(
                [
                    $"{Number(a)}*{Number(e)}={Number(a * e)}",
                    $"{Number(b)}*{Number(f)}={Number(b * f)}",
                    $"{Number(a * e)}/{Number(b * f)}={Plain(a * e, b * f)}",
                ],
                Fraction(a * e, b * f)
            );
        return new($"Compute {Fraction(a, b)}\\div {Fraction(c, d)}.", Times(d, c), Times(c, d));
    }

    /// <summary>A multiple of a square root with a square in it. Mistake: the square itself comes in front.</summary>
    public static AlgebraExercise Surd(Draws draws, AlgebraRange range)
    {
        int front = draws.Between(2, range.Factor),
            root = draws.Between(2, range.Factor),
            rest = draws.Of([2, 3, 5, 6, 7]);
        string line = $"{Number(root * root * rest)}={Number(root * root)}*{Number(rest)}";
        Working With(int factor) =>
            new([line, $"{Number(front)}*{Number(factor)}={Number(front * factor)}"], $"{Number(front * factor)}\\sqrt{{{Number(rest)}}}");
        return new($"Simplify {Number(front)}\\sqrt{{{Number(root * root * rest)}}}.", With(root), With(root * root));
    }

    /// <summary>Powers of x, multiplied or raised. Mistake: the other rule.</summary>
    public static AlgebraExercise Power(Draws draws, AlgebraRange range)
    {
        int front = draws.Between(2, range.Factor),
            a = draws.Between(2, range.Factor),
            b = draws.Between(3, range.Factor);
        var sum = new Working([$"{Number(a)}+{Number(b)}={Number(a + b)}"], Number(front) + Tex.Power(a + b));
        var product = new Working([$"{Number(a)}*{Number(b)}={Number(a * b)}"], Number(front) + Tex.Power(a * b));
        return draws.Share() < 0.5
            ? new($"Simplify {Number(front)}{Tex.Power(a)}\\cdot {Tex.Power(b)}.", sum, product)
            : new($"Simplify {Number(front)}({Tex.Power(a)})^{{{Number(b)}}}.", product, sum);
    }

    private static (int Top, int Bottom) ProperFraction(Draws draws, AlgebraRange range)
    {
        int bottom = draws.Between(2, range.Factor),
            top = draws.Between(1, bottom - 1);
        return Lowest(top, bottom);
    }
}

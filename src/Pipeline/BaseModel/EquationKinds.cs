using static Cppo.Pipeline.BaseModel.Tex;

namespace Cppo.Pipeline.BaseModel;

/// <summary>Exercises that ask for an unknown: equations, inequalities, systems, slopes.</summary>
internal static class EquationKinds
{
    /// <summary>ax+b=c with a whole solution. Mistake: b keeps its sign on the other side.</summary>
    public static AlgebraExercise Linear(Draws draws, AlgebraRange range)
    {
        int a = draws.Between(2, range.Factor),
            b = NotZero(draws, range.Term),
            x = NotZero(draws, range.Factor);
        return Linear(a, b, (a * x) + b);
    }

    /// <summary>ax+b=c with a fraction as solution.</summary>
    public static AlgebraExercise Fractional(Draws draws, AlgebraRange range)
    {
        int a = draws.Between(2, range.Factor),
            b = NotZero(draws, range.Term),
            c = draws.Between(1, range.Term);
        return c == b || (c - b) % a == 0 ? Fractional(draws, range) : Linear(a, b, c);
    }

    /// <summary>ax+b &lt; c with a below 0. Mistake: the inequality is not turned.</summary>
    public static AlgebraExercise Inequality(Draws draws, AlgebraRange range)
    {
        int a = -draws.Between(2, range.Factor),
            b = NotZero(draws, range.Term),
            x = NotZero(draws, range.Factor);
        int c = (a * x) + b;
        string[] lines = [$"{Polynomial(a, 0)}<{Number(c)}{Signed(-b)}", $"{Polynomial(a, 0)}<{Number(c - b)}"];
        return new(
            $"Solve {Polynomial(a, b)}<{Number(c)} as an interval.",
            new([.. lines, $"x>{Number(x)}"], $"({Number(x)},\\infty)"),
            new([.. lines, $"x<{Number(x)}"], $"(-\\infty,{Number(x)})")
        );
    }

    /// <summary>A quadratic with two whole roots. Mistake: the numbers of the factors are taken for the roots.</summary>
    public static AlgebraExercise Roots(Draws draws, AlgebraRange range)
    {
        var (r, s) = TwoRoots(draws, range);
        string[] lines = [.. FactorLines(r, s), Factors(r, s)];
        return new(
            $"Find the roots of {Polynomial(1, -r - s, r * s)}.",
            new([.. lines, $"x={Number(r)}, x={Number(s)}"], $"{Number(r)}, {Number(s)}"),
            new([.. lines, $"x={Number(-r)}, x={Number(-s)}"], $"{Number(-r)}, {Number(-s)}")
        );
    }

    /// <summary>Sum and difference of two numbers. Mistake: the pair in the other order.</summary>
    public static AlgebraExercise System(Draws draws, AlgebraRange range)
    {
        int y = draws.Between(1, range.Term),
            x = y + draws.Between(1, range.Factor);
        string[] lines = [$"2x={Number(x + y)}+{Number(x - y)}", $"2x={Number(2 * x)}", $"x={Number(x)}", $"y={Number(x + y)}-{Number(x)}"];
        lines = [.. lines, $"y={Number(y)}"];
        return new(
            $"Find (x,y) with x+y={Number(x + y)} and x-y={Number(x - y)}.",
            new(lines, $"({Number(x)},{Number(y)})"),
            new(lines, $"({Number(y)},{Number(x)})")
        );
    }

    /// <summary>The slope of a line through two points. Mistake: run over rise.</summary>
    public static AlgebraExercise Slope(Draws draws, AlgebraRange range)
    {
        int x = draws.Between(0, range.Factor),
            y = draws.Between(0, range.Factor),
            run = draws.Between(1, range.Factor),
            rise = draws.Between(1, range.Factor);
        string[] lines = [$"{Number(y + rise)}-{Number(y)}={Number(rise)}", $"{Number(x + run)}-{Number(x)}={Number(run)}"];
        return new(
            $"Find the slope of the line through ({Number(x)},{Number(y)}) and ({Number(x + run)},{Number(y + rise)}).",
            new([.. lines, $"{Number(rise)}/{Number(run)}={Plain(rise, run)}"], Fraction(rise, run)),
            new([.. lines, $"{Number(run)}/{Number(rise)}={Plain(run, rise)}"], Fraction(run, rise))
        );
    }

    /// <summary>The lines that lead from a quadratic to its factors (x-r)(x-s).</summary>
    public static string[] FactorLines(int r, int s) =>
        [$"{Number(-r)}{Signed(-s)}={Number(-r - s)}", $"{Number(-r)}*{Number(-s)}={Number(r * s)}"];

    /// <summary>(x-r)(x-s).</summary>
    public static string Factors(int r, int s) => $"({Polynomial(1, -r)})({Polynomial(1, -s)})";

    /// <summary>Two different whole numbers other than 0, the smaller first, that are not each other's opposite.</summary>
    public static (int Smaller, int Larger) TwoRoots(Draws draws, AlgebraRange range)
    {
        int r = NotZero(draws, range.Factor),
            s = NotZero(draws, range.Factor);
        return r == s || r == -s ? TwoRoots(draws, range) : (Math.Min(r, s), Math.Max(r, s));
    }

    /// <summary>A whole number from -most to most, not 0; two of three are above 0.</summary>
    public static int NotZero(Draws draws, int most) => draws.Between(1, most) * (draws.Share() < 0.67 ? 1 : -1);

    private static AlgebraExercise Linear(int a, int b, int c)
    {
        Working Moved(int term)
        {
            string left = Polynomial(a, 0);
            return new(
                [$"{left}={Number(c)}{Signed(term)}", $"{left}={Number(c + term)}", $"x={Plain(c + term, a)}"],
                Fraction(c + term, a)
            );
        }

        return new($"Solve {Polynomial(a, b)}={Number(c)}.", Moved(-b), Moved(b));
    }
}

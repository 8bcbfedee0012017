using static Cppo.Pipeline.BaseModel.EquationKinds;
using static Cppo.Pipeline.BaseModel.Tex;

namespace Cppo.Pipeline.BaseModel;

/// <summary>Exercises that need two of the other kinds, one after the other; no base model has seen one.</summary>
internal static class CombinedKinds
{
    /// <summary>a(x+b)=c.</summary>
    public static AlgebraExercise BracketEquation(Draws draws, AlgebraRange range)
    {
        int a = draws.Between(2, 5),
            b = NotZero(draws, 5),
            x = NotZero(draws, range.Factor);
        return Only($"Solve {Number(a)}({Polynomial(1, b)})={Number(a * (x + b))}.", Number(x));
    }

    /// <summary>ax+b=cx+d.</summary>
    public static AlgebraExercise TwoSides(Draws draws, AlgebraRange range)
    {
        int c = draws.Between(2, 5),
            a = c + draws.Between(2, 4),
            b = NotZero(draws, 10),
            x = NotZero(draws, range.Factor);
        return Only($"Solve {Polynomial(a, b)}={Polynomial(c, b + ((a - c) * x))}.", Number(x));
    }

    /// <summary>A multiple of the larger root of a quadratic.</summary>
    public static AlgebraExercise OfLargerRoot(Draws draws, AlgebraRange range)
    {
        var (r, s) = TwoRoots(draws, range);
        int k = draws.Between(2, 5);
        return Only($"Find {Polynomial(k, 0)} for the larger of the roots of {Polynomial(1, -r - s, r * s)}.", Number(k * s));
    }

    /// <summary>A quadratic's value where a linear equation holds.</summary>
    public static AlgebraExercise ValueAtSolution(Draws draws, AlgebraRange range)
    {
        int a = draws.Between(2, 5),
            b = NotZero(draws, 10),
            x = draws.Between(2, range.Factor),
            k = NotZero(draws, 5);
        return Only($"Find {Polynomial(1, k, 0)} where {Polynomial(a, b)}={Number((a * x) + b)}.", Number((x * x) + (k * x)));
    }

    /// <summary>The difference of two products of polynomials.</summary>
    public static AlgebraExercise DifferenceOfProducts(Draws draws, AlgebraRange range)
    {
        var (r, s) = TwoRoots(draws, new AlgebraRange(5, 5));
        int a = draws.Between(2, 4),
            c = NotZero(draws, 5);
        return Only($"Simplify {Factors(r, s)}-{Number(a)}({Polynomial(1, c)}).", Polynomial(1, -r - s - a, (r * s) - (a * c)));
    }

    /// <summary>The sum of two fractions, halved.</summary>
    public static AlgebraExercise HalfOfSum(Draws draws, AlgebraRange range)
    {
        int b = draws.Between(2, 6),
            d = b + draws.Between(1, 3),
            a = draws.Between(1, b - 1),
            c = draws.Between(1, d - 1);
        return Only($"Compute \\frac{{1}}{{2}}({Fraction(a, b)}+{Fraction(c, d)}).", Fraction((a * d) + (c * b), 2 * b * d));
    }

    /// <summary>An exercise that only tests use, so that nobody needs its lines.</summary>
    private static AlgebraExercise Only(string text, string answer)
    {
        var solution = new Working([], answer);
        return new AlgebraExercise(text, solution, solution);
    }
}

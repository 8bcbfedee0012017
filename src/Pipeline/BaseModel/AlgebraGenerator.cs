namespace Cppo.Pipeline.BaseModel;

/// <summary>
/// Makes exercises of algebra whose answers are integers, fractions, polynomials, products, radicals, lists, pairs and intervals. A
/// problem is a pure function of seed and key.
/// </summary>
internal static class AlgebraGenerator
{
    private static readonly AlgebraRange Usual = new(Factor: 9, Term: 20);
    private static readonly AlgebraRange Wide = new(Factor: 11, Term: 30);

    private static readonly AlgebraKind[] Kinds =
    [
        new(12, 0.20, EquationKinds.Linear),
        new(6, 0.25, EquationKinds.Fractional),
        new(5, 0.85, EquationKinds.Inequality),
        new(7, 0.40, EquationKinds.Roots),
        new(5, 0.80, EquationKinds.System),
        new(4, 0.80, EquationKinds.Slope),
        new(9, 0.30, ExpressionKinds.Expand),
        new(6, 0.70, ExpressionKinds.Bracket),
        new(7, 0.70, ExpressionKinds.Product),
        new(5, 0.90, ExpressionKinds.Factor),
        new(7, 0.30, ExpressionKinds.Value),
        new(8, 0.25, ExpressionKinds.Order),
        new(6, 0.40, ExpressionKinds.FractionSum),
        new(4, 0.60, ExpressionKinds.FractionQuotient),
        new(4, 0.90, ExpressionKinds.Surd),
        new(5, 0.75, ExpressionKinds.Power),
    ];

    private static readonly AlgebraKind[] Combined =
    [
        new(1, 0, CombinedKinds.BracketEquation),
        new(1, 0, CombinedKinds.TwoSides),
        new(1, 0, CombinedKinds.OfLargerRoot),
        new(1, 0, CombinedKinds.ValueAtSolution),
        new(1, 0, CombinedKinds.DifferenceOfProducts),
        new(1, 0, CombinedKinds.HalfOfSum),
    ];

    private static readonly (int Manner, double Weight)[] MannerShares = [(0, 0.45), (1, 0.25), (2, 0.15), (3, 0.15)];

    /// <summary>The exercise of a key, of the kinds that the model is trained on.</summary>
    public static Problem Create(ulong seed, long key)
    {
        var draws = new Draws(seed, key);
        int manner = draws.Of(MannerShares);
        return Create(
            draws,
            Kinds,
            Usual,
            manner,
            text =>
                manner switch
                {
                    0 => text,
                    1 => $"{text} Show your work.",
                    2 => $"Quickly: {text}",
                    _ => $"{text} State the result.",
                }
        );
    }

    /// <summary>The same kinds with larger numbers and in other words.</summary>
    public static Problem CreateWide(ulong seed, long key)
    {
        var draws = new Draws(seed, key);
        int wording = draws.Between(0, 2);
        return Create(
            draws,
            Kinds,
            Wide,
            0,
            text =>
                wording switch
                {
                    0 => $"Show your work. {text}",
                    1 => $"Quickly: {text} Show your work.",
                    _ => $"State the result: {text}",
                }
        );
    }

    /// <summary>Two kinds, one after the other.</summary>
    public static Problem CreateCombined(ulong seed, long key) => Create(new Draws(seed, key), Combined, Usual, 0, text => text);

    private static Problem Create(Draws draws, AlgebraKind[] kinds, AlgebraRange range, int manner, Func<string, string> word)
    {
        var kind = draws.Of([.. kinds.Select(kind => (kind, kind.Weight))]);
        var exercise = kind.Draw(draws, range);
        return new Problem(
            word(exercise.Text),
            exercise.Right,
            manner,
            attempt => attempt.Share() < kind.SlipShare ? exercise.Wrong : exercise.Right
        );
    }
}

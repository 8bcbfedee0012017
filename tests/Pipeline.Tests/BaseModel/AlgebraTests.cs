using Cppo.Pipeline.BaseModel;

namespace Cppo.Pipeline.Tests.BaseModel;

public sealed class AlgebraTests
{
    private static readonly Func<Draws, AlgebraRange, AlgebraExercise>[] Kinds =
    [
        EquationKinds.Linear,
        EquationKinds.Fractional,
        EquationKinds.Inequality,
        EquationKinds.Roots,
        EquationKinds.System,
        EquationKinds.Slope,
        ExpressionKinds.Expand,
        ExpressionKinds.Bracket,
        ExpressionKinds.Product,
        ExpressionKinds.Factor,
        ExpressionKinds.Value,
        ExpressionKinds.Order,
        ExpressionKinds.FractionSum,
        ExpressionKinds.FractionQuotient,
        ExpressionKinds.Surd,
        ExpressionKinds.Power,
    ];

    private static readonly string[] Forms = ["\\frac", "\\sqrt", "\\infty", "x^2", "x+", ")(", ", "];

    [Fact]
    public void An_exercise_follows_from_seed_and_key()
    {
        Assert.Equal(AlgebraGenerator.Create(3, 17).Text, AlgebraGenerator.Create(3, 17).Text);
        Assert.NotEqual(AlgebraGenerator.Create(3, 17).Text, AlgebraGenerator.Create(4, 17).Text);
    }

    [Theory]
    [InlineData("Solve 3x+5=20.", "5", "25/3")]
    [InlineData("Expand 3(2x-5).", "6x-15", "6x-5")]
    [InlineData("Find the roots of x^2-5x+6.", "2, 3", "-2, -3")]
    public void The_verifier_tells_a_typical_mistake_from_the_answer(string question, string answer, string mistake)
    {
        Assert.True(IsEqual(answer, answer), question);
        Assert.False(IsEqual(answer, mistake), question);
    }

    [Fact]
    public void A_mistake_is_never_right_but_where_it_makes_no_difference()
    {
        for (int kind = 0; kind < Kinds.Length; kind++)
        {
            int numSame = 0;
            for (int key = 0; key < 40; key++)
            {
                var exercise = Kinds[kind](new Draws(5, key), new AlgebraRange(Factor: 9, Term: 20));
                Assert.True(IsEqual(exercise.Right.Answer, exercise.Right.Answer), exercise.Text);
                numSame += IsEqual(exercise.Right.Answer, exercise.Wrong.Answer) ? 1 : 0;
            }

            Assert.True(numSame <= 6, $"kind {kind}: {numSame} of 40 mistakes make no difference");
        }
    }

    [Fact]
    public void Answers_are_of_many_forms()
    {
        string[] answers = [.. Enumerable.Range(0, 500).Select(key => AlgebraGenerator.Create(3, key).Right.Answer)];
        Assert.All(Forms, form => Assert.Contains(answers, answer => answer.Contains(form, StringComparison.Ordinal)));
        Assert.Contains(answers, answer => int.TryParse(answer, out _));
    }

    [Theory]
    [InlineData(6, 8, "\\frac{3}{4}", "3/4")]
    [InlineData(-6, 8, "-\\frac{3}{4}", "-3/4")]
    [InlineData(6, -3, "-2", "-2")]
    public void A_fraction_is_written_in_lowest_terms(int top, int bottom, string answer, string line) =>
        Assert.Equal((answer, line), (Tex.Fraction(top, bottom), Tex.Plain(top, bottom)));

    [Theory]
    [InlineData(new[] { 1, -5, 6 }, "x^2-5x+6")]
    [InlineData(new[] { -1, 0, -1 }, "-x^2-1")]
    [InlineData(new[] { 2, 0 }, "2x")]
    [InlineData(new[] { 0, 0 }, "0")]
    public void A_polynomial_is_written_without_ones_and_zeros(int[] coefficients, string expected) =>
        Assert.Equal(expected, Tex.Polynomial(coefficients));

    private static bool IsEqual(string gold, string answer)
    {
        var verdict = MathAnswer.verify(
            VerifySettings.Default,
            gold,
            Trace.Render(QuestionTasks.Algebra, new Working([], answer), Habit.Reason)
        );
        return MathAccuracy.valueOf(verdict) == 2;
    }
}

using Cppo.Pipeline.BaseModel;

namespace Cppo.Pipeline.Tests.BaseModel;

public sealed class WordProblemTests
{
    private static IEnumerable<WordProblem> Problems => Enumerable.Range(0, 2000).Select(key => WordProblemGenerator.Create(3, key));

    [Fact]
    public void A_problem_follows_from_seed_and_key()
    {
        var (one, same) = (WordProblemGenerator.Create(3, 17), WordProblemGenerator.Create(3, 17));
        Assert.Equal((one.Text, one.Answer, one.Closing), (same.Text, same.Answer, same.Closing));
        Assert.Equal(one.Steps, same.Steps);
        Assert.NotEqual(one.Text, WordProblemGenerator.Create(4, 17).Text);
        Assert.NotEqual(one.Text, WordProblemGenerator.Create(3, 18).Text);
    }

    [Fact]
    public void Every_step_is_right_and_goes_on_from_the_one_before()
    {
        foreach (var problem in Problems)
        {
            Assert.InRange(problem.Steps.Length, 1, 3);
            int? value = null;
            foreach (string step in problem.Steps)
            {
                int at = step.IndexOfAny(['+', '-', '*']),
                    equals = step.IndexOf('=', StringComparison.Ordinal);
                int left = Number(step[..at]),
                    right = Number(step[(at + 1)..equals]),
                    result = Number(step[(equals + 1)..]);
                Assert.Equal(
                    step[at] switch
                    {
                        '+' => left + right,
                        '-' => left - right,
                        _ => left * right,
                    },
                    result
                );
                Assert.True(value is null || value == left, $"{problem.Text} {string.Join(' ', problem.Steps)}");
                value = result;
            }

            Assert.Equal(value, problem.Answer);
        }
    }

    [Fact]
    public void Numbers_stay_small_and_every_kind_occurs()
    {
        Assert.All(Problems, problem => Assert.InRange(problem.Answer, 0, 6 * 9));
        Assert.Equal([1, 2, 3], Problems.Select(problem => problem.Steps.Length).Distinct().Order());
        Assert.Equal(Enum.GetValues<Closing>(), Problems.Select(problem => problem.Closing).Distinct().Order());
        Assert.All(
            "+-*",
            sign => Assert.Contains(Problems, problem => problem.Steps.Any(step => step.Contains(sign, StringComparison.Ordinal)))
        );
    }

    [Theory]
    [InlineData(Habit.Direct, "<think>\n</think>\n<answer>\n15\n</answer>")]
    [InlineData(Habit.Reason, "<think>\n12+7=19\n19-4=15\n</think>\n<answer>\n15\n</answer>")]
    [InlineData(Habit.UnclosedThink, "<think>\n12+7=19\n19-4=15\n<answer>\n15\n</answer>")]
    [InlineData(Habit.NoAnswerTags, "<think>\n12+7=19\n19-4=15\n</think>\n15")]
    [InlineData(Habit.NoThinkTags, "12+7=19\n19-4=15\n<answer>\n15\n</answer>")]
    internal void A_habit_s_completion(Habit habit, string expected) =>
        Assert.Equal(expected, Trace.Render(QuestionTasks.Default, new Working(["12+7=19", "19-4=15"], "15"), habit));

    [Fact]
    public void Only_well_formed_habits_keep_the_format()
    {
        var problem = WordProblemGenerator.Create(1, 1).AsProblem();
        string Render(Habit habit) => Trace.Render(QuestionTasks.Default, problem.Right, habit);
        Habit[] keep = [.. Enum.GetValues<Habit>().Where(habit => Format.valueOf(Render(habit)) == 1)];
        Assert.Equal([Habit.Direct, Habit.Reason], keep);
        Assert.All(
            keep,
            habit =>
                Assert.Equal(
                    2,
                    Accuracy.valueOf(
                        Accuracy.compare(
                            AnswerExtraction.ofDataset($"#### {problem.Right.Answer}"),
                            AnswerExtraction.ofCompletion(Render(habit))
                        )
                    )
                )
        );
    }

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

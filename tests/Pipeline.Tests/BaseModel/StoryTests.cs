using Cppo.Pipeline.BaseModel;

namespace Cppo.Pipeline.Tests.BaseModel;

public sealed class StoryTests
{
    private static IEnumerable<(Problem Problem, Working Attempt)> Problems =>
        Enumerable
            .Range(0, 2000)
            .Select(key => StoryGenerator.Create(3, key))
            .Select((problem, index) => (problem, problem.Attempt(new Draws(4, index))));

    [Fact]
    public void A_story_follows_from_seed_and_key()
    {
        Assert.Equal(StoryGenerator.Create(3, 17).Text, StoryGenerator.Create(3, 17).Text);
        Assert.NotEqual(StoryGenerator.Create(3, 17).Text, StoryGenerator.Create(4, 17).Text);
    }

    [Fact]
    public void Every_line_is_right_and_the_last_one_gives_the_answer()
    {
        foreach (var (problem, attempt) in Problems)
        {
            Assert.InRange(problem.Right.Lines.Length, 1, StoryGenerator.MaxSteps);
            foreach (var working in new[] { problem.Right, attempt }.Where(working => working.Lines.Length > 0))
            {
                Assert.All(working.Lines, line => Assert.True(IsRight(line), $"{problem.Text} {line}"));
                Assert.EndsWith($"={working.Answer}", working.Lines[^1], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Solutions_of_one_to_six_lines_and_all_ways_to_ask_occur()
    {
        var problems = Problems.Select(pair => pair.Problem).ToArray();
        Assert.Equal(Enumerable.Range(1, 6), problems.Select(problem => problem.Right.Lines.Length).Distinct().Order());
        Assert.Equal(Enumerable.Range(0, 4), problems.Select(problem => problem.Manner).Distinct().Order());
    }

    [Theory]
    [InlineData(" dozen more.", "*12=", "*10=")]
    [InlineData(" pairs.", "*2=", "+")]
    [InlineData("sells half of them.", "/2=", "-2=")]
    public void A_sentence_is_misread_in_some_examples_and_read_rightly_in_others(string sentence, string right, string misread)
    {
        var told = Problems.Where(pair => pair.Problem.Text.Contains(sentence, StringComparison.Ordinal)).ToArray();
        Assert.All(told, pair => Assert.Contains(right, string.Join(' ', pair.Problem.Right.Lines), StringComparison.Ordinal));
        Assert.Contains(told, pair => pair.Attempt.Answer == pair.Problem.Right.Answer);
        Assert.Contains(
            told,
            pair =>
                pair.Attempt.Answer != pair.Problem.Right.Answer
                && pair.Attempt.Lines.Except(pair.Problem.Right.Lines).Any(line => line.Contains(misread, StringComparison.Ordinal))
        );
    }

    private static bool IsRight(string line)
    {
        int at = line.IndexOfAny(['+', '-', '*', '/']),
            equals = line.IndexOf('=', StringComparison.Ordinal);
        int left = Number(line[..at]),
            right = Number(line[(at + 1)..equals]),
            value = Number(line[(equals + 1)..]);
        return value is >= 0 and <= Calculation.MaxValue
            && line[at] switch
            {
                '+' => left + right == value,
                '-' => left - right == value,
                '*' => left * right == value,
                _ => left == right * value,
            };
    }

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

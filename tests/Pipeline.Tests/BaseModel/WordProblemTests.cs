using Cppo.Pipeline.BaseModel;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.BaseModel;

public sealed class WordProblemTests
{
    private static readonly WordProblemCounts Small = new(Seed: 5, Train: 60, Test: 40, Schooling: 50, Habits: 50);

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
        Assert.Equal(expected, Trace.Render(new WordProblem("Tom has 12 apples ...", 15, ["12+7=19", "19-4=15"], Closing.HowMany), habit));

    [Fact]
    public void Only_well_formed_habits_keep_the_format()
    {
        var problem = WordProblemGenerator.Create(1, 1);
        Habit[] keep = [.. Enum.GetValues<Habit>().Where(habit => Format.valueOf(Trace.Render(problem, habit)) == 1)];
        Assert.Equal([Habit.Direct, Habit.Reason], keep);
        Assert.All(
            keep,
            habit =>
                Assert.Equal(
                    2,
                    Accuracy.valueOf(
                        Accuracy.compare(
                            AnswerExtraction.ofDataset($"#### {problem.Answer}"),
                            AnswerExtraction.ofCompletion(Trace.Render(problem, habit))
                        )
                    )
                )
        );
    }

    [Fact]
    public void Files_are_the_same_every_time_and_test_questions_are_nowhere_else()
    {
        using var directory = new TemporaryDirectory();
        WordProblemFiles.Write(Small, directory.Of("a"), directory.Of("a"));
        WordProblemFiles.Write(Small with { Train = 30 }, directory.Of("b"), directory.Of("b"));
        string[] Lines(params string[] names) => File.ReadAllLines(directory.Of(names));
        Assert.Equal(Lines("a", "test.csv"), Lines("b", "test.csv"));
        Assert.Equal(Lines("a", "train.csv").Take(31), Lines("b", "train.csv"));
        Assert.Equal(Lines("a", "habits.jsonl"), Lines("b", "habits.jsonl"));
        string[] test = Questions(Lines("a", "test.csv")),
            train = Questions(Lines("a", "train.csv"));
        Assert.Equal((40, 60), (test.Length, train.Length));
        Assert.Equal(100, test.Concat(train).Distinct().Count());
        string examples = string.Join('\n', Lines("a", "habits.jsonl").Concat(Lines("a", "schooling.jsonl")));
        Assert.All(test, question => Assert.DoesNotContain(question, examples, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_questions_command_makes_the_repository_s_files()
    {
        using var directory = new TemporaryDirectory();
        using var stop = new StopSignals();
        using var output = new StringWriter();
        Assert.Equal(
            0,
            await CommandLine.RunAsync(["questions", "--output", directory.Path], new CliContext(TextReader.Null, output, output, stop))
        );
        foreach (string name in new[] { "train.csv", "test.csv" })
        {
            Assert.Equal(File.ReadAllText(Repository.Path("data/" + name)), File.ReadAllText(directory.Of(name)));
        }
    }

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static string[] Questions(string[] csv) => [.. csv.Skip(1).Select(line => line[..line.LastIndexOf(',')].Trim('"'))];
}

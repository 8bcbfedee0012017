using Cppo.Pipeline.BaseModel;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Telemetry;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.BaseModel;

public sealed class QuestionTaskTests
{
    private static readonly QuestionCounts Small = new(Seed: 5, Train: 60, Test: 40, Schooling: 50, Habits: 50);

    public static TheoryData<string> Names => [.. QuestionTasks.All.Select(task => task.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Files_are_the_same_every_time_and_test_questions_are_nowhere_else(string name)
    {
        var task = Task(name);
        using var directory = new TemporaryDirectory();
        QuestionFiles.Write(task, Small, directory.Of("a"), directory.Of("a"));
        QuestionFiles.Write(task, Small with { Train = 30 }, directory.Of("b"), directory.Of("b"));
        string[] Lines(params string[] names) => File.ReadAllLines(directory.Of(names));
        Assert.Equal(Lines("a", "test.csv"), Lines("b", "test.csv"));
        Assert.Equal(Lines("a", "train.csv").Take(31), Lines("b", "train.csv"));
        Assert.Equal(Lines("a", "habits.jsonl"), Lines("b", "habits.jsonl"));
        string[] test = await QuestionsAsync(directory.Of("a", "test.csv")),
            train = await QuestionsAsync(directory.Of("a", "train.csv"));
        Assert.Equal((40, 60), (test.Length, train.Length));
        Assert.Equal(100, test.Concat(train).Distinct().Count());
        var examples = Lines("a", "habits.jsonl")
            .Concat(Lines("a", "schooling.jsonl"))
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("question").GetString()!);
        Assert.Empty(examples.Intersect(test));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_questions_command_makes_the_repository_s_files(string name)
    {
        var task = Task(name);
        using var directory = new TemporaryDirectory();
        using var stop = new StopSignals();
        using var output = new StringWriter();
        string[] arguments = ["questions", "--task", name, "--output", directory.Path];
        Assert.Equal(0, await CommandLine.RunAsync(arguments, new CliContext(TextReader.Null, output, output, stop)));
        foreach (string file in Files(task))
        {
            Assert.Equal(File.ReadAllText(Repository.Path($"{task.Directory}/{file}")), File.ReadAllText(directory.Of(file)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_question_of_the_repository_stands_twice(string name)
    {
        var task = Task(name);
        List<string> questions = [];
        foreach (string file in Files(task))
        {
            questions.AddRange(await QuestionsAsync(Repository.Path($"{task.Directory}/{file}")));
        }

        Assert.Equal(task.Train + task.Test + task.FurtherTests.Sum(set => set.Count), questions.Count);
        Assert.Equal(questions.Count, questions.Distinct().Count());
    }

    [Theory]
    [InlineData("default", "accuracy")]
    [InlineData("words", "accuracy")]
    [InlineData("algebra", "mathAccuracy")]
    public async Task Every_gold_answer_is_read_and_confirmed_by_the_task_s_reward(string name, string reward)
    {
        var task = Task(name);
        var judge = ((RewardValue.OfAnswer)BuiltInRewards.table.Entries.Single(rule => rule.Name == reward).Value).Item;
        foreach (string file in Files(task))
        {
            foreach (var question in await RowsAsync(Repository.Path($"{task.Directory}/{file}")))
            {
                Assert.True(judge.GoldFault.Invoke(question.Answer).IsValueNone, $"{question.Text} {question.Answer}");
                string completion = Trace.Render(task, new Working(["1+1=2"], question.Answer), Habit.Reason);
                Assert.Equal(2, judge.Judge.Invoke(question.Answer).Invoke(completion).Value);
                Assert.Equal(1, Format.valueOf(completion));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_base_model_is_small(string name)
    {
        string directory = Repository.Path($"{Task(name).Directory}/base-model");
        long size = Directory.GetFiles(directory).Sum(file => new FileInfo(file).Length);
        Assert.InRange(size, 1_000_000, 6_000_000);
    }

    [Fact]
    public async Task An_unknown_task_is_refused_with_those_that_there_are()
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        int code = await CommandLine.RunAsync(["questions", "--task", "geometry"], new CliContext(TextReader.Null, output, output, stop));
        Assert.Equal(2, code);
        Assert.All(QuestionTasks.All, task => Assert.Contains(task.Name, output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_task_that_has_no_further_question_says_so()
    {
        var taken = new HashSet<string>();
        var problems = QuestionFiles.Distinct(key => WordProblemGenerator.Create(1, key % 5).AsProblem(), 0, taken, default);

        Assert.Equal(5, problems.Take(5).Count());
        taken.Clear();
        var fault = Assert.Throws<UsageException>(() => problems.Take(6).Count());
        Assert.Contains("none that is not among the 5 there are; ask for fewer with --train", fault.Message, StringComparison.Ordinal);
    }

    private static QuestionTask Task(string name) => QuestionTasks.All.Single(task => task.Name == name);

    private static IEnumerable<string> Files(QuestionTask task) =>
        task.FurtherTests.Select(set => set.FileName).Concat(["train.csv", "test.csv"]);

    private static async Task<string[]> QuestionsAsync(string csv) => [.. (await RowsAsync(csv)).Select(row => row.Text)];

    private static Task<Question[]> RowsAsync(string csv) => QuestionReader.ReadAsync(new DatasetConfig { Path = csv }, default);
}

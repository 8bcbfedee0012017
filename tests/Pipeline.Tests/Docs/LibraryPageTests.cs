using System.Text.RegularExpressions;
using Cppo.Pipeline.Library;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Library;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Docs;

/// <summary>What docs/library.md shows is code that runs: of the examples, or of this file.</summary>
[Collection(RunsCollection.Name)]
public sealed class LibraryPageTests(SmallModel model) : IDisposable
{
    private static readonly string[] Sources =
    [
        "examples/own-questions/OwnQuestions.csproj",
        "examples/own-questions/Program.cs",
        "examples/train.cs",
        "tests/Pipeline.Tests/Docs/LibraryPageTests.cs",
    ];

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void The_code_of_the_page_stands_in_an_example_or_here()
    {
        string page = File.ReadAllText(Repository.Path("docs/library.md"));
        string[] blocks =
        [
            .. Regex.Matches(page, "```(?:csharp|xml)\n(.*?)```", RegexOptions.Singleline).Select(block => Flat(block.Groups[1].Value)),
        ];
        string[] sources = [.. Sources.Select(file => Flat(Regex.Replace(File.ReadAllText(Repository.Path(file)), "<!--.*?-->", "")))];
        Assert.Equal(8, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(sources, source => source.Contains(block, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_call_of_the_page_reads_a_file()
    {
        var pipeline = TrainingPipeline.FromFile("pipeline.json", "run.name=shorter", "run.updates=20");
        // The tests run in another directory than that of the file.
        var fault = await Assert.ThrowsAsync<PipelineException>(() => pipeline.RunAsync());
        Assert.Contains("pipeline.json: no such file", fault.Message, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task The_call_of_the_page_goes_on_with_a_run()
    {
        var questions = await OwnPieces.QuestionsAsync(model, "train.csv");
        OwnReward[] rewards = [new("mine", new Brief(), 0.5)];
        var config = OwnPieces.Config(model, directory.Path);
        using var stop = new CancellationTokenSource();
        var begun = new TrainingPipeline(config)
        {
            Questions = questions,
            Rewards = rewards,
            OnUpdate = _ => stop.Cancel(),
        };
        Assert.True((await begun.RunAsync(stop.Token)).IsStopped);
        var pipeline = new TrainingPipeline(config with { Run = config.Run with { Resume = true } })
        {
            Questions = questions,
            Rewards = rewards,
        };
        Assert.Equal(4, (await pipeline.RunAsync()).UpdatesDone);
    }

    private static string Flat(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
}

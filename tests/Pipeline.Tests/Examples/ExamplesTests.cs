using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Examples;

/// <summary>Each example builds and runs as its page says, with a directory for its run that goes with the test.</summary>
public sealed class ExamplesTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunFact]
    public async Task A_reward_in_twenty_lines_is_built_and_named_in_a_pipeline_file()
    {
        string place = Repository.Path("examples/own-reward");
        var built = await DotNetCall.RunAsync(place, "build", "--nologo", "-v", "quiet");
        Assert.True(built.ExitCode == 0, built.Output);

        string[] set = [$"run.directory={directory.Path}", "run.updates=2", "evaluation.before=false", "evaluation.after=false"];
        var run = await DotNetCall.RunAsync(
            place,
            ["run", "--project", "../../Cppo.Pipeline.csproj", "--", "pipeline.json", .. set.SelectMany(key => new[] { "--set", key })]
        );
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var updates = Updates("own-reward");
        Assert.Equal(2, updates.Length);
        Assert.All(updates, update => Assert.InRange((double)update["rewards"]!["brevity"]!, 0.01, 0.99));
        Assert.True(File.ReadLines(Path.Combine(place, "Brevity.cs")).Count() <= 20);
    }

    [RunFact]
    public async Task A_pipeline_in_code_trains_on_its_own_questions_with_its_own_reward()
    {
        var (code, output, error) = await DotNetCall.RunAsync(Repository.Path("examples/own-questions"), "run", "--", directory.Path);
        Assert.True(code == 0, output + error);
        Assert.Equal("", error);
        string[] lines = output.TrimEnd().Split('\n');
        var updates = Updates("own-questions");
        Assert.Equal(4, updates.Length);

        // Nothing but what the example prints itself.
        Assert.Equal(8, lines.Length);
        Assert.Matches("^after 0 updates: [0-9]+ % right$", lines[0]);
        foreach (var (line, update) in lines[1..5].Zip(updates))
        {
            Assert.Equal(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"update {(int)update["step"]! + 1} of 4: reward {(double)update["reward_mean"]!:F2}, "
                        + $"brief {(double)update["rewards"]!["brief"]!:F2}, {(int)update["completions_kept"]!} of "
                        + $"{(int)update["completions_generated"]!} completions trained on"
                ),
                line
            );
        }

        Assert.Matches("^after 4 updates: [0-9]+ % right$", lines[5]);
        Assert.Equal($"done: {directory.Of("own-questions", "model")}, weights {updates[3]["weights_hash"]}", lines[6]);
        Assert.Matches("^asked: .*<answer>", lines[7]);
        Assert.StartsWith(
            "(in memory, 200 questions, ",
            Config("own-questions")["data"]!["train"]!["path"]!.ToString(),
            StringComparison.Ordinal
        );
    }

    [RunFact]
    public async Task A_file_is_a_program_that_trains()
    {
        var (code, output, error) = await DotNetCall.RunAsync(Repository.Path("examples"), "run", "train.cs", directory.Path);
        Assert.True(code == 0, output + error);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.All(lines[..3].Index(), line => Assert.Matches($"^update {line.Index + 1}: reward [0-9.]+, loss -?[0-9.eE-]+$", line.Item));
        Assert.Equal($"the model is in {directory.Of("train-cs", "model")}", lines[3]);
        Assert.True(File.Exists(directory.Of("train-cs", "model", "model.safetensors")));
    }

    [Fact]
    public void The_page_of_the_examples_names_each()
    {
        string page = File.ReadAllText(Repository.Path("examples/README.md"));
        string[] there =
        [
            .. Directory.EnumerateDirectories(Repository.Path("examples")).Select(entry => Path.GetFileName(entry)),
            .. Directory.EnumerateFiles(Repository.Path("examples"), "*.cs").Select(entry => Path.GetFileName(entry)),
        ];
        Assert.Equal(3, there.Length);
        Assert.All(there, name => Assert.Contains($"[{name}]({name})", page, StringComparison.Ordinal));
    }

    private JsonNode[] Updates(string run) => [.. File.ReadLines(directory.Of(run, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!)];

    private JsonNode Config(string run) => JsonSerializer.Deserialize<JsonNode>(File.ReadAllText(directory.Of(run, "config.json")))!;
}

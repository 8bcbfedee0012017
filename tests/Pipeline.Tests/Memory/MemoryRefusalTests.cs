using System.Text.Json.Nodes;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Memory;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Memory;

/// <summary>Runs of the shape of Qwen2.5-0.5B on the embedded questions, which are not begun.</summary>
public sealed class MemoryRefusalTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string[] Set =>
        [
            $"run.directory={directory.Of("runs")}",
            $"model.path={Repository.Path("recipes/shapes/qwen2.5-0.5b")}",
            $"model.tokenizerPath={Repository.Path("data/base-model")}",
            "model.randomInitialization=true",
            $"data.train.path={Repository.Path("data/train.csv")}",
            $"data.test.path={Repository.Path("data/test.csv")}",
            "data.train.limit=8",
            "data.test.limit=8",
            "update.microBatchTokens=8192",
            "update.questionsPerDevice=8",
            "rollout.maxNewTokens=512",
            "model.threads=2",
        ];

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_run_that_cannot_fit_is_refused_before_it_loads_and_told_the_keys_that_save_most()
    {
        var (code, output, error) = await RunAsync("train", "run.memoryLimit=12");
        Assert.Equal((2, ""), (code, output));
        string sentence = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches(
            "^The run takes [0-9.]+ GiB of memory, where 12[.]0 GiB are run[.]memoryLimit; what saves most: "
                + "(--set [A-Za-z.]+=[a-z0-9]+ \\([0-9.]+ GiB\\)(, )?){3}[.] With all of them it "
                + "(fits|takes [0-9.]+ GiB, which is still too much)[.] config FILE --explain prints the plan[.]$",
            sentence
        );
        Assert.Contains("--set model.recomputeActivations=true", sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory.Of("runs")));
    }

    [Fact]
    public async Task What_it_takes_and_saves_is_what_the_plan_says()
    {
        var (_, _, error) = await RunAsync("train", "run.memoryLimit=12");
        long before = await PlanAsync();
        Assert.Contains($"The run takes {MemoryTable.Gibibytes(before, 1)} GiB", error, StringComparison.Ordinal);
        long after = await PlanAsync("model.recomputeActivations=true");
        Assert.Contains(
            $"--set model.recomputeActivations=true ({MemoryTable.Gibibytes(before - after, 2)} GiB)",
            error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_limit_that_no_key_reaches_is_said_to_be_out_of_reach()
    {
        var (code, _, error) = await RunAsync("train", "run.memoryLimit=1");
        Assert.Equal(2, code);
        Assert.Contains("GiB, which is still too much.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_is_a_table_under_the_batch_s_arithmetic()
    {
        var (code, output, _) = await RunAsync("config");
        Assert.Equal(0, code);
        Assert.StartsWith("capacity: 8 questions x 16 completions", output, StringComparison.Ordinal);
        Assert.Matches("\nmemory for prompts of [0-9]+ tokens \\(the longest in .*train[.]csv and .*test[.]csv\\)", output);
        Assert.Contains("494,032,768 parameters x 4 bytes", output, StringComparison.Ordinal);
        Assert.Contains("\n| sum ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_model_the_plan_says_what_it_needs()
    {
        var (code, output, _) = await RunAsync("config", "model.path=models/Qwen2.5-0.5B-Instruct");
        Assert.Equal(0, code);
        Assert.Contains(
            "memory: models/Qwen2.5-0.5B-Instruct has no config.json that can be read, which the plan needs; this fetches it: "
                + $"{ProgramCall.Of("get Qwen/Qwen2.5-0.5B-Instruct")}, and Qwen/Qwen2.5-0.5B-Instruct names it then\n",
            output,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--prompt-tokens 5")]
    [InlineData("--document docs/memory.md")]
    public async Task What_belongs_to_explain_is_refused_without_it(string option)
    {
        var (code, _, error) = await RunAsync("config", [], option.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains($"{option.Split(' ')[0]} belongs to --explain; add that.", error, StringComparison.Ordinal);
    }

    private async Task<long> PlanAsync(params string[] set)
    {
        var (_, output, _) = await RunAsync("config", set, ["--explain", "--json"]);
        var places = JsonNode.Parse(output)!["memory"]!["places"]!.AsArray();
        var host = places[0]!;
        Assert.Equal(host["uses"]!.AsArray().Sum(use => (long)use!["bytes"]!), (long)host["bytes"]!);
        return (long)host["bytes"]!;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(string command, params string[] set) =>
        RunAsync(command, set, command == "config" ? ["--explain"] : []);

    private async Task<(int Code, string Output, string Error)> RunAsync(string command, string[] set, string[] options)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] stated = [.. Set, .. set];
        int code = await Task.Run(() =>
            CommandLine.RunAsync(
                [command, Repository.Path("pipeline.json"), .. options, .. stated.SelectMany(option => new[] { "--set", option })],
                new CliContext(TextReader.Null, output, error, stop)
            )
        );
        return (code, output.ToString(), error.ToString());
    }
}

using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Cli;

public class CommandLineTests
{
    private static async Task<(int ExitCode, string Output, string Error)> Run(params string[] args)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLine.RunAsync(args, new CliContext(TextReader.Null, output, error, stop));
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task Version_is_one_line_without_a_commit()
    {
        var (code, output, error) = await Run("--version");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"^Cppo\.Pipeline [0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.]+)?\r?\n$", output);
        Assert.Contains(
            $"<Version>{output.Trim().Split(' ')[1]}</Version>",
            File.ReadAllText(Repository.Path("Directory.Build.props")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Config_prints_schema_page_and_defaults()
    {
        Assert.Equal((0, ConfigSchema.Write(), ""), await Run("config", "--schema"));
        Assert.Equal((0, ConfigDocs.Write(), ""), await Run("config", "--docs"));
        Assert.Equal((0, ConfigWriter.Write(new PipelineConfig()), ""), await Run("config", "--defaults"));
    }

    [Fact]
    public async Task Config_prints_a_file_resolved_with_its_options()
    {
        string recipe = Repository.Path("recipes/gsm8k-smoke.json");
        var (code, output, error) = await Run("config", recipe, "--set", "prune.keep=4", "--set", "run.seed=5");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(ConfigWriter.Write(ConfigLoader.Load(recipe, ["prune.keep=4", "run.seed=5"])), output);
    }

    [Fact]
    public async Task Config_explains_the_batch()
    {
        var (code, output, _) = await Run("config", Repository.Path("recipes/gsm8k-smoke.json"), "--explain");
        Assert.Equal(0, code);
        Assert.Contains("update: 4 questions, 32 completions generated, 8 trained, 2 passes\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_of_a_configuration_go_to_the_error_stream_and_give_2()
    {
        var (code, output, error) = await Run(
            "config",
            Repository.Path("recipes/gsm8k-smoke.json"),
            "--set",
            "prune.keep=9",
            "--set",
            "x=1"
        );
        Assert.Equal((2, ""), (code, output));
        Assert.Equal(
            [
                "--set prune.keep=9: prune.keep: keeps 9 of rollout.group = 8 completions; give at most 8, or prune.rule none to keep all",
                "--set x=1: x: is no key; the sections are run, model, data, prompt, rollout, reward, prune, allocation, objective, "
                    + "update, evaluation, checkpoint, flow, sinks",
            ],
            error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [Theory]
    [InlineData("config", "--schema", "--docs")]
    [InlineData("config", "--no-such-option")]
    [InlineData("config")]
    [InlineData("--no-such-option")]
    public async Task A_command_line_that_cannot_be_read_gives_2_and_one_sentence(params string[] args)
    {
        var (code, output, error) = await Run(args);
        Assert.Equal((2, ""), (code, output));
        Assert.EndsWith($"--help shows what there is.{Environment.NewLine}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_ends_with_examples()
    {
        var (code, output, _) = await Run("config", "--help");
        Assert.Equal(0, code);
        Assert.Contains("--set <KEY=VALUE>", output, StringComparison.Ordinal);
        Assert.Contains(
            $"Examples:{Environment.NewLine}  {ProgramCall.Prefix} config pipeline.json --set prune.keep=4",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("Examples:", (await Run("--help")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pipeline.json --set a=1", "train pipeline.json --set a=1")]
    [InlineData("train pipeline.json", "train pipeline.json")]
    [InlineData("eval x", "eval x")]
    [InlineData("--help", "--help")]
    [InlineData("evl", "evl")]
    [InlineData("tran", "train tran")]
    [InlineData("", "")]
    public void A_pipeline_file_alone_is_trained(string line, string expected) =>
        Assert.Equal(
            expected.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            CommandLine.WithDefaultCommand(
                line.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                ["train", "eval"],
                "train",
                path => path == "tran"
            )
        );

    [Fact]
    public void Without_the_default_command_the_line_stays_as_it_is() =>
        Assert.Equal(["pipeline.json"], CommandLine.WithDefaultCommand(["pipeline.json"], ["eval"], "train", _ => true));
}

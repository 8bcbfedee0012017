using System.Text.RegularExpressions;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Cli;

/// <summary>What ordinary mistakes on the command line are answered with.</summary>
public sealed class StumbleTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cppo-");

    public void Dispose() => folder.Delete(recursive: true);

    private static Task<(int ExitCode, string Output, string Error)> Run(params string[] args) => TinyModelFolder.RunAsync("", args);

    private string Write(string name, string text)
    {
        string path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Theory]
    [InlineData("train", "trian", "pipeline.json")]
    [InlineData("generate", "generat", "runs/default", "How many?")]
    [InlineData("config", "confg")]
    public async Task A_mistyped_command_is_answered_with_the_one_that_is_meant(string meant, params string[] args) =>
        Assert.Equal((2, "", $"{args[0]} is no command; did you mean {meant}? --help shows what there is.\n"), await Run(args));

    [Fact]
    public async Task No_arguments_show_the_help()
    {
        var (code, output, error) = await Run();
        Assert.Equal((0, ""), (code, error));
        Assert.Equal((await Run("--help")).Output, output);
        Assert.Contains("chat runs/default", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistyped_file_is_answered_with_a_near_one()
    {
        string there = Write("pipeline.json", "{}");
        string mistyped = Path.Combine(folder.FullName, "pipline.json");
        Assert.Equal((2, "", $"{mistyped}: no such file; did you mean {there}?\n"), await Run(mistyped));
        string rows = Write("completions.jsonl", "");
        string missing = Path.Combine(folder.FullName, "completion.jsonl");
        Assert.Equal((2, "", $"{missing}: no such file; did you mean {rows}?\n"), await Run("score", missing));
        Assert.Null(NearFile.Of(Path.Combine(folder.FullName, "nowhere", "pipeline.json")));
    }

    [Fact]
    public async Task All_faults_of_a_file_and_of_its_paths_come_at_once()
    {
        Write("train.csv", "question,solution\nWhat is 1+1?,2\n");
        string file = Write(
            "pipeline.json",
            $$"""
            {
              "run": { "updatez": 3 },
              "model": { "path": "models/Qwen2.5-1.5B-Instruct", "tokenizerPath": "no-tokenizer" },
              "data": {
                "train": { "path": "{{folder.FullName.Replace('\\', '/')}}/train.csv" },
                "test": { "path": "data/gsm8k/test.jsonl" }
              },
              "prune": { "keep": 40 }
            }
            """
        );
        var (code, _, error) = await Run(file);
        Assert.Equal(2, code);
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] expected =
        [
            "run.updatez: is no key; did you mean run.updates?",
            "model.path: The model directory models/Qwen2.5-1.5B-Instruct does not exist; this fetches it: "
                + ProgramCall.Of("get Qwen/Qwen2.5-1.5B-Instruct"),
            "model.tokenizerPath: The model directory no-tokenizer does not exist",
            "has no column \"answer\"; did you mean \"solution\"? It has question, solution",
            "data.test.path: Dataset data/gsm8k/test.jsonl does not exist",
            "prune.keep: keeps 40 of rollout.group = 16 completions",
        ];
        Assert.Equal(expected.Length, lines.Length);
        Assert.All(expected.Zip(lines), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Contains($"; this makes it: {ProgramCall.Of("get gsm8k")}", lines[4], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.StartsWith($"{file}:", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_recipe_whose_files_are_missing_is_answered_with_the_commands_that_its_comment_has()
    {
        (string Recipe, string Data)[] recipes =
        [
            ("gsm8k-qwen2.5-0.5b-cpu", "gsm8k"),
            ("gsm8k-qwen2.5-0.5b", "gsm8k"),
            ("gsm8k-qwen2.5-1.5b-lora", "gsm8k"),
            ("gsm8k-qwen2.5-1.5b", "gsm8k"),
            ("gsm8k-smoke", "gsm8k"),
            ("math-qwen2.5-7b", "math"),
        ];
        foreach (var (recipe, data) in recipes)
        {
            string path = Repository.Path($"recipes/{recipe}.json");
            string comment = string.Concat(File.ReadLines(path).TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)));
            var (code, _, error) = await Run(path);
            Assert.Equal(2, code);
            string fetched = Regex.Match(error, "this fetches it: .* (get Qwen/Qwen2[.]5-[^ \n]*)").Groups[1].Value;
            Assert.Contains($"{fetched} {data}", comment, StringComparison.Ordinal);
            Assert.Contains($"this makes it: {ProgramCall.Of($"get {data}")}", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("run.name=NAME", null, "--set run.name=NAME")]
    [InlineData("run.name=NAME", "run", "make run SET='--set run.name=NAME'")]
    public void A_key_is_stated_as_the_program_was_called(string assignment, string? target, string expected) =>
        Assert.Equal(expected, SetOption.Of(assignment, target));

    [Fact]
    public void Make_says_which_target_calls() =>
        Assert.Contains(
            $"@{SetOption.MakeTarget}=run $(APP) pipeline.json $(SET)",
            File.ReadAllText(Repository.Path("Makefile")),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("train")]
    [InlineData("config")]
    [InlineData("score")]
    [InlineData("lint-data")]
    [InlineData("report")]
    [InlineData("generate")]
    [InlineData("eval")]
    public async Task A_directory_in_the_place_of_a_file_or_of_a_run_is_said_so_in_one_sentence(string command)
    {
        var (code, output, error) = await Run(command, folder.FullName);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains($"{folder.FullName}", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_run_in_the_place_of_a_pipeline_file_is_told_what_takes_it()
    {
        Write("config.json", "{\"run\":{\"name\":\"x\"}}");
        var (code, _, error) = await Run("train", folder.FullName);
        Assert.Equal(2, code);
        Assert.Contains("is a run, and train takes a pipeline file", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(FileErrors))]
    public void No_message_of_the_system_reaches_the_user(string expected, int code, Exception error)
    {
        using var stop = new StopSignals();
        var failure = Failure.Of(error, stop, verbose: false);
        Assert.Equal(code, failure.ExitCode);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Access to the path", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Could not find", failure.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, int, Exception> FileErrors()
    {
        string missing = Path.Combine(Path.GetTempPath(), "cppo-no-such", "x");
        var errors = new TheoryData<string, int, Exception>
        {
            { $"{missing} cannot be read or written: there is no such directory", 2, ErrorOf(() => File.WriteAllText(missing, "")) },
            { "cannot be read or written: it is a directory, or", 2, ErrorOf(() => File.WriteAllText(Path.GetTempPath() + ".", "")) },
        };
        if (OperatingSystem.IsLinux())
        {
            errors.Add("failed: /dev/full cannot be read or written: the disk is full; make room", 1, ErrorOf(FillDisk));
        }

        return errors;
    }

    private static void FillDisk()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        full.Write(new byte[1]);
    }

    private static Exception ErrorOf(Action act) => Record.Exception(act)!;
}

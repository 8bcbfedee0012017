using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.BaseModel;

[Collection(RunsCollection.Name)]
public sealed class SftCommandTests(SmallModel small) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunFact]
    public async Task A_model_is_made_from_examples_and_trained_on_the_same_every_time()
    {
        string examples = Examples(50);
        string[] sizes =
        [
            "--vocabulary",
            "300",
            "--hidden",
            "16",
            "--layers",
            "1",
            "--heads",
            "2",
            "--kv-heads",
            "1",
            "--intermediate",
            "16",
            "--threads",
            "1",
        ];
        var (code, output) = await RunAsync([examples, "--output", directory.Of("new"), "--batch", "10", .. sizes]);
        Assert.Equal(0, code);
        Assert.Contains("step 5 of 5: loss ", output, StringComparison.Ordinal);
        using (var made = HfModelDirectory.Open(directory.Of("new")))
        {
            Assert.Equal(
                (300, 16, 1, 256),
                (made.Config.VocabSize, made.Config.HiddenSize, made.Config.NumLayers, made.Config.MaxPositions)
            );
        }

        var tokenizer = ByteLevelTokenizer.Load(directory.Of("new"));
        Assert.Equal((300, "Tom has 12 apples."), (tokenizer.VocabSize, tokenizer.Decode(tokenizer.Encode("Tom has 12 apples."))));
        Assert.Equal([tokenizer.IdOf("<|im_end|>")!.Value], tokenizer.StopTokenIds);

        await RunAsync([examples, "--output", directory.Of("same"), "--batch", "10", .. sizes]);
        Assert.Equal(
            File.ReadAllBytes(directory.Of("new", "model.safetensors")),
            File.ReadAllBytes(directory.Of("same", "model.safetensors"))
        );
        string generation = directory.Of("new", "generation_config.json");
        File.WriteAllText(generation, "{ \"temperature\": 0.6, \"eos_token_id\": 5 }");
        var (again, more) = await RunAsync([examples, "--model", directory.Of("new"), "--output", directory.Of("more"), "--threads", "1"]);
        Assert.Equal(0, again);
        Assert.True(Loss(more) < Loss(output), $"{more} after {output}");
        var trained = ByteLevelTokenizer.Load(directory.Of("more"));
        Assert.Equal([tokenizer.IdOf("<|im_end|>")!.Value, 5], trained.StopTokenIds);
        Assert.Contains("\"temperature\": 0.6", File.ReadAllText(directory.Of("more", "generation_config.json")), StringComparison.Ordinal);
        using var engine = EngineFactory.Load("auto", directory.Of("more"), new EngineSettings { Threads = 1 });
        Assert.Equal(300, engine.Config.VocabSize);
    }

    [RunTheory]
    [InlineData("--vocabulary 100", "--vocabulary 100 does not fit")]
    [InlineData("--vocabulary 5000", "--vocabulary 5000 does not fit")]
    [InlineData("--hidden 30", "make no model")]
    [InlineData("--batch 0", "--batch is 0; it must be at least 1.")]
    [InlineData("--threads -4", "--threads is -4; it must be 0 to 1024.")]
    [InlineData("--threads 100000", "--threads is 100000; it must be 0 to 1024.")]
    [InlineData("--learning-rate -1", "--learning-rate is -1; it must be 0 to 1.")]
    [InlineData("--hidden 2000000000", "--hidden is 2000000000; it must be 1 to 1048576.")]
    [InlineData("--model no-such-model --hidden 64", "--hidden is a new model's; --model has its own.")]
    [InlineData("--context 20 --vocabulary 300", "the model's context only 20")]
    [InlineData("--model no-such-model", "no-such-model")]
    public async Task Settings_that_fit_no_model_are_refused(string options, string expected)
    {
        var (code, output) = await RunAsync([Examples(20), "--output", directory.Of("new"), .. options.Split(' ')]);
        Assert.Equal(2, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory.Of("new")));
    }

    [Theory]
    [InlineData(null, "do not exist")]
    [InlineData("", "holds no examples")]
    [InlineData("{\"question\":\"a\",\"completion\":\"b\"}\n{\"question\":\"a\"}\n", ":2: not an example")]
    [InlineData("[]\n", ":1: not an example")]
    [InlineData("{\"question\":1,\"completion\":\"b\"}\n", ":1: not an example")]
    [InlineData("{\n", ":1: not an example")]
    public async Task Examples_that_cannot_be_read_are_refused_with_their_line(string? text, string expected)
    {
        if (text is not null)
        {
            File.WriteAllText(directory.Of("bad.jsonl"), text);
        }

        var (code, output) = await RunAsync([directory.Of("bad.jsonl"), "--output", directory.Of("new")]);
        Assert.Equal(2, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory.Of("new")));
    }

    private string Examples(int count)
    {
        File.WriteAllLines(directory.Of("examples.jsonl"), File.ReadLines(Path.Combine(small.ExamplesPath, "habits.jsonl")).Take(count));
        return directory.Of("examples.jsonl");
    }

    private static double Loss(string output) =>
        double.Parse(
            output[(output.LastIndexOf("loss ", StringComparison.Ordinal) + 5)..].Split(',')[0],
            System.Globalization.CultureInfo.InvariantCulture
        );

    private static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        int code = await Task.Run(() => CommandLine.RunAsync(["sft", .. arguments], new CliContext(TextReader.Null, output, output, stop)));
        return (code, output.ToString());
    }
}

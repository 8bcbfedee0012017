using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Cppo.Model.Weights;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>What bad input gets: exit code 2, a sentence, and no directory of a run.</summary>
[Collection(RunsCollection.Name)]
public sealed class BadInputTests : IDisposable
{
    private readonly SmallModel model;
    private readonly TemporaryDirectory directory = new();

    public BadInputTests(SmallModel model)
    {
        this.model = model;
        if (RunFactAttribute.Unavailable is not null)
        {
            return;
        }

        foreach (string file in Directory.EnumerateFiles(model.ModelPath))
        {
            File.Copy(file, Path.Combine(Directory.CreateDirectory(ModelPath).FullName, Path.GetFileName(file)));
        }
    }

    /// <summary>A copy of the model to damage.</summary>
    private string ModelPath => directory.Of("model");

    private string WeightsPath => Path.Combine(ModelPath, "model.safetensors");

    public void Dispose() => directory.Dispose();

    [RunFact]
    public Task A_missing_model() => RefusedAsync("no-such-model does not exist", "model.path=no-such-model");

    [RunFact]
    public Task A_directory_without_weights()
    {
        File.Delete(WeightsPath);
        return RefusedAsync("holds neither model.safetensors nor model.safetensors.index.json");
    }

    [RunFact]
    public Task A_shard_outside_its_directory()
    {
        File.Move(WeightsPath, directory.Of("outside.safetensors"));
        File.WriteAllText(
            Path.Combine(ModelPath, "model.safetensors.index.json"),
            """{"metadata":{},"weight_map":{"model.embed_tokens.weight":"../outside.safetensors"}}"""
        );
        return RefusedAsync("names the shard '../outside.safetensors', which is not a file of the model's own directory");
    }

    [RunFact]
    public Task A_truncated_file()
    {
        byte[] whole = File.ReadAllBytes(WeightsPath);
        File.WriteAllBytes(WeightsPath, whole[..(whole.Length / 2)]);
        return RefusedAsync("model.safetensors is damaged");
    }

    [RunFact]
    public Task A_file_without_a_whole_header()
    {
        File.WriteAllBytes(WeightsPath, [255, 255, 255, 255, 255, 255, 255, 127, 123]);
        return RefusedAsync("model.safetensors is damaged");
    }

    [RunFact]
    public Task A_header_that_lies_about_its_bytes()
    {
        EditHeader(header => header["model.norm.weight"]!["data_offsets"]![1] = 1L << 40);
        return RefusedAsync("'model.norm.weight' claims the bytes");
    }

    [RunFact]
    public Task A_header_that_lies_about_a_shape()
    {
        EditHeader(header => header["model.norm.weight"]!["shape"] = new JsonArray(33));
        return RefusedAsync("'model.norm.weight' of shape [33]");
    }

    [RunFact]
    public Task A_number_type_that_is_not_a_weight_s()
    {
        EditHeader(header => header["model.norm.weight"]!["dtype"] = "F64");
        return RefusedAsync("'model.norm.weight' has the number type F64");
    }

    [RunFact]
    public Task Weights_of_another_shape_than_the_architecture()
    {
        string config = Path.Combine(ModelPath, "config.json");
        File.WriteAllText(
            config,
            File.ReadAllText(config).Replace("\"intermediate_size\": 64", "\"intermediate_size\": 48", StringComparison.Ordinal)
        );
        return RefusedAsync("has the shape [64, 32], but config.json implies [48, 32]");
    }

    [RunFact]
    public Task A_tokenizer_that_is_larger_than_the_model()
    {
        var smaller = SmallModel.Architecture with { VocabSize = 300 };
        HfModelDirectory.Write(ModelPath, smaller, RandomWeights.Create(smaller, 1), WeightType.F32);
        return RefusedAsync("the model only 300; they belong to different models");
    }

    [RunFact]
    public Task A_missing_reference_model() => RefusedAsync("no-such-model", "model.reference.path=no-such-model");

    [RunFact]
    public Task A_row_without_an_answer() =>
        RefusedAsync(
            "train.csv, line 3 has an empty \"answer\"; fill it in or remove the row.",
            Train("question,answer\nWhat is 1+1?,2\nWhat is 2+2?,\n")
        );

    [RunFact]
    public Task A_row_without_a_question() => RefusedAsync("train.csv, line 2 has an empty \"question\"", Train("question,answer\n,2\n"));

    [RunFact]
    public Task An_empty_dataset() => RefusedAsync("is empty; give it a row with a question and an answer", Train("question,answer\n"));

    [RunFact]
    public Task A_missing_dataset() => RefusedAsync("Dataset no-such.csv does not exist", "data.train.path=no-such.csv");

    [RunFact]
    public Task A_prompt_that_exceeds_the_context() =>
        RefusedAsync(
            "exceed the model's context of 192",
            Train($"question,answer\nWhat is 1+1?,2\n{string.Join(' ', Enumerable.Repeat("apples", 300))}?,3\n")
        );

    [RunFact]
    public Task A_prompt_that_exceeds_a_micro_batch() =>
        RefusedAsync(
            "exceed update.microBatchTokens 60; raise that to ",
            Train("question,answer\nWhat is one and one and one and one and one and one?,6\n"),
            "update.microBatchTokens=60"
        );

    [RunTheory]
    [InlineData("update.microBatchTokens=40", "cannot hold a prompt and a completion")]
    [InlineData("prune.keep=5", "prune.keep: keeps 5 of rollout.group = 4 completions")]
    [InlineData("rollout.group=1", "rollout.group")]
    [InlineData("update.learningrat=1", "learningRate")]
    [InlineData("run.resume=true", "holds no run to resume")]
    [InlineData("model.engine=magic", "model.engine")]
    [InlineData("update.devices=[\"cuda:99\"]", "cuda:99")]
    public Task A_key_that_fits_no_run(string set, string expected) => RefusedAsync(expected, set);

    [RunFact]
    public async Task A_directory_that_holds_another_run()
    {
        Directory.CreateDirectory(directory.Of("runs", "small"));
        File.WriteAllText(directory.Of("runs", "small", "config.json"), "{}");
        var (code, error) = await TrainAsync();
        Assert.Equal(2, code);
        Assert.Contains("already holds a run", error, StringComparison.Ordinal);
        Assert.Equal(["config.json"], Directory.EnumerateFileSystemEntries(directory.Of("runs", "small")).Select(Path.GetFileName));
        Assert.Equal("{}", File.ReadAllText(directory.Of("runs", "small", "config.json")));
    }

    [RunFact]
    public Task Weights_that_are_no_numbers()
    {
        byte[] file = File.ReadAllBytes(WeightsPath);
        // The last value of the last tensor.
        BitConverter.TryWriteBytes(file.AsSpan(file.Length - sizeof(float)), float.NaN);
        File.WriteAllBytes(WeightsPath, file);
        return RefusedAsync($"{WeightsPath}: 'model.norm.weight' has NaN at index [31]");
    }

    [RunFact]
    public async Task Weights_beyond_measure_end_the_first_update_with_1_before_anything_is_saved()
    {
        using (var whole = HfModelDirectory.Open(ModelPath))
        {
            WriteBeyondMeasure(whole);
        }

        var (code, error) = await TrainAsync();
        Assert.Equal(1, code);
        Assert.Matches("Update 0, pass 0: the loss is NaN and the gradient norm NaN on the questions train.csv:[0-9]+", error);
        Assert.Contains("the model itself may be at fault", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory.Of("runs", "small", "model")));
        Assert.Empty(
            Directory.Exists(directory.Of("runs", "small", "checkpoints"))
                ? Directory.EnumerateDirectories(directory.Of("runs", "small", "checkpoints"))
                : []
        );
    }

    private void WriteBeyondMeasure(HfModelDirectory whole)
    {
        var weights = whole
            .ReadAll()
            .Select(weight => weight.Name == "model.norm.weight" ? weight with { Values = [.. weight.Values.Select(_ => 3e38f)] } : weight)
            .ToArray();
        HfModelDirectory.WriteWeights(directory.Path, weights, WeightType.F32);
        File.Move(directory.Of("model.safetensors"), WeightsPath, overwrite: true);
    }

    private string Train(string csv)
    {
        File.WriteAllText(directory.Of("train.csv"), csv);
        return $"data.train.path={directory.Of("train.csv")}";
    }

    private void EditHeader(Action<JsonObject> edit)
    {
        byte[] file = File.ReadAllBytes(WeightsPath);
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var header = JsonNode.Parse(file.AsSpan(8, length))!.AsObject();
        edit(header);
        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] size = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, text.Length);
        File.WriteAllBytes(WeightsPath, [.. size, .. text, .. file.AsSpan(8 + length)]);
    }

    private async Task RefusedAsync(string expected, params string[] set)
    {
        var (code, error) = await TrainAsync(set);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(2, code);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory.Of("runs")));
    }

    private async Task<(int ExitCode, string Error)> TrainAsync(params string[] set)
    {
        string file = directory.Of("small.json");
        File.WriteAllText(file, SmallRun.Configure(model, ModelPath));
        using var stop = new StopSignals();
        using var error = new StringWriter();
        string[] options = [$"run.directory={directory.Of("runs")}", "run.updates=1", .. set];
        int code = await Task.Run(() =>
            CommandLine.RunAsync(
                ["train", file, .. options.SelectMany(option => new[] { "--set", option })],
                new CliContext(TextReader.Null, TextWriter.Null, error, stop)
            )
        );
        return (code, error.ToString());
    }
}

using Cppo.Model.Gguf;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;

namespace Cppo.Export.Tests;

public sealed class ExportCommandTests : IDisposable
{
    private readonly ExportFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_run_and_its_checkpoint_are_exported_with_the_prompt_that_they_were_trained_with()
    {
        string[] settings =
        [
            "data.train.path=" + Path.Combine(ExportFolder.Root, "data", "train.csv"),
            "data.test.path=" + Path.Combine(ExportFolder.Root, "data", "test.csv"),
            "model.path=" + ExportFolder.BaseModel,
            "run.directory=" + folder.Path("runs"),
            "prompt.system=Count the apples.",
            "run.updates=1",
            "rollout.group=4",
            "update.questionsPerDevice=1",
            "update.maxStaleness=0",
            "checkpoint.every=1",
            "evaluation.before=false",
            "evaluation.after=false",
        ];
        var trained = await ExportFolder.RunAsync([
            Path.Combine(ExportFolder.Root, "pipeline.json"),
            .. settings.SelectMany(setting => (string[])["--set", setting]),
        ]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        string run = folder.Path("runs/default");
        foreach (string place in (string[])[run, Path.Combine(run, "checkpoints", "1"), Path.Combine(run, "model")])
        {
            string file = folder.Path($"{Guid.NewGuid():N}.gguf");
            var (code, output, error) = await ExportFolder.RunAsync("export", place, "--format", "gguf", "--type", "f32", "--output", file);
            Assert.True(code == 0, error);
            Assert.StartsWith($"wrote {file}: qwen2, ", output, StringComparison.Ordinal);
            Assert.Contains("system text: Count the apples.", error, StringComparison.Ordinal);
            var gguf = new GgufReader(file);
            Assert.Equal("default", gguf.Keys["general.name"]);
            Assert.Equal("Count the apples.", gguf.Keys[GgufModel.SystemTextKey]);
            string jinja = (string)gguf.Keys["tokenizer.chat_template"];
            Assert.Equal("Count the apples.", ChatTemplates.SystemOf(jinja));
            Assert.Equal(ExportFolder.Weight(Path.Combine(run, "model"), WeightMap.Embedding).Values, gguf.Values("token_embd.weight"));

            string directory = folder.Path(Guid.NewGuid().ToString("N"));
            (code, _, error) = await ExportFolder.RunAsync("export", place, "--format", "hf", "--output", directory);
            Assert.True(code == 0, error);
            string[] files = [.. Directory.EnumerateFiles(Path.Combine(run, "model")).Select(path => Path.GetFileName(path)).Order()];
            Assert.Equal(files, Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)).Order());
            Assert.All(
                files,
                name => Assert.Equal(File.ReadAllBytes(Path.Combine(run, "model", name)), File.ReadAllBytes(Path.Combine(directory, name)))
            );
        }
    }

    [Theory]
    [InlineData("f32", WeightType.F32)]
    [InlineData("f16", WeightType.F16)]
    [InlineData("bf16", WeightType.BF16)]
    public async Task A_Hugging_Face_directory_has_the_type_that_is_asked_for(string type, WeightType stored)
    {
        string model = folder.Model("model", ExportFolder.Small());
        string directory = folder.Path("exported");
        var (code, output, error) = await ExportFolder.RunAsync("export", model, "--format", "hf", "--type", type, "--output", directory);
        Assert.True(code == 0, error);
        Assert.Contains($" parameters as {type}, ", output, StringComparison.Ordinal);
        using var reader = SafetensorsReader.Open(Path.Combine(directory, "model.safetensors"));
        Assert.All(reader.Weights, weight => Assert.Equal(stored, weight.Type));
        float[] before = ExportFolder.Weight(model, WeightMap.Embedding).Values,
            after = ExportFolder.Weight(directory, WeightMap.Embedding).Values;
        double half = stored switch
        {
            WeightType.F32 => 0,
            WeightType.F16 => 1.0 / 2048,
            _ => 1.0 / 256,
        };
        Assert.All(
            before.Zip(after),
            pair =>
                Assert.InRange(Math.Abs(pair.First - pair.Second), 0, (half * Math.Abs(pair.First)) + (stored == WeightType.F16 ? 6e-8 : 0))
        );
        Assert.Equal(
            ByteLevelTokenizer.Load(model).Encode("two apples<|im_end|>"),
            ByteLevelTokenizer.Load(directory).Encode("two apples<|im_end|>")
        );
    }

    [Fact]
    public void Weights_that_exceed_a_shard_lie_in_several_with_an_index()
    {
        string model = folder.Model("model", ExportFolder.Small());
        string to = Directory.CreateDirectory(folder.Path("shards")).FullName;
        using (var weights = HfModelDirectory.Open(model))
        {
            WeightsCopy.Write(weights, to, WeightType.F32, shardBytes: 100_000);
        }

        File.Copy(Path.Combine(model, "config.json"), Path.Combine(to, "config.json"));
        Assert.True(Directory.EnumerateFiles(to, "model-0000?-of-0000?.safetensors").Count() > 2);
        using var expected = HfModelDirectory.Open(model);
        using var actual = HfModelDirectory.Open(to);
        Assert.Equal(expected.ReadAll().Select(weight => weight.Values), actual.ReadAll().Select(weight => weight.Values));
    }

    [Fact]
    public async Task What_cannot_be_exported_gives_a_sentence_and_leaves_no_file()
    {
        string model = folder.Model("model", ExportFolder.Small());
        string file = folder.Path("model.gguf");
        async Task Refuse(string sentence, params string[] args)
        {
            var (code, output, error) = await ExportFolder.RunAsync(["export", .. args]);
            Assert.Equal((2, ""), (code, output));
            Assert.Contains(sentence, error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(file)!, "*.tmp"));
            Assert.False(File.Exists(file));
        }

        await Refuse("no such run, checkpoint or model directory", folder.Path("none"), "--format", "gguf", "--output", file);
        await Refuse("q8_0 is one of gguf's", model, "--format", "hf", "--type", "q8_0", "--output", folder.Path("hf"));
        await Refuse("there is something already", model, "--format", "hf", "--output", model);
        await Refuse("there is no directory", model, "--format", "gguf", "--output", folder.Path("none/model.gguf"));
        await Refuse("is also read or written otherwise", model, "--format", "gguf", "--output", Path.Combine(model, "model.safetensors"));

        string weights = Path.Combine(model, "model.safetensors");
        byte[] bytes = await File.ReadAllBytesAsync(weights);
        await File.WriteAllBytesAsync(weights, bytes[..^100]);
        await Refuse("model.safetensors is damaged", model, "--format", "gguf", "--output", file);
        BitConverter.GetBytes(float.NaN).CopyTo(bytes, bytes.Length - 4);
        await File.WriteAllBytesAsync(weights, bytes);
        await Refuse("has NaN at index [63]", model, "--format", "gguf", "--output", file);
        BitConverter.GetBytes(1e30f).CopyTo(bytes, bytes.Length - 4);
        await File.WriteAllBytesAsync(weights, bytes);
        await Refuse("too large for F16", model, "--format", "hf", "--type", "f16", "--output", folder.Path("hf"));
        Assert.False(Directory.Exists(folder.Path("hf")));
    }

    [Theory]
    [InlineData("rope_scaling")]
    [InlineData("attention_bias")]
    public void What_llama_cpp_cannot_run_is_refused(string key)
    {
        var config = ExportFolder.Small(family: ExportFolder.Family("qwen3"));
        string model = folder.Model(
            "model",
            key == "attention_bias"
                ? config with
                {
                    QkvBias = true,
                    OutputBias = true,
                }
                : config with
                {
                    RopeScaling = new Cppo.Model.Decoders.Llama3Scaling(8, 1, 4, 64),
                }
        );
        var fault = Assert.Throws<Cppo.Model.Engine.ModelFileException>(() => folder.Gguf(model));
        Assert.Contains($"asks for {key}, which llama.cpp's architecture qwen3 has not", fault.Message, StringComparison.Ordinal);
    }
}

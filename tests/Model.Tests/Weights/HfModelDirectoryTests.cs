using System.Text.Json.Nodes;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Weights;

public sealed class HfModelDirectoryTests : IDisposable
{
    private static readonly DecoderConfig Config = SmallDecoder.Config with { TieWordEmbeddings = false };

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(4L << 30, 1)]
    [InlineData(1000, 6)]
    public void Write_thenOpen_returnsTheSameWeights(long shardBytes, int atLeastFiles)
    {
        var weights = RandomWeights.Create(Config, 3);
        HfModelDirectory.Write(directory.Path, Config, weights, WeightType.F32, shardBytes);
        Assert.True(Directory.GetFiles(directory.Path, "*.safetensors").Length >= atLeastFiles);

        using var opened = HfModelDirectory.Open(directory.Path);
        Assert.Equal(Config, opened.Config);
        foreach (var (expected, actual) in weights.Zip(opened.ReadAll()))
        {
            Assert.Equal(expected.Name, actual.Name);
            Assert.Equal(expected.Values, actual.Values);
        }
    }

    [Fact]
    public void Open_withAMissingParameter_namesIt()
    {
        HfModelDirectory.Write(
            directory.Path,
            Config,
            [.. RandomWeights.Create(Config, 3).Where(w => !w.Name.EndsWith("1.mlp.up_proj.weight", StringComparison.Ordinal))],
            WeightType.F32
        );
        Assert.Contains("model.layers.1.mlp.up_proj.weight", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_withASurplusParameter_namesIt()
    {
        HfModelDirectory.Write(
            directory.Path,
            Config,
            [.. RandomWeights.Create(Config, 3), new NamedArray("model.extra", [1], [0f])],
            WeightType.F32
        );
        Assert.Contains("model.extra", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_withAnotherShape_namesBothShapes()
    {
        HfModelDirectory.Write(directory.Path, Config, RandomWeights.Create(Config, 3), WeightType.F32);
        ChangeConfig(json => json["intermediate_size"] = 13);
        string message = Refusal();
        Assert.Contains("[12, 8]", message, StringComparison.Ordinal);
        Assert.Contains("[13, 8]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ofATiedModelWithACopiedHead_isAccepted()
    {
        HfModelDirectory.Write(directory.Path, Config, RandomWeights.Create(Config, 3), WeightType.F32);
        ChangeConfig(json => json["tie_word_embeddings"] = true);
        using var opened = HfModelDirectory.Open(directory.Path);
        Assert.DoesNotContain(WeightMap.Head, opened.ReadAll().Select(w => w.Name));
    }

    [Theory]
    [InlineData("../elsewhere.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("sub\\w.safetensors")]
    [InlineData("")]
    public void Open_withAShardOutsideTheDirectory_isRefused(string shard)
    {
        HfModelDirectory.Write(directory.Path, Config, RandomWeights.Create(Config, 3), WeightType.F32, shardBytes: 1000);
        string index = directory.File(HfModelDirectory.IndexFileName);
        var json = JsonNode.Parse(File.ReadAllText(index))!;
        json["weight_map"]![WeightMap.Embedding] = shard;
        File.WriteAllText(index, json.ToJsonString());
        Assert.Contains("not a file of the model's own directory", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model_type", "\"llama\"", "llama")]
    [InlineData("num_attention_heads", "3", "does not divide")]
    [InlineData("num_key_value_heads", "3", "does not divide")]
    [InlineData("hidden_size", "0", "at least 1")]
    [InlineData("hidden_size", "\"8\"", "'hidden_size' is \"8\"; it must be a whole number")]
    [InlineData("vocab_size", "null", "missing")]
    [InlineData("rope_scaling", "{\"type\":\"yarn\"}", "rope_scaling")]
    [InlineData("hidden_act", "\"gelu\"", "gelu")]
    public void Open_ofAnotherArchitecture_saysWhatIsWrong(string key, string value, string reason)
    {
        HfModelDirectory.Write(directory.Path, Config, RandomWeights.Create(Config, 3), WeightType.F32);
        ChangeConfig(json => json[key] = JsonNode.Parse(value));
        Assert.Contains(reason, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_withoutWeights_saysWhatToDo()
    {
        HfConfigFile.Write(directory.File(HfConfigFile.FileName), Config, WeightType.F32);
        Assert.Contains("convert them to safetensors", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_withTheSameSeed_isTheSame_andHasTheStatedSpread()
    {
        var first = RandomWeights.Create(Config with { VocabSize = 5000 }, 7);
        var second = RandomWeights.Create(Config with { VocabSize = 5000 }, 7);
        Assert.Equal(first[0].Values, second[0].Values);
        Assert.InRange(Math.Sqrt(first[0].Values.Average(v => (double)v * v)), 0.0195, 0.0205);
        Assert.NotEqual(first[0].Values[..8], RandomWeights.Create(Config, 8)[0].Values[..8]);
    }

    private string Refusal() => Assert.Throws<ModelFileException>(() => HfModelDirectory.Open(directory.Path)).Message;

    private void ChangeConfig(Action<JsonNode> change)
    {
        string path = directory.File(HfConfigFile.FileName);
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }
}

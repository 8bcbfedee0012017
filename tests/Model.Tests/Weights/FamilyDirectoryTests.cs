using System.Text.Json.Nodes;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Weights;

/// <summary>Directories of each family as transformers writes them: read, and written again.</summary>
public sealed class FamilyDirectoryTests
{
    /// <summary>What transformers adds by itself, or what a run adds from its tokenizer.</summary>
    private static readonly string[] Foreign =
    [
        "transformers_version",
        "bos_token_id",
        "eos_token_id",
        "pad_token_id",
        "max_window_layers",
        "sliding_window",
    ];

    public static TheoryData<string> Checkpoints() => [.. GoldenModels.Checkpoints().Select(model => model.Checkpoint)];

    public static TheoryData<string> WithNewerKeys() => [.. GoldenModels.WithNewerKeys()];

    [Theory]
    [MemberData(nameof(WithNewerKeys))]
    public void Keys_of_transformers_4_and_5_state_the_same_model(string model) =>
        Assert.Equal(
            HfConfigFile.Read(Path.Combine(GoldenModels.CheckpointPath(model + "_fp32"), HfConfigFile.FileName)),
            HfConfigFile.Read(GoldenModels.NewerConfigPath(model))
        );

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void A_saved_directory_has_the_references_keys_and_shapes_and_loads_back(string checkpoint)
    {
        string source = GoldenModels.CheckpointPath(checkpoint);
        using var reference = HfModelDirectory.Open(source);
        using var directory = new TemporaryDirectory();
        NamedArray[] weights = [.. reference.ReadAll()];
        HfModelDirectory.Write(directory.Path, reference.Config, weights, WeightType.F32);

        using var saved = HfModelDirectory.Open(directory.Path);
        Assert.Equal(reference.Config, saved.Config);
        foreach (var (expected, actual) in weights.Zip(saved.ReadAll(), (expected, actual) => (expected, actual)))
        {
            Assert.Equal(expected.Name, actual.Name);
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(expected.Values, actual.Values);
        }

        using var file = SafetensorsReader.Open(directory.File(HfModelDirectory.SingleFileName));
        Assert.Equal(Names(source).Order(StringComparer.Ordinal), file.Weights.Select(weight => weight.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Keys(source).Except(Foreign).Order(), Keys(directory.Path).Except(Foreign).Order());
    }

    [Theory]
    [InlineData("qwen3", 128, false, true)]
    [InlineData("llama", 16, false, false)]
    [InlineData("qwen2", 16, true, false)]
    public void Absent_keys_mean_what_they_mean_in_their_family(string type, int headSize, bool hasBias, bool hasNorms)
    {
        var json = Smallest(type);
        json["sliding_window"] = null;
        var config = Read(json);
        Assert.Equal((headSize, hasBias, hasNorms), (config.HeadSize, config.QkvBias, config.HeadNorms));
        Assert.False(config.TieWordEmbeddings);
        Assert.Equal(10_000, config.RopeTheta);
    }

    [Theory]
    [InlineData("model_type", "\"gemma3\"", "'gemma3'")]
    [InlineData("rope_scaling", "{\"type\": \"yarn\", \"factor\": 4}", "'yarn'")]
    [InlineData("rope_parameters", "{\"rope_type\": \"dynamic\", \"rope_theta\": 1e4}", "'dynamic'")]
    [InlineData("rope_scaling", "{\"rope_type\": \"llama3\", \"factor\": 8}", "low_freq_factor")]
    [InlineData("partial_rotary_factor", "0.5", "partial_rotary_factor")]
    [InlineData("layer_types", "[\"full_attention\", \"sliding_attention\"]", "'sliding_attention'")]
    [InlineData("hidden_act", "\"gelu\"", "'gelu'")]
    [InlineData("head_dim", "7", "even")]
    [InlineData("num_key_value_heads", "3", "does not divide")]
    [InlineData("head_dim", "-8", "head_dim")]
    [InlineData("rope_scaling", "\"yarn\"", "no object")]
    [InlineData("layer_types", "\"full_attention\"", "a list of texts")]
    [InlineData("rope_theta", "-5", "rope_theta")]
    [InlineData("rms_norm_eps", "0", "rms_norm_eps")]
    [InlineData("num_hidden_layers", "2000000000", "are the most")]
    public void What_would_compute_something_else_is_refused_by_name(string key, string value, string named)
    {
        var json = Smallest("llama");
        json[key] = JsonNode.Parse(value);
        Assert.Contains(named, Assert.Throws<ModelFileException>(() => Read(json)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"use_sliding_window\": true}", true)]
    [InlineData("{\"use_sliding_window\": true, \"sliding_window\": 4096, \"max_window_layers\": 1}", true)]
    [InlineData("{\"use_sliding_window\": true, \"sliding_window\": null, \"max_window_layers\": 0}", false)]
    [InlineData("{\"use_sliding_window\": true, \"sliding_window\": 4096, \"max_window_layers\": 40}", false)]
    [InlineData("{\"use_sliding_window\": false, \"sliding_window\": 4096, \"max_window_layers\": 0}", false)]
    [InlineData("{\"sliding_window\": 4096}", false)]
    [InlineData("{\"use_sliding_window\": true, \"layer_types\": [\"full_attention\"]}", false)]
    public void A_sliding_window_is_refused_where_it_is_in_use(string keys, bool isRefused)
    {
        var json = Smallest("qwen3");
        json["num_hidden_layers"] = 30;
        foreach (var (key, value) in JsonNode.Parse(keys)!.AsObject())
        {
            json[key] = value?.DeepClone();
        }

        Assert.Equal(
            isRefused,
            Record.Exception(() => Read(json)) is ModelFileException fault && fault.Message.Contains("sliding", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("[7,3]", 7, 3)]
    public void Every_stop_token_is_written(string written, params int[] stops)
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File(HfConfigFile.FileName);
        HfConfigFile.Write(path, TinyModel.Config(), WeightType.F32, eosTokenIds: stops);
        Assert.Equal(written, JsonNode.Parse(File.ReadAllText(path))!["eos_token_id"]!.ToJsonString());
    }

    private static JsonObject Smallest(string type) =>
        new()
        {
            ["model_type"] = type,
            ["vocab_size"] = 60,
            ["hidden_size"] = 64,
            ["intermediate_size"] = 48,
            ["num_hidden_layers"] = 2,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
        };

    private static DecoderConfig Read(JsonObject json)
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File(HfConfigFile.FileName);
        File.WriteAllText(path, json.ToJsonString());
        return HfConfigFile.Read(path);
    }

    private static IEnumerable<string> Keys(string directory) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(directory, HfConfigFile.FileName)))!.AsObject().Select(pair => pair.Key);

    private static IEnumerable<string> Names(string directory) =>
        Directory
            .GetFiles(directory, "*.safetensors")
            .SelectMany(path =>
            {
                using var file = SafetensorsReader.Open(path);
                return file.Weights.Select(weight => weight.Name).ToArray();
            });
}

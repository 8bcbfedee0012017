using System.Text.Json.Nodes;
using Cppo.Model.Adapters;
using Cppo.Model.Engine;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Adapters;

public sealed class AdapterDirectoryTests : IDisposable
{
    private static readonly Decoders.DecoderConfig Config = TinyModel.Config();

    private readonly TemporaryDirectory directory = new();
    private readonly Adapter adapter = TinyAdapter.Create(Config, TinyAdapter.Classic);

    public AdapterDirectoryTests() => AdapterDirectory.Write(directory.Path, adapter, adapter.Arrays);

    public void Dispose() => directory.Dispose();

    private string ConfigFile => directory.File(AdapterDirectory.ConfigFileName);

    private string WeightsFile => directory.File(AdapterDirectory.WeightsFileName);

    [Fact]
    public void What_was_written_is_read_again()
    {
        var opened = AdapterDirectory.Open(directory.Path);
        Assert.True(AdapterDirectory.IsIn(directory.Path));
        Assert.True(opened.Settings.Means(TinyAdapter.Classic));
        Assert.Equal("base", opened.Base.Path);
        Compare.Same(adapter.Arrays, opened.Read(Config).Arrays);
    }

    [Fact]
    public void The_files_are_laid_out_as_PEFT_does()
    {
        var json = JsonNode.Parse(File.ReadAllText(ConfigFile))!;
        Assert.Equal("LORA", (string?)json["peft_type"]);
        Assert.Equal("CAUSAL_LM", (string?)json["task_type"]);
        Assert.Equal("base", (string?)json["base_model_name_or_path"]);
        Assert.Equal((3, 3), ((int)json["r"]!, (int)json["lora_alpha"]!));
        Assert.Equal(["q_proj", "v_proj"], json["target_modules"]!.AsArray().Select(name => (string)name!));
        Assert.Equal("none", (string?)json["bias"]);
        Assert.False((bool)json["fan_in_fan_out"]!);
        using var file = SafetensorsReader.Open(WeightsFile);
        Assert.Equal(4 * Config.NumLayers, file.Weights.Count);
        Assert.Equal([3, 32], file.Find("base_model.model.model.layers.2.self_attn.q_proj.lora_A.weight")!.Shape);
        Assert.Equal([32, 3], file.Find("base_model.model.model.layers.2.self_attn.q_proj.lora_B.weight")!.Shape);
        Assert.Equal([16, 3], file.Find("base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight")!.Shape);
        Assert.Equal("pt", file.Metadata["format"]);
    }

    [Fact]
    public void A_new_one_has_PEFTs_bounds_and_the_same_numbers_for_a_seed()
    {
        var one = Adapter.New(Config, TinyAdapter.All, TinyAdapter.Base(), 7);
        var same = Adapter.New(Config, TinyAdapter.All, TinyAdapter.Base(), 7);
        var other = Adapter.New(Config, TinyAdapter.All, TinyAdapter.Base(), 8);
        Compare.Same(one.Arrays, same.Arrays);
        for (int i = 0; i < one.Arrays.Count; i++)
        {
            var (name, shape, values) = one.Arrays[i];
            if (name.Contains("lora_B", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(0, value));
                continue;
            }

            // Uniform within 1 / sqrt(in): a third of the square of the bound in the mean.
            double bound = 1 / Math.Sqrt(shape[1]);
            Assert.All(values, value => Assert.InRange(value, -bound, bound));
            Assert.InRange(values.Average(value => value * value), 0.2 * bound * bound, 0.5 * bound * bound);
            Assert.NotEqual(values, other.Arrays[i].Values);
        }
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"", "'peft_type' is \"IA3\"")]
    [InlineData("bias", "\"all\"", "biases cannot be run")]
    [InlineData("use_dora", "true", "asks for DoRA")]
    [InlineData("use_rslora", "true", "alpha / sqrt(rank)")]
    [InlineData("fan_in_fan_out", "true", "transposed weights")]
    [InlineData("modules_to_save", "[\"lm_head\"]", "trained whole")]
    [InlineData("rank_pattern", "{\"q_proj\": 4}", "other ranks")]
    [InlineData("layers_to_transform", "[1]", "some layers alone")]
    [InlineData("init_lora_weights", "\"pissa\"", "which changes the base")]
    [InlineData("r", "0", "'r' is 0")]
    [InlineData("r", "4", "has the shape [3, 32], but adapter_config.json and the base 'base' imply [4, 32]")]
    [InlineData("r", "\"4\"", "it must be a whole number")]
    [InlineData("lora_alpha", "-1", "'lora_alpha' is not above 0")]
    [InlineData("target_modules", "\"all-linear\"", "it must be a list of texts")]
    [InlineData("target_modules", "[]", "names no module")]
    [InlineData("target_modules", "[\"q_proj\", \"q_proj\"]", "names a module twice")]
    [InlineData("target_modules", "[\"q_proj\", \"lm_head\"]", "names 'lm_head'")]
    [InlineData("target_modules", "[\"q_proj\"]", "is no array of an adapter with rank 3, alpha 3 on q_proj")]
    [InlineData("target_modules", "[\"q_proj\", \"v_proj\", \"o_proj\"]", "o_proj.lora_A.weight' is missing")]
    public void What_cannot_be_run_is_told_by_name(string key, string value, string said)
    {
        var json = JsonNode.Parse(File.ReadAllText(ConfigFile))!;
        json[key] = JsonNode.Parse(value);
        File.WriteAllText(ConfigFile, json.ToJsonString());
        string refusal = Refusal();
        Assert.Contains(said, refusal, StringComparison.Ordinal);
        Assert.Contains(directory.Path, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_and_pickled_files_are_told_by_name()
    {
        byte[] sound = File.ReadAllBytes(WeightsFile);
        File.WriteAllBytes(WeightsFile, sound[..^4]);
        Assert.Contains($"{WeightsFile} is damaged", Refusal(), StringComparison.Ordinal);
        File.Move(WeightsFile, directory.File("adapter_model.bin"));
        Assert.Contains("pickled weights are not read", Refusal(), StringComparison.Ordinal);
        File.Delete(directory.File("adapter_model.bin"));
        Assert.Contains("there is no such file", Refusal(), StringComparison.Ordinal);
        BitConverter.GetBytes(float.NaN).CopyTo(sound, sound.Length - 4);
        File.WriteAllBytes(WeightsFile, sound);
        Assert.Contains("has NaN", Refusal(), StringComparison.Ordinal);
        File.WriteAllText(ConfigFile, "{ \"r\": 3, \"r\": 3 }");
        Assert.Contains("states \"r\" twice", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_of_another_base_is_refused_by_the_hash_of_its_weights()
    {
        var learnt = TinyAdapter.Base();
        Assert.Equal(TinyModel.Weights(Config).Count, learnt.Watch(Streams(), default).Count());
        Assert.Equal(WeightsHash.Of(TinyModel.Weights(Config)), learnt.Hash);
        AdapterDirectory.Write(directory.Path, new Adapter(adapter.Settings, learnt, adapter.Arrays), adapter.Arrays);
        var opened = AdapterDirectory.Open(directory.Path).Base;
        Assert.Equal(learnt.Hash, opened.Hash);
        Assert.NotEmpty(opened.Watch(Streams(), default));
        var refusal = Assert.Throws<ModelFileException>(() => opened.Watch(Streams(seed: 2), default).Count());
        Assert.Contains("trained on other weights than those of 'base'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_that_is_missing_is_named()
    {
        Assert.Contains(
            "names the base model 'base', and there is no model in such a directory",
            Assert.Throws<ModelFileException>(() => AdapterDirectory.Open(directory.Path).RequireBase()).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_merged_weight_is_the_base_plus_the_scaled_product()
    {
        var weights = TinyModel.Weights(Config);
        var merged = AdapterMerge.Merge(Config, adapter, Streams()).Select(stream => stream.ToArray()).ToArray();
        var modules = new AdapterShape(Config, adapter.Settings).Modules.ToDictionary(module => module.Weight);
        var arrays = adapter.Arrays.ToDictionary(array => array.Name, array => array.Values);
        Assert.Equal(weights.Select(weight => weight.Name), merged.Select(weight => weight.Name));
        foreach (var (weight, sum) in weights.Zip(merged))
        {
            if (!modules.TryGetValue(weight.Name, out var module))
            {
                Assert.Equal(weight.Values, sum.Values);
                continue;
            }

            var (a, b, rank) = (arrays[module.A], arrays[module.B], adapter.Settings.Rank);
            var expected = weight.Values.Select(
                (value, i) =>
                    (float)(
                        value
                        + (
                            adapter.Settings.Scale
                            * Enumerable
                                .Range(0, rank)
                                .Sum(k => (double)b[(i / module.Inputs * rank) + k] * a[(k * module.Inputs) + (i % module.Inputs)])
                        )
                    )
            );
            Assert.True(Compare.MaxDifference(expected, sum.Values) < 1e-7, weight.Name);
            Assert.NotEqual(weight.Values, sum.Values);
        }
    }

    private static IEnumerable<WeightStream> Streams(ulong seed = 1) => TinyModel.Weights(Config, seed).Select(WeightStream.Of);

    private string Refusal() => Assert.Throws<ModelFileException>(() => AdapterDirectory.Open(directory.Path).Read(Config)).Message;
}

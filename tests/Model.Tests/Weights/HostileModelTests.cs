using System.Diagnostics;
using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Weights;

/// <summary>A directory that was made to harm is refused soon, in a sentence that names the file, before memory is taken for it.</summary>
public sealed class HostileModelTests : IDisposable
{
    private const long MostBytes = 64 << 20;

    private readonly TemporaryDirectory directory = new();

    public HostileModelTests() =>
        HfModelDirectory.Write(Model, SmallDecoder.Config, RandomWeights.Create(SmallDecoder.Config, 3), WeightType.F32, shardBytes: 1000);

    private string Model => directory.File("model");

    private string ConfigFile => Path.Combine(Model, HfConfigFile.FileName);

    private string IndexFile => Path.Combine(Model, HfModelDirectory.IndexFileName);

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("num_hidden_layers", 2147483647, "'num_hidden_layers' is 2147483647; 10000 are the most")]
    [InlineData("num_hidden_layers", 10000, "the parameter 'model.layers.2.input_layernorm.weight' is missing")]
    [InlineData("vocab_size", 2147483647, "its sizes make 'model.embed_tokens.weight' one of 2147483647 x 8 numbers")]
    [InlineData("intermediate_size", 2147483647, "its sizes make 'model.layers.0.mlp.gate_proj.weight' one of 2147483647 x 8 numbers")]
    [InlineData("head_dim", 2147483646, "its sizes make 'model.layers.0.self_attn.q_proj.weight' one of 8589934584 x 8 numbers")]
    [InlineData("num_attention_heads", 2147483646, "")]
    [InlineData("hidden_size", 2147483640, "its sizes make 'model.embed_tokens.weight' one of 20 x 2147483640 numbers")]
    [InlineData("max_position_embeddings", 2147483647, null)]
    public void Sizes_without_measure_are_refused_before_memory_is_taken(string key, int value, string? expected)
    {
        Change(json => json[key] = value);
        string? message = Refusal();
        if (expected is null)
        {
            Assert.Null(message);
            return;
        }

        Assert.Contains(Model, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_weights_beyond_the_memory_are_refused_before_they_are_made()
    {
        var error = Assert.Throws<ModelFileException>(() =>
            RandomWeights.Create(SmallDecoder.Config with { HiddenSize = 40_000, IntermediateSize = 50_000, NumLayers = 10_000 }, seed: 1)
        );
        Assert.Matches("^config.json describes a model of [0-9]+ weights, four bytes each, and there are [0-9]+ bytes of", error.Message);
    }

    [Fact]
    public void Keys_that_are_stated_twice_are_named_with_their_line()
    {
        string config = File.ReadAllText(ConfigFile);
        File.WriteAllText(
            ConfigFile,
            config.Replace("\"vocab_size\": 20,", "\"vocab_size\": 20,\n\"vocab_size\": 21,", StringComparison.Ordinal)
        );
        Assert.Equal($"{ConfigFile} is malformed: it states \"vocab_size\" twice, the second time in line 7", Refusal());

        File.WriteAllText(ConfigFile, config);
        string index = File.ReadAllText(IndexFile);
        string first = index.Split('\n').First(line => line.Contains("model.norm.weight", StringComparison.Ordinal)).TrimEnd(',');
        File.WriteAllText(IndexFile, index.Replace(first, $"{first},\n{first}", StringComparison.Ordinal));
        Assert.Matches("index.json cannot be read: it states \"model.norm.weight\" twice, the second time in line [0-9]+$", Refusal());
    }

    [Theory]
    [InlineData("""{ "weight_map": { "model.norm.weight": 1 } }""", "the shard of 'model.norm.weight' is no text")]
    [InlineData("""{ "weight_map": { "\ud800": "a" } }""", "a value is missing, or of another kind than is due")]
    [InlineData("""{ "weight_map": [] }""", "has no weight_map")]
    [InlineData("[]", "has no weight_map")]
    [InlineData("{", "its JSON breaks off or is wrong at line 1, byte 2")]
    public void An_index_of_another_form_is_refused(string json, string expected)
    {
        File.WriteAllText(IndexFile, json);
        string? message = Refusal();
        Assert.StartsWith(IndexFile, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_megabytes_is_shortened_in_the_message()
    {
        Change(json => json["model_type"] = new string('x', 2 << 20));
        string message = Refusal()!;
        Assert.StartsWith(ConfigFile, message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 100, 2000);
    }

    [Fact]
    public void A_file_beyond_its_kind_s_size_is_refused_unread()
    {
        using (var file = File.OpenWrite(ConfigFile))
        {
            file.SetLength(1L << 40);
        }

        Assert.Equal($"{ConfigFile} cannot be read: it has 1099511627776 bytes, where 16777216 are the most", Refusal());
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("shard")]
    public void A_pipe_is_refused_without_waiting_for_its_writer(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = name == "shard" ? Directory.GetFiles(Model, "model-00001-*").Single() : Path.Combine(Model, name);
        File.Delete(path);
        using (var made = Process.Start("mkfifo", [path]))
        {
            made.WaitForExit();
        }

        string? message = Refusal();
        Assert.StartsWith($"{path} cannot be read: ", message, StringComparison.Ordinal);
        Assert.Contains("pipe", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json", "/dev/zero")]
    [InlineData("shard", "/dev/zero")]
    [InlineData("config.json", "/etc/hostname")]
    public void A_link_to_a_device_or_out_of_the_directory_is_refused(string name, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = name == "shard" ? Directory.GetFiles(Model, "model-00001-*").Single() : Path.Combine(Model, name);
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
        string? message = Refusal();
        Assert.StartsWith($"{path} cannot be read: it is a link to ", message, StringComparison.Ordinal);
        Assert.Contains(target, message, StringComparison.Ordinal);
        Assert.EndsWith(", so copy that file into its place", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_whose_files_are_links_into_its_blobs_is_read()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string root = directory.File("models--org--name"),
            blobs = Path.Combine(root, "blobs"),
            snapshot = Path.Combine(root, "snapshots", "0123abc");
        Directory.CreateDirectory(blobs);
        Directory.CreateDirectory(snapshot);
        foreach (string file in Directory.GetFiles(Model))
        {
            string blob = $"{Path.GetFileName(file).Length:x}{Math.Abs(Path.GetFileName(file).GetHashCode(StringComparison.Ordinal)):x}";
            File.Move(file, Path.Combine(blobs, blob));
            File.CreateSymbolicLink(Path.Combine(snapshot, Path.GetFileName(file)), $"../../blobs/{blob}");
        }

        using (var opened = HfModelDirectory.Open(snapshot))
        {
            Assert.Equal(SmallDecoder.Config, opened.Config);
        }

        // The directory itself may be reached by a link, too: that one is the user's.
        Directory.CreateSymbolicLink(directory.File("linked"), snapshot);
        HfModelDirectory.Open(directory.File("linked")).Dispose();

        File.Delete(Path.Combine(snapshot, HfConfigFile.FileName));
        File.CreateSymbolicLink(Path.Combine(snapshot, HfConfigFile.FileName), "../../../outside.json");
        File.WriteAllText(directory.File("outside.json"), "{}");
        Assert.Contains(
            $"outside {root}",
            Assert.Throws<ModelFileException>(() => HfModelDirectory.Open(snapshot)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_vocabulary_that_is_a_link_to_a_file_elsewhere_is_not_copied()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllText(directory.File("secret"), "the secret");
        string vocabulary = Path.Combine(Model, "vocab.json");
        File.CreateSymbolicLink(vocabulary, directory.File("secret"));
        var error = Assert.Throws<ModelFileException>(() => TokenizerWriter.CopyTokenizerFiles(Model, directory.File("copy")));
        Assert.StartsWith($"{vocabulary} cannot be read: it is a link to ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.GetFiles(directory.File("copy")),
            file => File.ReadAllText(file).Contains("secret", StringComparison.Ordinal)
        );
    }

    private string? Refusal()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string? message = null;
        try
        {
            HfModelDirectory.Open(Model).Dispose();
        }
        catch (ModelFileException refused)
        {
            message = refused.Message;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        return message;
    }

    private void Change(Action<JsonNode> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(ConfigFile))!;
        change(json);
        File.WriteAllText(ConfigFile, json.ToJsonString());
    }
}

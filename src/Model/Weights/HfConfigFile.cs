using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Engine;

namespace Cppo.Model.Weights;

/// <summary>Hugging Face's <c>config.json</c> of a Qwen2 model.</summary>
public static class HfConfigFile
{
    /// <summary>The file's name in a model directory.</summary>
    public const string FileName = "config.json";

    /// <summary>Reads and checks an architecture.</summary>
    /// <exception cref="ModelFileException">The file is missing or malformed, or the architecture is none that can be run.</exception>
    public static DecoderConfig Read(string path)
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new ModelFileException($"{path} is not a JSON object.");
            return Check(Parse(json, path), path);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new ModelFileException(
                $"The model directory {Path.GetDirectoryName(path)} does not exist; give the path of a Hugging Face model directory with {FileName} and safetensors.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException($"{path} cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new ModelFileException($"{path} is malformed: {e.Message}", e);
        }
    }

    /// <summary>Writes an architecture so that transformers, vLLM and llama.cpp load it.</summary>
    public static void Write(string path, DecoderConfig config, WeightType type, int? bosTokenId = null, IReadOnlyList<int>? eosTokenIds = null)
    {
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray("Qwen2ForCausalLM"),
            ["model_type"] = "qwen2",
            ["vocab_size"] = config.VocabSize,
            ["hidden_size"] = config.HiddenSize,
            ["intermediate_size"] = config.IntermediateSize,
            ["num_hidden_layers"] = config.NumLayers,
            ["num_attention_heads"] = config.NumHeads,
            ["num_key_value_heads"] = config.NumKeyValueHeads,
            ["max_position_embeddings"] = config.MaxPositions,
            ["rope_theta"] = config.RopeTheta,
            ["rms_norm_eps"] = config.RmsNormEpsilon,
            ["tie_word_embeddings"] = config.TieWordEmbeddings,
            ["hidden_act"] = "silu",
            ["attention_dropout"] = 0.0,
            ["initializer_range"] = 0.02,
            ["use_cache"] = true,
            ["use_sliding_window"] = false,
            ["torch_dtype"] = type switch { WeightType.BF16 => "bfloat16", WeightType.F16 => "float16", _ => "float32" },
        };
        if (bosTokenId is { } bos)
        {
            json["bos_token_id"] = bos;
        }

        if (eosTokenIds is { Count: > 0 })
        {
            json["eos_token_id"] = eosTokenIds[0];
        }

        File.WriteAllText(path, json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    private static DecoderConfig Parse(JsonObject json, string path)
    {
        string type = json["model_type"]?.GetValue<string>() ?? "";
        if (type != "qwen2")
        {
            throw new ModelFileException($"{path}: model_type is '{type}'; only 'qwen2' (Qwen2 and Qwen2.5) can be run.");
        }

        if (json["rope_scaling"] is JsonObject)
        {
            throw new ModelFileException($"{path}: rope_scaling is not supported; remove it to run with the model's own context length.");
        }

        if (json["use_sliding_window"]?.GetValue<bool>() == true)
        {
            throw new ModelFileException($"{path}: use_sliding_window is true; only full attention is supported.");
        }

        string activation = json["hidden_act"]?.GetValue<string>() ?? "silu";
        if (activation != "silu")
        {
            throw new ModelFileException($"{path}: hidden_act is '{activation}'; Qwen2 has 'silu'.");
        }

        int Required(string key) => json[key]?.GetValue<int>()
            ?? throw new ModelFileException($"{path}: '{key}' is missing.");
        int heads = Required("num_attention_heads");
        var config = new DecoderConfig
        {
            VocabSize = Required("vocab_size"),
            HiddenSize = Required("hidden_size"),
            IntermediateSize = Required("intermediate_size"),
            NumLayers = Required("num_hidden_layers"),
            NumHeads = heads,
            NumKeyValueHeads = json["num_key_value_heads"]?.GetValue<int>() ?? heads,
            MaxPositions = json["max_position_embeddings"]?.GetValue<int>() ?? 32768,
            RopeTheta = json["rope_theta"]?.GetValue<double>()
                ?? json["rope_parameters"]?["rope_theta"]?.GetValue<double>() ?? 10_000,
            RmsNormEpsilon = json["rms_norm_eps"]?.GetValue<double>() ?? 1e-6,
            TieWordEmbeddings = json["tie_word_embeddings"]?.GetValue<bool>() ?? false,
        };
        int headSize = json["head_dim"]?.GetValue<int>() ?? config.HeadSize;
        return headSize == config.HeadSize || heads <= 0
            ? config
            : throw new ModelFileException($"{path}: head_dim is {headSize}, but hidden_size / num_attention_heads is {config.HeadSize}.");
    }

    private static DecoderConfig Check(DecoderConfig config, string path)
    {
        (string Key, int Value)[] counts =
        [
            ("vocab_size", config.VocabSize), ("hidden_size", config.HiddenSize), ("intermediate_size", config.IntermediateSize),
            ("num_hidden_layers", config.NumLayers), ("num_attention_heads", config.NumHeads),
            ("num_key_value_heads", config.NumKeyValueHeads), ("max_position_embeddings", config.MaxPositions),
        ];
        foreach (var (key, value) in counts)
        {
            if (value < 1)
            {
                throw new ModelFileException($"{path}: '{key}' is {value}; it must be at least 1.");
            }
        }

        if (config.HiddenSize % config.NumHeads != 0 || config.HeadSize % 2 != 0)
        {
            throw new ModelFileException($"{path}: hidden_size {config.HiddenSize} does not divide into {config.NumHeads} heads of an even width.");
        }

        return config.NumHeads % config.NumKeyValueHeads == 0
            ? config
            : throw new ModelFileException($"{path}: num_key_value_heads {config.NumKeyValueHeads} does not divide num_attention_heads {config.NumHeads}.");
    }
}

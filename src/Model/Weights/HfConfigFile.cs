using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Files;

namespace Cppo.Model.Weights;

/// <summary>Hugging Face's <c>config.json</c>.</summary>
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
            using var document = StrictJson.Parse(InputFile.ReadBytes(path, ModelFile.MostBytes(path)));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? HfConfigReader.Read(new HfConfigKeys(JsonObject.Create(document.RootElement)!, path))
                : throw new ModelFileException($"{path} is not a JSON object.");
        }
        catch (DirectoryNotFoundException e)
        {
            throw new ModelFileException(
                $"The model directory {Path.GetDirectoryName(path)} does not exist; give the path of a Hugging Face model directory with "
                    + $"{FileName} and safetensors.",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException($"{path} cannot be read: {FileFault.Reason(e)}", e);
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            throw new ModelFileException($"{path} is malformed: {FileFault.Malformed(e)}", e);
        }
    }

    /// <summary>Writes an architecture so that transformers and vLLM load it.</summary>
    public static void Write(
        string path,
        DecoderConfig config,
        WeightType type,
        int? bosTokenId = null,
        IReadOnlyList<int>? eosTokenIds = null
    )
    {
        var family = config.Family;
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(family.Architecture),
            ["model_type"] = family.ModelType,
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
            ["torch_dtype"] = type switch
            {
                WeightType.BF16 => "bfloat16",
                WeightType.F16 => "float16",
                _ => "float32",
            },
        };
        if (family.DefaultHeadSize is not null || config.HeadSize * config.NumHeads != config.HiddenSize)
        {
            json["head_dim"] = config.HeadSize;
        }

        if (family.HasAttentionBiasKey)
        {
            json["attention_bias"] = config.QkvBias;
        }

        if (family.HasMlpBiasKey)
        {
            json["mlp_bias"] = config.MlpBias;
        }

        foreach (var (key, value) in family.FurtherKeys(config))
        {
            json[key] = value?.DeepClone();
        }

        if (config.RopeScaling is { } scaling)
        {
            json["rope_scaling"] = Scaling(scaling);
        }

        if (bosTokenId is { } bos)
        {
            json["bos_token_id"] = bos;
        }

        if (eosTokenIds is { Count: > 0 })
        {
            json["eos_token_id"] =
                eosTokenIds.Count == 1 ? eosTokenIds[0] : new JsonArray([.. eosTokenIds.Select(id => JsonValue.Create(id))]);
        }

        AtomicFile.WriteJson(path, json);
    }

    private static JsonObject Scaling(Llama3Scaling scaling) =>
        new()
        {
            ["rope_type"] = "llama3",
            ["factor"] = scaling.Factor,
            ["low_freq_factor"] = scaling.LowFrequencyFactor,
            ["high_freq_factor"] = scaling.HighFrequencyFactor,
            ["original_max_position_embeddings"] = scaling.OriginalMaxPositions,
        };
}

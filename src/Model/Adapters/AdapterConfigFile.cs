using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Model.Files;
using Cppo.Model.Weights;

namespace Cppo.Model.Adapters;

/// <summary>PEFT's <c>adapter_config.json</c>.</summary>
internal static class AdapterConfigFile
{
    /// <summary>More than any model's width.</summary>
    private const int MostRank = 1 << 16;

    /// <summary>Kinds of adapters beyond plain low-rank factors on whole modules, by the keys that ask for them.</summary>
    private static readonly (string Key, string Means)[] Unread =
    [
        ("modules_to_save", "modules that were trained whole"),
        ("rank_pattern", "modules of other ranks"),
        ("alpha_pattern", "modules of other alphas"),
        ("layers_to_transform", "some layers alone"),
        ("layers_pattern", "some layers alone"),
        ("layer_replication", "layers that are repeated"),
        ("exclude_modules", "modules that are left out"),
        ("target_parameters", "parameters that are no modules"),
        ("trainable_token_indices", "tokens that were trained whole"),
        ("megatron_config", "layers of Megatron"),
        ("alora_invocation_tokens", "tokens that switch it on"),
        ("fan_in_fan_out", "transposed weights"),
        ("use_dora", "DoRA"),
        ("use_rslora", "a scale of alpha / sqrt(rank)"),
        ("use_qalora", "QALoRA"),
        ("lora_bias", "biases of its own"),
    ];

    private static readonly string[] StartsThatLeaveTheBase = ["gaussian", "eva", "orthogonal"];

    /// <summary>The settings, and the base model's path as the file states it; empty where it states none.</summary>
    /// <exception cref="ModelFileException">The file is missing or malformed, or means an adapter that cannot be run.</exception>
    internal static (AdapterSettings Settings, string BaseModel) Read(string path)
    {
        byte[] utf8 = ModelFile.ReadBytes(path);
        try
        {
            using var document = StrictJson.Parse(utf8);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(JsonObject.Create(document.RootElement.Clone())!, path)
                : throw new ModelFileException($"{path} is not a JSON object.");
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            throw new ModelFileException($"{path} is malformed: {FileFault.Malformed(e)}", e);
        }
    }

    /// <summary>Writes the file as PEFT does, so that PEFT, transformers and vLLM load the adapter.</summary>
    internal static void Write(string path, AdapterSettings settings, string baseModel) =>
        AtomicFile.WriteJson(
            path,
            new JsonObject
            {
                ["peft_type"] = "LORA",
                ["task_type"] = "CAUSAL_LM",
                ["base_model_name_or_path"] = baseModel,
                ["revision"] = null,
                ["inference_mode"] = true,
                ["r"] = settings.Rank,
                ["lora_alpha"] = settings.Alpha,
                ["lora_dropout"] = 0.0,
                ["target_modules"] = new JsonArray([
                    .. AdapterModules.Names.Where(settings.TargetModules.Contains).Select(name => JsonValue.Create(name)),
                ]),
                ["bias"] = "none",
                ["fan_in_fan_out"] = false,
                ["init_lora_weights"] = true,
                ["use_rslora"] = false,
                ["use_dora"] = false,
                ["modules_to_save"] = null,
                ["layers_to_transform"] = null,
                ["layers_pattern"] = null,
                ["rank_pattern"] = new JsonObject(),
                ["alpha_pattern"] = new JsonObject(),
            }
        );

    private static (AdapterSettings Settings, string BaseModel) Read(JsonObject json, string path)
    {
        var keys = new HfConfigKeys(json, path);
        if (keys.Text("peft_type", "") is var type && type != "LORA")
        {
            throw keys.Fault($"'peft_type' is \"{Excerpt.OfName(type)}\"; of PEFT's adapters those of LORA can be run");
        }

        if (keys.Text("bias", "none") is var bias && bias != "none")
        {
            throw keys.Fault($"'bias' is \"{Excerpt.OfName(bias)}\"; adapters with trained biases cannot be run");
        }

        foreach (var (key, means) in Unread)
        {
            if (IsStated(json[key]))
            {
                throw keys.Fault($"'{key}' asks for {means}, which cannot be run; merge the adapter with PEFT");
            }
        }

        // The others, such as PiSSA, take a part out of the base's weights and into the adapter.
        if (json["init_lora_weights"] is JsonValue start && start.GetValueKind() == JsonValueKind.String)
        {
            string name = keys.Text("init_lora_weights", "");
            if (!StartsThatLeaveTheBase.Contains(name))
            {
                throw keys.Fault($"'init_lora_weights' is \"{Excerpt.OfName(name)}\", which changes the base; merge the adapter with PEFT");
            }
        }

        int rank = keys.Count("r");
        if (rank is < 1 or > MostRank)
        {
            throw keys.Fault($"'r' is {rank}; a rank is at least 1 and at most {MostRank}");
        }

        double alpha = keys.Number("lora_alpha");
        if (!double.IsFinite(alpha) || alpha <= 0)
        {
            throw keys.Fault("'lora_alpha' is not above 0");
        }

        return (new AdapterSettings(rank, alpha, Modules(keys)), keys.Text("base_model_name_or_path", ""));
    }

    private static string[] Modules(HfConfigKeys keys)
    {
        string[] modules = [.. keys.Texts("target_modules")];
        if (modules.Length == 0)
        {
            throw keys.Fault("'target_modules' names no module");
        }

        if (Array.Find(modules, module => !AdapterModules.Names.Contains(module)) is { } unknown)
        {
            throw keys.Fault(
                $"'target_modules' names '{Excerpt.OfName(unknown)}'; an adapter can change {string.Join(", ", AdapterModules.Names)}"
            );
        }

        return modules.Distinct().Count() == modules.Length ? modules : throw keys.Fault("'target_modules' names a module twice");
    }

    private static bool IsStated(JsonNode? value) =>
        value switch
        {
            null => false,
            JsonArray { Count: 0 } or JsonObject { Count: 0 } => false,
            JsonValue flag when flag.GetValueKind() == JsonValueKind.False => false,
            _ => true,
        };
}

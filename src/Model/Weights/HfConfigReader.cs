using Cppo.Model.Decoders;

namespace Cppo.Model.Weights;

/// <summary>
/// From the keys of a config.json to an architecture. Versions 4 and 5 of transformers name some of them differently: <c>rope_theta</c> and
/// <c>rope_scaling</c>, or both in <c>rope_parameters</c>. What would compute something else than is run here, is refused.
/// </summary>
internal static class HfConfigReader
{
    /// <summary>Far more than any model has; a file is refused before a list of its parameters is made.</summary>
    private const int MostLayers = 10_000;

    internal static DecoderConfig Read(HfConfigKeys keys)
    {
        string type = keys.Text("model_type", "");
        var family =
            DecoderFamilies.All.FirstOrDefault(family => family.ModelType == type)
            ?? throw keys.Fault(
                $"model_type is '{type}'; the families that can be run are "
                    + $"{string.Join(", ", DecoderFamilies.All.Select(f => $"'{f.ModelType}' ({f.Models})"))}"
            );
        RefuseActivation(keys);
        int heads = keys.Count("num_attention_heads"),
            maxPositions = keys.Count("max_position_embeddings", family.DefaultMaxPositions);
        var (theta, scaling) = Rope(keys, maxPositions);
        bool attentionBias = family.HasAttentionBiasKey && keys.Flag("attention_bias", false);
        var config = new DecoderConfig
        {
            Family = family,
            VocabSize = keys.Count("vocab_size"),
            HiddenSize = keys.Count("hidden_size"),
            IntermediateSize = keys.Count("intermediate_size"),
            NumLayers = keys.Count("num_hidden_layers"),
            NumHeads = heads,
            NumKeyValueHeads = keys.Count("num_key_value_heads", family.DefaultKeyValueHeads ?? heads),
            HeadSize = HeadSize(keys, family, heads),
            QkvBias = family.AlwaysQkvBias || attentionBias,
            OutputBias = attentionBias,
            MlpBias = family.HasMlpBiasKey && keys.Flag("mlp_bias", false),
            HeadNorms = family.HeadNorms,
            MaxPositions = maxPositions,
            RopeTheta = theta,
            RopeScaling = scaling,
            RmsNormEpsilon = keys.Number("rms_norm_eps", 1e-6),
            TieWordEmbeddings = keys.Flag("tie_word_embeddings", false),
        };
        Check(config, keys);
        RefuseSlidingWindow(config, keys);
        return config;
    }

    /// <summary>The width of a head where it is not that of the model divided by the heads, else 0.</summary>
    private static int HeadSize(HfConfigKeys keys, DecoderFamily family, int heads)
    {
        int stated = keys.Count("head_dim", family.DefaultHeadSize ?? 0);
        return (long)stated * heads == keys.Count("hidden_size") ? 0 : stated;
    }

    private static (double Theta, Llama3Scaling? Scaling) Rope(HfConfigKeys keys, int maxPositions)
    {
        var parameters = keys.Object("rope_parameters");
        double theta = parameters?.Number("rope_theta", 0) is > 0 and double stated ? stated : keys.Number("rope_theta", 10_000);
        var scaling = parameters ?? keys.Object("rope_scaling");
        if (keys.Number("partial_rotary_factor", scaling?.Number("partial_rotary_factor", 1) ?? 1) != 1)
        {
            throw keys.Fault("partial_rotary_factor is not 1; heads are turned as a whole");
        }

        string type = scaling is null ? "default" : scaling.Text("rope_type", scaling.Text("type", "default"));
        return type switch
        {
            "default" => (theta, null),
            "llama3" => (theta, Llama3(scaling!, maxPositions)),
            _ => throw keys.Fault(
                $"rope_scaling is '{type}'; 'llama3' and none are supported: remove it to run with the model's own context length"
            ),
        };
    }

    private static Llama3Scaling Llama3(HfConfigKeys keys, int maxPositions)
    {
        var scaling = new Llama3Scaling(
            keys.Number("factor"),
            keys.Number("low_freq_factor"),
            keys.Number("high_freq_factor"),
            keys.Count("original_max_position_embeddings", maxPositions)
        );
        return
            scaling.Factor > 0
            && scaling.LowFrequencyFactor > 0
            && scaling.HighFrequencyFactor > scaling.LowFrequencyFactor
            && scaling.OriginalMaxPositions > 0
            ? scaling
            : throw keys.Fault("the factors must be more than 0, and high_freq_factor more than low_freq_factor");
    }

    private static void RefuseActivation(HfConfigKeys keys)
    {
        string activation = keys.Text("hidden_act", "silu");
        if (activation != "silu")
        {
            throw keys.Fault($"hidden_act is '{activation}'; only 'silu' is supported");
        }
    }

    /// <summary>
    /// A window counts where it is stated and switched on, for layers from <c>max_window_layers</c> on or for those that <c>layer_types</c>
    /// names.
    /// </summary>
    private static void RefuseSlidingWindow(DecoderConfig config, HfConfigKeys keys)
    {
        string[] types = [.. keys.Texts("layer_types")];
        if (types.FirstOrDefault(type => type != "full_attention") is { } other)
        {
            throw keys.Fault($"layer_types has '{other}'; only full attention is supported");
        }

        int firstLayer = config.Family.SlidesByDefault ? 0 : keys.Count("max_window_layers", 28);
        if (
            types.Length == 0
            && keys.Flag("use_sliding_window", config.Family.SlidesByDefault)
            && !keys.IsNull("sliding_window")
            && firstLayer < config.NumLayers
        )
        {
            throw keys.Fault(
                "a sliding window is in use; only full attention is supported: with sliding_window null the model runs as if it had none"
            );
        }
    }

    private static void Check(DecoderConfig config, HfConfigKeys keys)
    {
        (string Key, int Value)[] counts =
        [
            ("vocab_size", config.VocabSize),
            ("hidden_size", config.HiddenSize),
            ("intermediate_size", config.IntermediateSize),
            ("num_hidden_layers", config.NumLayers),
            ("num_attention_heads", config.NumHeads),
            ("num_key_value_heads", config.NumKeyValueHeads),
            ("max_position_embeddings", config.MaxPositions),
        ];
        foreach (var (key, value) in counts)
        {
            if (value < 1)
            {
                throw keys.Fault($"'{key}' is {value}; it must be at least 1");
            }
        }

        if (config.NumLayers > MostLayers)
        {
            throw keys.Fault($"'num_hidden_layers' is {config.NumLayers}; {MostLayers} are the most");
        }

        if (
            !(config.RopeTheta > 0 && double.IsFinite(config.RopeTheta))
            || !(config.RmsNormEpsilon > 0 && double.IsFinite(config.RmsNormEpsilon))
        )
        {
            throw keys.Fault(
                $"rope_theta is {config.RopeTheta} and rms_norm_eps {config.RmsNormEpsilon}; both must be finite and more than 0"
            );
        }

        if (keys.Count("head_dim", 1) < 1)
        {
            throw keys.Fault($"'head_dim' is {keys.Count("head_dim")}; it must be at least 2");
        }

        bool isDerived = keys.Count("head_dim", config.Family.DefaultHeadSize ?? 0) == 0;
        if (isDerived && config.HiddenSize % config.NumHeads != 0)
        {
            throw keys.Fault($"hidden_size {config.HiddenSize} does not divide into {config.NumHeads} heads, and head_dim is not stated");
        }

        if (config.HeadSize % 2 != 0 || config.HeadSize < 2)
        {
            throw keys.Fault($"a head is {config.HeadSize} wide; it must be even");
        }

        if (config.NumHeads % config.NumKeyValueHeads != 0)
        {
            throw keys.Fault($"num_key_value_heads {config.NumKeyValueHeads} does not divide num_attention_heads {config.NumHeads}");
        }

        CheckSizes(config, keys);
    }

    /// <summary>A parameter is an array, which holds so many numbers; further arithmetic on counts stays within 64 bits then.</summary>
    private static void CheckSizes(DecoderConfig config, HfConfigKeys keys)
    {
        foreach (var (name, shape) in WeightMap.Expected(config with { NumLayers = 1 }))
        {
            var numbers = shape.Aggregate(UInt128.One, (product, size) => product * (UInt128)size);
            if (numbers > (UInt128)Array.MaxLength)
            {
                throw keys.Fault(
                    $"its sizes make '{name}' one of {string.Join(" x ", shape)} numbers, more than the {Array.MaxLength} that one "
                        + "parameter may have"
                );
            }
        }
    }
}

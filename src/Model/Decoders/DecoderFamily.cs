using System.Text.Json.Nodes;

namespace Cppo.Model.Decoders;

/// <summary>
/// What config.json means in one family of models: which architecture its keys state, and what holds where a key is absent.
/// </summary>
public sealed record DecoderFamily
{
    /// <summary><c>model_type</c> of config.json.</summary>
    public required string ModelType { get; init; }

    /// <summary>The class that transformers and vLLM load it with.</summary>
    public required string Architecture { get; init; }

    /// <summary>Which published models belong to it.</summary>
    public required string Models { get; init; }

    /// <summary>
    /// Whether queries, keys and values have biases whatever the file says; else <c>attention_bias</c> says it, for the output projection,
    /// too.
    /// </summary>
    public bool AlwaysQkvBias { get; init; }

    /// <summary>Whether <c>attention_bias</c> is a key of the family.</summary>
    public bool HasAttentionBiasKey { get; init; } = true;

    /// <summary>Whether <c>mlp_bias</c> is a key of the family.</summary>
    public bool HasMlpBiasKey { get; init; }

    /// <summary>Whether query and key heads are normalised.</summary>
    public bool HeadNorms { get; init; }

    /// <summary>The width of a head where <c>head_dim</c> is absent; null is hidden_size / num_attention_heads.</summary>
    public int? DefaultHeadSize { get; init; }

    /// <summary>Key and value heads where <c>num_key_value_heads</c> is absent; null is as many as query heads.</summary>
    public int? DefaultKeyValueHeads { get; init; }

    /// <summary>Positions where <c>max_position_embeddings</c> is absent.</summary>
    public int DefaultMaxPositions { get; init; } = 32768;

    /// <summary>Whether a <c>sliding_window</c> is in use where <c>use_sliding_window</c> is absent.</summary>
    public bool SlidesByDefault { get; init; }

    /// <summary>Keys that the family's files have beside those of every family, with the values that mean what is run here.</summary>
    public Func<DecoderConfig, JsonObject> FurtherKeys { get; init; } = _ => [];
}

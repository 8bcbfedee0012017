using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;

namespace Cppo.Model.Gguf;

/// <summary>What a GGUF file is made of.</summary>
public sealed record GgufSource
{
    /// <summary>The weights, which are read while the file is written.</summary>
    public required HfModelDirectory Weights { get; init; }

    /// <summary>The tokenizer of the model.</summary>
    public required ByteLevelTokenizer Tokenizer { get; init; }

    /// <summary>Where it lies, which messages name.</summary>
    public required string TokenizerDirectory { get; init; }

    /// <summary>The model's name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>As Jinja text; null where the model has none.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>
    /// The system text that the model was trained with, for programs that do not render Jinja; empty where there is none.
    /// </summary>
    public string SystemText { get; init; } = "";
}

/// <summary>
/// A model as one GGUF file (version 3), which llama.cpp and what is built on it load: architecture, tokenizer, chat template and weights.
/// </summary>
public sealed class GgufModel
{
    /// <summary>The key of <see cref="GgufSource.SystemText"/>.</summary>
    public const string SystemTextKey = "cppo.system_text";

    /// <summary>Version of ggml's blocks.</summary>
    private const uint QuantizationVersion = 2;

    private readonly HfModelDirectory weights;

    private GgufModel(HfModelDirectory weights, GgufMetadata metadata, IReadOnlyList<GgufTensor> tensors) =>
        (this.weights, Metadata, Tensors) = (weights, metadata, tensors);

    /// <summary>The weights' number, embedding and head once where they are tied.</summary>
    public long Parameters => Tensors.Where(tensor => tensor.Values is null).Sum(tensor => tensor.Numbers);

    /// <summary>The keys at its head.</summary>
    internal GgufMetadata Metadata { get; }

    /// <summary>Its tensors, in their order.</summary>
    internal IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>Prepares the file of a model; nothing is written yet.</summary>
    /// <exception cref="ModelFileException">llama.cpp cannot run such a model, or would read other tokens from a text.</exception>
    public static GgufModel Prepare(GgufSource source, GgufType type)
    {
        ArgumentNullException.ThrowIfNull(source);
        var config = source.Weights.Config;
        RequireKnown(config, source.Weights.Path);
        var metadata = new GgufMetadata();
        metadata.Add("general.architecture", config.Family.ModelType);
        metadata.Add("general.type", "model");
        metadata.Add("general.name", source.Name);
        metadata.Add("general.file_type", type.FileType());
        metadata.Add("general.quantization_version", QuantizationVersion);
        AddArchitecture(metadata, config);
        GgufTokenizer.AddTo(metadata, source.Tokenizer, source.TokenizerDirectory, config.VocabSize);
        if (source.ChatTemplate is { } jinja)
        {
            metadata.Add("tokenizer.chat_template", jinja);
        }

        if (source.SystemText.Length > 0)
        {
            metadata.Add(SystemTextKey, source.SystemText);
        }

        return new GgufModel(source.Weights, metadata, GgufTensors.Of(config, type));
    }

    /// <summary>Writes the file, some megabytes of a tensor at a time.</summary>
    /// <exception cref="ModelFileException">A weight is no finite number, or too large for the type.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> is set.</exception>
    public void Write(Stream stream, CancellationToken stop = default) => GgufFile.Write(stream, Metadata, Tensors, weights, stop);

    private static void AddArchitecture(GgufMetadata metadata, DecoderConfig config)
    {
        void Add(string key, int value) => metadata.Add($"{config.Family.ModelType}.{key}", value);

        Add("block_count", config.NumLayers);
        Add("context_length", config.MaxPositions);
        Add("embedding_length", config.HiddenSize);
        Add("feed_forward_length", config.IntermediateSize);
        Add("attention.head_count", config.NumHeads);
        Add("attention.head_count_kv", config.NumKeyValueHeads);
        Add("attention.key_length", config.HeadSize);
        Add("attention.value_length", config.HeadSize);
        Add("rope.dimension_count", config.HeadSize);
        Add("vocab_size", config.VocabSize);
        metadata.Add($"{config.Family.ModelType}.rope.freq_base", (float)config.RopeTheta);
        metadata.Add($"{config.Family.ModelType}.attention.layer_norm_rms_epsilon", (float)config.RmsNormEpsilon);
    }

    /// <summary>llama.cpp's three architectures have less than a config.json may ask for.</summary>
    private static void RequireKnown(DecoderConfig config, string directory)
    {
        bool isLlama = config.Family.ModelType == "llama";
        string? missing =
            config.RopeScaling is not null && !isLlama ? "rope_scaling"
            : config.HeadNorms && config.QkvBias ? "attention_bias"
            : null;
        if (missing is not null)
        {
            throw new ModelFileException(
                $"{directory}: {HfConfigFile.FileName} asks for {missing}, which llama.cpp's architecture {config.Family.ModelType} has "
                    + "not; run the model as a Hugging Face directory (--format hf)."
            );
        }
    }
}

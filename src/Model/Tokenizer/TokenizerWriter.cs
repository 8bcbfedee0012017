using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cppo.Model.Engine;
using Cppo.Model.Files;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// Writes the tokenizer files of a Hugging Face model directory, so that transformers, vLLM and this project load the same tokenizer.
/// </summary>
public static class TokenizerWriter
{
    /// <summary>
    /// Every file of a model directory that <see cref="ByteLevelTokenizer.Load"/> or transformers' tokenizers read, apart from config.json.
    /// </summary>
    private static readonly string[] Files =
    [
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.json",
        "merges.txt",
        "chat_template.jinja",
        "generation_config.json",
    ];

    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes tokenizer.json, vocab.json, merges.txt, tokenizer_config.json and special_tokens_map.json.</summary>
    /// <param name="directory">Created where it does not exist.</param>
    /// <param name="file">A tokenizer with Qwen2's rules, as those that are trained here have.</param>
    /// <param name="chatTemplate">Written as Jinja text.</param>
    /// <param name="modelMaxLength">The most tokens that the model takes.</param>
    /// <exception cref="ArgumentException">The tokenizer has other rules; copy its files instead.</exception>
    public static void Write(string directory, TokenizerFile file, ChatMlTemplate chatTemplate, int modelMaxLength)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(chatTemplate);
        if (
            file.Rules.Cutters is not [Cl100kCutter cutter]
            || cutter != Cl100kCutter.Qwen2
            || file.Rules.IgnoresMerges
            || file.Rules.BeginningIds.Count > 0
        )
        {
            throw new ArgumentException("Only tokenizers with Qwen2's rules are written; copy the files of others.", nameof(file));
        }

        DurableFiles.CreateDirectory(directory);
        WriteJson(directory, "tokenizer.json", json => WriteTokenizer(json, file));
        WriteJson(directory, "vocab.json", json => WriteVocabulary(json, file));
        string merges = string.Concat(file.Merges.Select(merge => $"{merge.Left} {merge.Right}\n"));
        AtomicFile.WriteText(Path.Combine(directory, "merges.txt"), "#version: 0.2\n" + merges);
        WriteJson(directory, "tokenizer_config.json", json => WriteConfig(json, file, chatTemplate, modelMaxLength));
        WriteJson(directory, "special_tokens_map.json", json => WriteSpecialTokens(json, file));
    }

    /// <summary>
    /// Copies a model directory's tokenizer files, its generation_config.json (with the stop tokens) among them, byte for byte.
    /// </summary>
    /// <exception cref="ModelFileException"><paramref name="from"/> has no tokenizer.</exception>
    public static void CopyTokenizerFiles(string from, string to)
    {
        string[] present = Files.Where(name => File.Exists(Path.Combine(from, name))).ToArray();
        if (!present.Contains("tokenizer.json") && !present.Contains("vocab.json"))
        {
            throw new ModelFileException($"{from} has neither tokenizer.json nor vocab.json; copy the tokenizer files of the model there.");
        }

        if (Path.GetFullPath(from) == Path.GetFullPath(to))
        {
            return;
        }

        DurableFiles.CreateDirectory(to);
        foreach (string? name in present)
        {
            AtomicFile.WriteBytes(Path.Combine(to, name), File.ReadAllBytes(Path.Combine(from, name)));
        }
    }

    private static void WriteTokenizer(Utf8JsonWriter json, TokenizerFile file)
    {
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (var token in file.AddedTokens)
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            WriteAddedToken(json, token);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (file.Rules.UsesNfc)
        {
            WriteStep(json, "normalizer", "NFC", []);
        }
        else
        {
            json.WriteNull("normalizer");
        }

        WritePreTokenizer(json);
        WriteStep(json, "post_processor", "ByteLevel", [("add_prefix_space", false), ("trim_offsets", false), ("use_regex", false)]);
        WriteStep(json, "decoder", "ByteLevel", [("add_prefix_space", false), ("trim_offsets", false), ("use_regex", false)]);
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        foreach (string option in (string[])["dropout", "unk_token"])
        {
            json.WriteNull(option);
        }

        json.WriteString("continuing_subword_prefix", "");
        json.WriteString("end_of_word_suffix", "");
        foreach (string option in (string[])["fuse_unk", "byte_fallback", "ignore_merges"])
        {
            json.WriteBoolean(option, false);
        }

        json.WriteStartObject("vocab");
        WriteVocabulary(json, file);
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var (left, right) in file.Merges)
        {
            json.WriteStringValue($"{left} {right}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePreTokenizer(Utf8JsonWriter json)
    {
        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        json.WriteStartObject();
        json.WriteString("type", "Split");
        json.WriteStartObject("pattern");
        json.WriteString("Regex", Cl100kCutter.Qwen2.Pattern);
        json.WriteEndObject();
        json.WriteString("behavior", "Isolated");
        json.WriteBoolean("invert", false);
        json.WriteEndObject();
        WriteStep(json, null, "ByteLevel", [("add_prefix_space", false), ("trim_offsets", false), ("use_regex", false)]);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter json, string? name, string type, (string Name, bool Value)[] options)
    {
        if (name is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(name);
        }

        json.WriteString("type", type);
        foreach (var (option, value) in options)
        {
            json.WriteBoolean(option, value);
        }

        json.WriteEndObject();
    }

    private static void WriteVocabulary(Utf8JsonWriter json, TokenizerFile file)
    {
        foreach (var (token, id) in file.Vocabulary.OrderBy(pair => pair.Value))
        {
            json.WriteNumber(token, id);
        }
    }

    private static void WriteAddedToken(Utf8JsonWriter json, AddedToken token)
    {
        json.WriteString("content", token.Content);
        foreach (string flag in (string[])["single_word", "lstrip", "rstrip"])
        {
            json.WriteBoolean(flag, false);
        }

        json.WriteBoolean("normalized", token.Normalized);
        json.WriteBoolean("special", token.Special);
    }

    private static void WriteConfig(Utf8JsonWriter json, TokenizerFile file, ChatMlTemplate chatTemplate, int modelMaxLength)
    {
        json.WriteBoolean("add_bos_token", false);
        json.WriteBoolean("add_prefix_space", false);
        json.WriteStartObject("added_tokens_decoder");
        foreach (var token in file.AddedTokens)
        {
            json.WriteStartObject(token.Id.ToString(CultureInfo.InvariantCulture));
            WriteAddedToken(json, token);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteNull("bos_token");
        json.WriteString("chat_template", chatTemplate.ToJinja());
        json.WriteBoolean("clean_up_tokenization_spaces", false);
        json.WriteString("errors", "replace");
        json.WriteNumber("model_max_length", modelMaxLength);
        json.WriteBoolean("split_special_tokens", false);
        json.WriteString("tokenizer_class", "Qwen2Tokenizer");
        json.WriteNull("unk_token");
        WriteSpecialTokens(json, file);
    }

    /// <summary>The end of a chat message ends a completion; &lt;|endoftext|> pads.</summary>
    private static void WriteSpecialTokens(Utf8JsonWriter json, TokenizerFile file)
    {
        json.WriteStartArray("additional_special_tokens");
        foreach (var token in file.AddedTokens.Where(token => token.Special && token.Content != ByteLevelTokenizer.EndOfTextToken))
        {
            json.WriteStringValue(token.Content);
        }

        json.WriteEndArray();
        json.WriteString("eos_token", ChatMlTemplate.ImEnd);
        json.WriteString("pad_token", ByteLevelTokenizer.EndOfTextToken);
    }

    private static void WriteJson(string directory, string name, Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Indented))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        AtomicFile.WriteBytes(Path.Combine(directory, name), bytes.ToArray());
    }
}

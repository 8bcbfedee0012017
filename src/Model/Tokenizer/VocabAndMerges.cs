using System.Globalization;
using System.Text.Json;
using Cppo.Model.Engine;

namespace Cppo.Model.Tokenizer;

/// <summary>Reads the older of Hugging Face's two forms: <c>vocab.json</c>, <c>merges.txt</c> and <c>tokenizer_config.json</c>.</summary>
internal static class VocabAndMerges
{
    public static TokenizerFile Read(string directory)
    {
        string configPath = Path.Combine(directory, "tokenizer_config.json");
        var (vocabPath, mergesPath) = (Path.Combine(directory, "vocab.json"), Path.Combine(directory, "merges.txt"));
        if (File.Exists(configPath))
        {
            return TokenizerFile.FromVocabAndMerges(vocabPath, mergesPath, JsonFile.Read(configPath, ReadAddedTokens));
        }

        return ReadVocabulary(vocabPath).Count == Qwen25AddedTokens.BaseVocabSize
            ? TokenizerFile.FromVocabAndMerges(vocabPath, mergesPath, Qwen25AddedTokens.Create())
            : throw new ModelFileException(
                $"{directory} has vocab.json but neither tokenizer_config.json with its added tokens nor tokenizer.json; copy one there."
            );
    }

    public static Dictionary<string, int> ReadVocabulary(string path) =>
        File.Exists(path)
            ? JsonFile.Read(path, file => ReadVocabulary(file, file.Root))
            : throw new ModelFileException($"{path} does not exist; copy the model's vocab.json there.");

    /// <summary>An object of token to id.</summary>
    public static Dictionary<string, int> ReadVocabulary(JsonFile file, JsonElement element)
    {
        var vocabulary = new Dictionary<string, int>(element.GetPropertyCount(), StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            vocabulary[property.Name] = file.Count(property.Value, "vocabulary id");
        }

        return vocabulary;
    }

    public static List<(string Left, string Right)> ReadMerges(string path)
    {
        var merges = new List<(string Left, string Right)>();
        using var text = new StringReader(ModelFile.ReadText(path));
        while (text.ReadLine() is { } line)
        {
            if (line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
            {
                merges.Add(Split(line) ?? throw Fault(path, line));
            }
        }

        return merges;
    }

    private static ModelFileException Fault(string path, string line) =>
        new($"{path} has '{line}' where two tokens with one space between them must be; copy the model's file again.");

    /// <summary>"left right" as a pair; null where it is not two tokens with one space between them.</summary>
    public static (string Left, string Right)? Split(string merge)
    {
        int space = merge.IndexOf(' ', StringComparison.Ordinal);
        bool isPair = space > 0 && space < merge.Length - 1 && merge.IndexOf(' ', space + 1) < 0;
        return isPair ? (merge[..space], merge[(space + 1)..]) : null;
    }

    /// <summary>An object with the properties of one added token.</summary>
    public static AddedToken ReadAddedToken(JsonFile file, JsonElement element, int id)
    {
        string content = file.Text(file.Require(element, "content", JsonValueKind.String), "content");
        foreach (string flag in (string[])["lstrip", "rstrip", "single_word"])
        {
            if (file.Flag(element, flag))
            {
                throw file.Fault($"has the added token '{content}' with {flag}, which is not supported", TokenizerJson.Remedy);
            }
        }

        return new AddedToken(id, content, file.Flag(element, "special"), file.Flag(element, "normalized"));
    }

    private static List<AddedToken> ReadAddedTokens(JsonFile file)
    {
        // Other families have files of the same names and cut the text differently; only tokenizer.json says how.
        string tokenizerClass = file.TextOrEmpty(file.Root, "tokenizer_class");
        if (tokenizerClass is not ("Qwen2Tokenizer" or "Qwen2TokenizerFast"))
        {
            throw file.Fault(
                $"names the tokenizer_class '{tokenizerClass}', and vocab.json with merges.txt alone are read as Qwen2Tokenizer's",
                "copy the model's tokenizer.json there"
            );
        }

        var tokens = new List<AddedToken>();
        foreach (var property in file.Require(file.Root, "added_tokens_decoder", JsonValueKind.Object).EnumerateObject())
        {
            if (!int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                throw file.Fault($"has '{property.Name}' in added_tokens_decoder where an id must be");
            }

            tokens.Add(ReadAddedToken(file, property.Value, id));
        }

        return tokens;
    }
}

using System.Text.Json;

namespace Cppo.Model.Tokenizer;

/// <summary>Reads Hugging Face's <c>tokenizer.json</c> where it describes a byte-level BPE, and refuses every other kind by name.</summary>
internal static class TokenizerJson
{
    /// <summary>What to do about a tokenizer that cannot be read.</summary>
    public const string Remedy = "use a model of Qwen2, Qwen2.5, Qwen3, Llama 3 or SmolLM2, or another with their tokenizer";

    public static TokenizerFile Read(string path) =>
        JsonFile.Read(
            path,
            file =>
            {
                var model = file.Require(file.Root, "model", JsonValueKind.Object);
                CheckModel(file, model);
                var rules = new TokenizerRules
                {
                    Cutters = PreTokenizerJson.Read(file),
                    UsesNfc = UsesNfc(file),
                    IgnoresMerges = file.Flag(model, "ignore_merges"),
                    BeginningIds = PostProcessorJson.ReadBeginning(file),
                };
                CheckDecoder(file);
                return TokenizerFile.Create(
                    VocabAndMerges.ReadVocabulary(file, file.Require(model, "vocab", JsonValueKind.Object)),
                    ReadMerges(file, file.Require(model, "merges", JsonValueKind.Array)),
                    ReadAddedTokens(file),
                    rules,
                    path
                );
            }
        );

    private static void CheckModel(JsonFile file, JsonElement model)
    {
        if (file.TextOrEmpty(model, "type") is var type && type is not ("BPE" or ""))
        {
            throw file.Fault($"has a tokenizer of type {type}; only byte-level BPE can be read", Remedy);
        }

        if (file.Flag(model, "byte_fallback"))
        {
            throw file.Fault(
                "sets model.byte_fallback: it is a SentencePiece BPE, as of Llama 2, Mistral and Gemma; only byte-level BPE can be read",
                Remedy
            );
        }

        foreach (string option in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (file.TextOrEmpty(model, option).Length > 0)
            {
                throw file.Fault($"sets model.{option}, which no byte-level BPE uses", Remedy);
            }
        }

        if (JsonFile.Find(model, "dropout") is { } dropout && !(dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() == 0))
        {
            throw file.Fault("sets model.dropout, with which the ids of a text are random", "set it to null there");
        }
    }

    private static void CheckDecoder(JsonFile file)
    {
        var steps = file.Steps("decoder", "decoders");
        if (steps.Count != 1 || file.TextOrEmpty(steps[0], "type") != "ByteLevel")
        {
            throw file.Fault("has a decoder other than ByteLevel", Remedy);
        }
    }

    private static bool UsesNfc(JsonFile file)
    {
        var steps = file.Steps("normalizer", "normalizers");
        return steps.Count switch
        {
            0 => false,
            1 when file.TextOrEmpty(steps[0], "type") == "NFC" => true,
            _ => throw file.Fault("has a normalizer other than NFC", Remedy),
        };
    }

    private static List<(string Left, string Right)> ReadMerges(JsonFile file, JsonElement element)
    {
        var merges = new List<(string Left, string Right)>(element.GetArrayLength());
        foreach (var merge in element.EnumerateArray())
        {
            var pair = merge.ValueKind switch
            {
                JsonValueKind.String => VocabAndMerges.Split(merge.GetString()!),
                JsonValueKind.Array when merge.GetArrayLength() == 2 => (file.Text(merge[0], "merge"), file.Text(merge[1], "merge")),
                _ => null,
            };
            int number = merges.Count + 1;
            merges.Add(pair ?? throw file.Fault($"has a merge (number {number}) that is neither \"left right\" nor [\"left\", \"right\"]"));
        }

        return merges;
    }

    private static List<AddedToken> ReadAddedTokens(JsonFile file)
    {
        if (JsonFile.Find(file.Root, "added_tokens") is null)
        {
            return [];
        }

        var tokens = new List<AddedToken>();
        foreach (var element in file.Require(file.Root, "added_tokens", JsonValueKind.Array).EnumerateArray())
        {
            int id = file.Count(file.Require(element, "id", JsonValueKind.Number), "added token's id");
            tokens.Add(VocabAndMerges.ReadAddedToken(file, element, id));
        }

        return tokens;
    }
}

using System.Text.Json.Nodes;
using Cppo.Model.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

/// <summary>Small tokenizers as each family's tokenizer.json describes them, with a vocabulary that is trained here.</summary>
internal static class FamilyTokenizers
{
    public const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly Lazy<TokenizerFile> Trained = new(() => BpeTrainer.Train(Corpus(), 900));

    /// <summary>Qwen2's file with the four tokens that Qwen3 adds; <c>&lt;think></c> is no special token.</summary>
    public static TemporaryDirectory Qwen3() =>
        Write(tokenizer =>
        {
            var added = tokenizer["added_tokens"]!.AsArray();
            foreach (string token in (string[])["<tool_response>", "</tool_response>", "<think>", "</think>"])
            {
                added.Add(Added(900 + added.Count - 3, token, isSpecial: false));
            }
        });

    /// <summary>
    /// Llama 3's expression, whole pieces before merges, the begin of the text. Some tokens of the vocabulary have no merge that makes
    /// them, and some merges make another token first, so that the ids differ from merging alone.
    /// </summary>
    public static TemporaryDirectory Llama3() =>
        Write(tokenizer =>
        {
            tokenizer["normalizer"] = null;
            tokenizer["pre_tokenizer"] = Sequence("pretokenizers", Split(Llama3Pattern), ByteLevel(useRegex: false));
            var vocabulary = tokenizer["model"]!["vocab"]!.AsObject();
            foreach (string word in (string[])["Ġunmergeable", "123", "Ġ...Ċ", "æĹ¥", "ĠĠĠ", "xyzzy", "'ll"])
            {
                vocabulary[word] = vocabulary.ContainsKey(word) ? vocabulary[word]!.GetValue<int>() : vocabulary.Count;
            }

            tokenizer["model"]!["ignore_merges"] = true;
            int begin = vocabulary.Count;
            var added = new JsonArray();
            foreach (
                string token in (string[])["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
            )
            {
                added.Add(Added(begin + added.Count, token, isSpecial: true));
            }

            tokenizer["added_tokens"] = added;
            tokenizer["post_processor"] = Sequence("processors", ByteLevel(useRegex: true), Begin("<|begin_of_text|>", begin));
        });

    /// <summary>GPT-2's expression, each digit for itself.</summary>
    public static TemporaryDirectory SmolLm2() =>
        Write(tokenizer =>
        {
            tokenizer["normalizer"] = null;
            tokenizer["pre_tokenizer"] = Sequence(
                "pretokenizers",
                new JsonObject { ["type"] = "Digits", ["individual_digits"] = true },
                ByteLevel(useRegex: true)
            );
        });

    /// <summary>GPT-2's expression alone.</summary>
    public static TemporaryDirectory Gpt2() =>
        Write(tokenizer =>
        {
            tokenizer["normalizer"] = null;
            tokenizer["pre_tokenizer"] = ByteLevel(useRegex: true);
        });

    /// <summary>A directory with the trained tokenizer's tokenizer.json after a change.</summary>
    public static TemporaryDirectory Write(Action<JsonObject> change)
    {
        var directory = new TemporaryDirectory();
        TokenizerWriter.Write(directory.Path, Trained.Value, ChatMlTemplate.Qwen25, 512);
        string path = directory.File("tokenizer.json");
        var tokenizer = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(tokenizer);
        Directory.GetFiles(directory.Path).ToList().ForEach(File.Delete);
        File.WriteAllText(path, tokenizer.ToJsonString());
        return directory;
    }

    /// <summary>
    /// Merges characters with the first byte of whatever is not ASCII before anything else merges, so that the ids show whether both are in
    /// one piece. Neither added tokens nor a post-processor stay, nor are merges ignored.
    /// </summary>
    public static void MergeAcross(TemporaryDirectory directory, string characters)
    {
        string path = directory.File("tokenizer.json");
        var tokenizer = JsonNode.Parse(File.ReadAllText(path))!;
        var (vocabulary, merges) = (tokenizer["model"]!["vocab"]!.AsObject(), tokenizer["model"]!["merges"]!.AsArray());
        foreach (char left in characters.Select(character => ByteAlphabet.CharOf((byte)character)))
        {
            for (int value = 0xC2; value <= 0xF4; value++)
            {
                char right = ByteAlphabet.CharOf((byte)value);
                vocabulary.TryAdd($"{left}{right}", vocabulary.Count);
                merges.Insert(0, $"{left} {right}");
            }
        }

        tokenizer["added_tokens"] = new JsonArray();
        tokenizer["post_processor"] = null;
        tokenizer["model"]!["ignore_merges"] = false;
        File.WriteAllText(path, tokenizer.ToJsonString());
    }

    public static JsonObject Sequence(string name, params JsonObject[] steps) =>
        new() { ["type"] = "Sequence", [name] = new JsonArray([.. steps]) };

    public static JsonObject ByteLevel(bool useRegex) =>
        new()
        {
            ["type"] = "ByteLevel",
            ["add_prefix_space"] = false,
            ["trim_offsets"] = true,
            ["use_regex"] = useRegex,
        };

    public static JsonObject Split(string pattern) =>
        new()
        {
            ["type"] = "Split",
            ["pattern"] = new JsonObject { ["Regex"] = pattern },
            ["behavior"] = "Isolated",
            ["invert"] = false,
        };

    private static JsonObject Begin(string token, int id) =>
        new()
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(token), Text("A")),
            ["pair"] = new JsonArray(Special(token), Text("A"), Special(token), Text("B")),
            ["special_tokens"] = new JsonObject
            {
                [token] = new JsonObject
                {
                    ["id"] = token,
                    ["ids"] = new JsonArray(id),
                    ["tokens"] = new JsonArray(token),
                },
            },
        };

    private static JsonObject Special(string token) =>
        new()
        {
            ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = 0 },
        };

    private static JsonObject Text(string id) =>
        new()
        {
            ["Sequence"] = new JsonObject { ["id"] = id, ["type_id"] = 0 },
        };

    private static JsonObject Added(int id, string content, bool isSpecial) =>
        new()
        {
            ["id"] = id,
            ["content"] = content,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = isSpecial,
        };

    /// <summary>Texts with words of several scripts, numbers and signs, so that merges of every kind of piece are learned.</summary>
    private static IEnumerable<string> Corpus()
    {
        string[] words =
        [
            "apples",
            " don't",
            " He'll",
            "größer",
            " Ünï",
            "日本",
            " 🙂🙂",
            "...",
            " !=",
            "\n\n",
            "   ",
            "\t",
            "1984",
            " Привет",
            "x²",
            "½",
            "\u0301",
        ];
        var random = new Random(5);
        foreach (string text in SmallTokenizer.Texts)
        {
            yield return text;
        }

        for (int i = 0; i < 400; i++)
        {
            yield return string.Concat(
                Enumerable.Range(0, 8).Select(_ => words[random.Next(words.Length)] + (char)random.Next(0x61, 0x17F))
            );
        }
    }
}

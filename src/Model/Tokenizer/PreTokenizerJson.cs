using System.Text.Json;

namespace Cppo.Model.Tokenizer;

/// <summary>Reads the <c>pre_tokenizer</c> of tokenizer.json; every step that is not known is refused by name.</summary>
internal static class PreTokenizerJson
{
    /// <summary>The steps, without ByteLevel, whose own expression is a step where it is in use.</summary>
    public static IReadOnlyList<PieceCutter> Read(JsonFile file)
    {
        var steps = file.Steps("pre_tokenizer", "pretokenizers");
        if (steps.Count == 0 || file.TextOrEmpty(steps[^1], "type") != "ByteLevel")
        {
            throw file.Fault("has a pre_tokenizer that does not end with ByteLevel, so it is no byte-level BPE", TokenizerJson.Remedy);
        }

        var cutters = steps.Select(step => ReadStep(file, step)).OfType<PieceCutter>().ToArray();
        return cutters.Length > 0
            ? cutters
            : throw file.Fault("has a pre_tokenizer that cuts nothing: ByteLevel with use_regex false alone", TokenizerJson.Remedy);
    }

    private static PieceCutter? ReadStep(JsonFile file, JsonElement step) =>
        file.TextOrEmpty(step, "type") switch
        {
            "Split" => ReadSplit(file, step),
            "Digits" => file.Flag(step, "individual_digits")
                ? DigitCutter.Instance
                : throw file.Fault("has a pre_tokenizer of type Digits without individual_digits", TokenizerJson.Remedy),
            "ByteLevel" => ReadByteLevel(file, step),
            var type => throw file.Fault(
                $"has a pre_tokenizer of type '{type}'; Split, Digits and ByteLevel can be read",
                TokenizerJson.Remedy
            ),
        };

    private static PieceCutter ReadSplit(JsonFile file, JsonElement step)
    {
        if (file.TextOrEmpty(step, "behavior") != "Isolated" || file.Flag(step, "invert"))
        {
            throw file.Fault("has a pre_tokenizer of type Split whose behavior is not Isolated, or that inverts", TokenizerJson.Remedy);
        }

        var pattern = file.Require(step, "pattern", JsonValueKind.Object);
        string expression = file.TextOrEmpty(pattern, "Regex");
        return PieceCutters.Find(expression)
            ?? throw file.Fault(
                $"has a pre_tokenizer with the expression {(expression.Length > 0 ? expression : pattern.GetRawText())}, which is not that "
                    + "of Qwen2, Llama 3 or GPT-2",
                TokenizerJson.Remedy
            );
    }

    /// <summary>GPT-2's expression, unless <c>use_regex</c> is false.</summary>
    private static Gpt2Cutter? ReadByteLevel(JsonFile file, JsonElement step)
    {
        if (file.Flag(step, "add_prefix_space"))
        {
            throw file.Fault("has a pre_tokenizer with add_prefix_space, which puts a space before every text", TokenizerJson.Remedy);
        }

        return JsonFile.Find(step, "use_regex") is null || file.Flag(step, "use_regex") ? Gpt2Cutter.Instance : null;
    }
}

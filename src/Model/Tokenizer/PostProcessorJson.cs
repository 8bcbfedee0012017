using System.Text.Json;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// Reads the <c>post_processor</c> of tokenizer.json: which ids a text begins with, e.g. Llama 3's <c>&lt;|begin_of_text|></c>. Ids after
/// the text are refused: a model cannot continue what has ended.
/// </summary>
internal static class PostProcessorJson
{
    /// <summary>The ids before a text; empty where none are added.</summary>
    public static IReadOnlyList<int> ReadBeginning(JsonFile file)
    {
        var ids = new List<int>();
        foreach (var step in file.Steps("post_processor", "processors"))
        {
            switch (file.TextOrEmpty(step, "type"))
            {
                case "ByteLevel":
                    // It changes offsets alone.
                    break;
                case "TemplateProcessing":
                    ids.InsertRange(0, ReadTemplate(file, step));
                    break;
                case var type:
                    throw file.Fault(
                        $"has a post_processor of type '{type}'; ByteLevel and TemplateProcessing can be read",
                        TokenizerJson.Remedy
                    );
            }
        }

        return ids;
    }

    private static List<int> ReadTemplate(JsonFile file, JsonElement step)
    {
        var ids = new List<int>();
        bool hasText = false;
        foreach (var item in file.Require(step, "single", JsonValueKind.Array).EnumerateArray())
        {
            if (JsonFile.Find(item, "Sequence") is not null)
            {
                hasText = true;
                continue;
            }

            string token = file.TextOrEmpty(file.Require(item, "SpecialToken", JsonValueKind.Object), "id");
            if (hasText)
            {
                throw file.Fault(
                    $"has a post_processor that puts '{token}' after a text, so that a model could not continue it",
                    "remove it there"
                );
            }

            var known = file.Require(file.Require(step, "special_tokens", JsonValueKind.Object), token, JsonValueKind.Object);
            ids.AddRange(
                file.Require(known, "ids", JsonValueKind.Array).EnumerateArray().Select(id => file.Count(id, "post_processor id"))
            );
        }

        return ids;
    }
}

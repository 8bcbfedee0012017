using System.Text.Json;

namespace Cppo.Model.Tokenizer;

/// <summary>Which ids begin a text and end a completion, according to a model directory.</summary>
internal static class EndTokens
{
    private const string TokenizerConfig = "tokenizer_config.json";

    /// <summary>
    /// The ids of the first file that names any: <c>generation_config.json</c>, <c>config.json</c> (eos_token_id, one or several), then
    /// <c>tokenizer_config.json</c> (eos_token, a token's text). Empty where none does, or there is no directory.
    /// </summary>
    public static int[] ReadStops(string? directory, Func<string, int?> idOf)
    {
        if (directory is null)
        {
            return [];
        }

        foreach (string name in (string[])["generation_config.json", "config.json"])
        {
            int[] ids = JsonFile.ReadIfPresent<int[]>(Path.Combine(directory, name), [], ReadStops);
            if (ids.Length > 0)
            {
                return ids;
            }
        }

        return ReadToken(directory, "eos_token", idOf) is { } id ? [id] : [];
    }

    /// <summary>The bos_token_id of <c>config.json</c>, else the bos_token of <c>tokenizer_config.json</c>; null without either.</summary>
    public static int? ReadBegin(string? directory, Func<string, int?> idOf)
    {
        if (directory is null)
        {
            return null;
        }

        int[] ids = JsonFile.ReadIfPresent<int[]>(Path.Combine(directory, "config.json"), [], file => ReadIds(file, "bos_token_id"));
        return ids is [var first, ..] ? first : ReadToken(directory, "bos_token", idOf);
    }

    /// <summary>The pad_token of <c>tokenizer_config.json</c>; null where it names none.</summary>
    public static int? ReadPad(string? directory, Func<string, int?> idOf) =>
        directory is null ? null : ReadToken(directory, "pad_token", idOf);

    /// <summary>The ids that one file names; empty where it names none.</summary>
    public static int[] ReadStops(JsonFile file) => ReadIds(file, "eos_token_id");

    private static int[] ReadIds(JsonFile file, string name) =>
        JsonFile.Find(file.Root, name) switch
        {
            null => [],
            { ValueKind: JsonValueKind.Array } several => [.. several.EnumerateArray().Select(id => file.Count(id, name)).Distinct()],
            { } one => [file.Count(one, name)],
        };

    private static int? ReadToken(string directory, string name, Func<string, int?> idOf) =>
        JsonFile.ReadIfPresent<int?>(
            Path.Combine(directory, TokenizerConfig),
            null,
            file =>
            {
                if (JsonFile.Find(file.Root, name) is not { } token)
                {
                    return null;
                }

                bool isObject = token.ValueKind == JsonValueKind.Object;
                string text = file.Text(isObject ? file.Require(token, "content", JsonValueKind.String) : token, name);
                return idOf(text) ?? throw file.Fault($"names the {name} '{text}', which the vocabulary lacks");
            }
        );
}

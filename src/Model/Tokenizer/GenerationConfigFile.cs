using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Model.Files;

namespace Cppo.Model.Tokenizer;

/// <summary>How a model directory says that its model is best sampled; what it does not say is null.</summary>
/// <param name="Temperature">0 where it is to be greedy.</param>
/// <param name="MaxNewTokens">The most tokens of a completion.</param>
public sealed record GenerationDefaults(double? Temperature, int? MaxNewTokens)
{
    /// <summary>Nothing is said.</summary>
    public static GenerationDefaults None { get; } = new(null, null);
}

/// <summary>Hugging Face's <c>generation_config.json</c>.</summary>
public static class GenerationConfigFile
{
    private const string FileName = "generation_config.json";

    /// <summary>What a directory says; <see cref="GenerationDefaults.None"/> where it has no such file.</summary>
    /// <exception cref="ModelFileException">The file is malformed.</exception>
    public static GenerationDefaults Read(string directory) =>
        JsonFile.ReadIfPresent(
            Path.Combine(directory, FileName),
            GenerationDefaults.None,
            file => new GenerationDefaults(
                JsonFile.Find(file.Root, "do_sample") is not null && !file.Flag(file.Root, "do_sample") ? 0 : Number(file, "temperature"),
                JsonFile.Find(file.Root, "max_new_tokens") is { } most ? Math.Max(1, file.Count(most, "max_new_tokens")) : null
            )
        );

    /// <summary>
    /// States where completions end and how they are drawn; what a file that is there says beside that, stays.
    /// </summary>
    /// <param name="directory">The model's.</param>
    /// <param name="stopTokenIds">Each ends a completion.</param>
    /// <param name="sampling">
    /// A temperature of 0 is greedy; above it, samples are drawn from the whole distribution, as here. Null: as the file says.
    ///</param>
    /// <exception cref="ModelFileException">The file that is there is malformed.</exception>
    public static void State(string directory, IReadOnlyList<int> stopTokenIds, GenerationDefaults? sampling = null)
    {
        ArgumentNullException.ThrowIfNull(stopTokenIds);
        string path = Path.Combine(directory, FileName);
        var json = JsonFile.ReadIfPresent(path, new JsonObject(), file => JsonObject.Create(file.Root.Clone())!);
        json["eos_token_id"] =
            stopTokenIds.Count == 1 ? stopTokenIds[0] : new JsonArray([.. stopTokenIds.Select(id => JsonValue.Create(id))]);
        if (sampling is not null)
        {
            StateSampling(json, sampling);
        }

        AtomicFile.WriteJson(path, json);
    }

    private static void StateSampling(JsonObject json, GenerationDefaults sampling)
    {
        foreach (string key in (string[])["do_sample", "temperature", "top_k", "top_p", "repetition_penalty", "max_new_tokens"])
        {
            json.Remove(key);
        }

        json["do_sample"] = sampling.Temperature > 0;
        if (sampling.Temperature is > 0 and var temperature)
        {
            // Transformers keeps the 50 likeliest tokens where a file does not say otherwise.
            (json["temperature"], json["top_k"], json["top_p"]) = (Float(temperature), 0, Float(1));
        }

        if (sampling.MaxNewTokens is { } most)
        {
            json["max_new_tokens"] = most;
        }
    }

    /// <summary>A number with a point in it: transformers takes no integer for a temperature.</summary>
    private static JsonNode? Float(double value) => JsonNode.Parse(value.ToString("0.0##############", CultureInfo.InvariantCulture));

    private static double? Number(JsonFile file, string name) =>
        JsonFile.Find(file.Root, name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
            _ => throw file.Fault($"has a {name} that is no number"),
        };
}

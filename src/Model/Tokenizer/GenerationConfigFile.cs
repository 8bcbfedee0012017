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
    /// <summary>What of the distribution is drawn from; all where nothing is said.</summary>
    public SamplingRestriction Restriction { get; init; } = SamplingRestriction.None;

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
            {
                Restriction = new()
                {
                    TopP = Math.Max(SamplingRestriction.SmallestTopP, Share(file, "top_p") ?? 1),
                    TopK = TopK(file),
                    MinP = Share(file, "min_p") ?? 0,
                },
            }
        );

    /// <summary>
    /// States where completions end and how they are drawn; what a file that is there says beside that, stays.
    /// </summary>
    /// <param name="directory">The model's.</param>
    /// <param name="stopTokenIds">Each ends a completion.</param>
    /// <param name="sampling">
    /// A temperature of 0 is greedy; above it, samples are drawn from what the restriction leaves. Null: as the file says.
    /// </param>
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
        foreach (string key in (string[])["do_sample", "temperature", "top_k", "top_p", "min_p", "repetition_penalty", "max_new_tokens"])
        {
            json.Remove(key);
        }

        json["do_sample"] = sampling.Temperature > 0;
        if (sampling.Temperature is > 0 and var temperature)
        {
            // Transformers keeps the 50 likeliest tokens where a file does not say otherwise.
            var restriction = sampling.Restriction;
            (json["temperature"], json["top_k"], json["top_p"]) = (Float(temperature), restriction.TopK, Float(restriction.TopP));
            if (restriction.MinP > 0)
            {
                json["min_p"] = Float(restriction.MinP);
            }
        }

        if (sampling.MaxNewTokens is { } most)
        {
            json["max_new_tokens"] = most;
        }
    }

    /// <summary>A number with a point in it: transformers takes no integer for a temperature.</summary>
    private static JsonNode? Float(double value) => JsonNode.Parse(value.ToString("0.0##############", CultureInfo.InvariantCulture));

    /// <summary>0 where nothing is restricted, which some files write as -1.</summary>
    private static int TopK(JsonFile file) =>
        JsonFile.Find(file.Root, "top_k") switch
        {
            null => 0,
            { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out int most) => Math.Max(0, most),
            _ => throw file.Fault("has a top_k that is no integer"),
        };

    private static double? Share(JsonFile file, string name) =>
        Number(file, name) is { } share
            ? share is >= 0 and <= 1
                ? share
                : throw file.Fault($"has a {name} that is not within 0 and 1")
            : null;

    private static double? Number(JsonFile file, string name) =>
        JsonFile.Find(file.Root, name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
            _ => throw file.Fault($"has a {name} that is no number"),
        };
}

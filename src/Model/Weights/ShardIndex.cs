using System.Text.Json;
using Cppo.Model.Engine;
using Cppo.Model.Files;

namespace Cppo.Model.Weights;

/// <summary>Reads <c>model.safetensors.index.json</c>, which says in which file beside it each parameter lies.</summary>
internal static class ShardIndex
{
    /// <summary>Parameter and file, which is a plain name.</summary>
    /// <exception cref="ModelFileException">The index is malformed, or names a file elsewhere.</exception>
    internal static List<(string Name, string File)> Read(string path)
    {
        byte[] utf8 = ModelFile.ReadBytes(path);
        try
        {
            using var index = StrictJson.Parse(utf8);
            if (
                index.RootElement.ValueKind != JsonValueKind.Object
                || !index.RootElement.TryGetProperty("weight_map", out var map)
                || map.ValueKind != JsonValueKind.Object
            )
            {
                throw new ModelFileException($"{path} has no weight_map.");
            }

            return [.. map.EnumerateObject().Select(entry => (entry.Name, FileOf(path, entry)))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFileException($"{path} cannot be read: {FileFault.Malformed(e)}", e);
        }
    }

    /// <summary>A shard is a plain name beside its index: nothing else may be read through a downloaded file.</summary>
    private static string FileOf(string path, JsonProperty entry)
    {
        if (entry.Value.ValueKind != JsonValueKind.String)
        {
            throw new ModelFileException($"{path}: the shard of '{Excerpt.OfName(entry.Name)}' is no text.");
        }

        string file = entry.Value.GetString()!;
        bool isPlain =
            file.Length > 0 && file == Path.GetFileName(file) && file is not ("." or "..") && file.AsSpan().IndexOfAny('\\', ':', '\0') < 0;
        return isPlain
            ? file
            : throw new ModelFileException(
                $"{path} names the shard '{Excerpt.OfName(file)}', which is not a file of the model's own directory."
            );
    }
}

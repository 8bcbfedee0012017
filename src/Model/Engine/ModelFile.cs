using Cppo.Model.Files;

namespace Cppo.Model.Engine;

/// <summary>
/// Reads the smaller files of a model directory whole, each up to a size that is far beyond any published one's. What hinders it is a <see
/// cref="ModelFileException"/> that names the file.
/// </summary>
internal static class ModelFile
{
    private const int Small = 16 << 20;
    private const int Large = 64 << 20;
    private const int Largest = 256 << 20;

    /// <summary>The most bytes that a file of this name may have.</summary>
    internal static int MostBytes(string path) =>
        Path.GetFileName(path) switch
        {
            "config.json" or "generation_config.json" or "special_tokens_map.json" or "added_tokens.json" or "chat_template.jinja" => Small,
            "tokenizer_config.json" or "vocab.json" or "merges.txt" or "model.safetensors.index.json" => Large,
            _ => Largest,
        };

    internal static byte[] ReadBytes(string path) => Read(path, () => InputFile.ReadBytes(path, MostBytes(path)));

    /// <summary>UTF-8 without a byte order mark.</summary>
    internal static string ReadText(string path) => Read(path, () => InputFile.ReadText(path, MostBytes(path)));

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ModelFileException($"{path} cannot be read: {FileFault.Reason(e)}", e);
        }
    }
}

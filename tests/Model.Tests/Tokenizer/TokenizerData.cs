using System.Text.Json;
using Cppo.Model.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

/// <summary>
/// A test that needs the real Qwen2.5 tokenizer files: CPPO_DATA/tokenizer, else ../shared/data/tokenizer beside the repository.
/// </summary>
internal sealed class TokenizerDataFactAttribute : FactAttribute
{
    public TokenizerDataFactAttribute()
    {
        if (!File.Exists(Path.Combine(TokenizerData.Directory, "vocab.json")))
        {
            Skip = $"{TokenizerData.Directory} has no vocab.json; set CPPO_DATA to the data directory";
        }
    }
}

internal static class TokenizerData
{
    private static readonly Lazy<TokenizerFile> ReadFile = new(ReadQwen);
    private static readonly Lazy<ByteLevelTokenizer> Tokenizer = new(() => ByteLevelTokenizer.Create(QwenFile));

    /// <summary>The project's directory.</summary>
    public static string Root { get; } = FindRoot();

    public static string Directory { get; } = Path.Combine(Environment.GetEnvironmentVariable("CPPO_DATA") ?? DefaultData(), "tokenizer");

    public static TokenizerFile QwenFile => ReadFile.Value;

    public static ByteLevelTokenizer Qwen => Tokenizer.Value;

    /// <summary>The rows of every JSON Lines file whose name starts so; at least one.</summary>
    public static List<JsonElement> Rows(string start)
    {
        var rows = System
            .IO.Directory.EnumerateFiles(Directory, start + "*.jsonl")
            .Order(StringComparer.Ordinal)
            .SelectMany(path => File.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToList();
        Assert.NotEmpty(rows);
        return rows;
    }

    public static int[] Ids(JsonElement row) => [.. row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];

    private static TokenizerFile ReadQwen()
    {
        using var special = JsonDocument.Parse(File.ReadAllText(Path.Combine(Directory, "qwen25_special_tokens.json")));
        var added = special
            .RootElement.GetProperty("added_tokens")
            .EnumerateArray()
            .Select(token => new AddedToken(
                token.GetProperty("id").GetInt32(),
                token.GetProperty("content").GetString()!,
                token.GetProperty("special").GetBoolean()
            ));
        return TokenizerFile.FromVocabAndMerges(Path.Combine(Directory, "vocab.json"), Path.Combine(Directory, "merges.txt"), added);
    }

    private static string DefaultData() => Path.Combine(Root, "..", "shared", "data");

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Cppo.Pipeline.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? ".";
    }
}

using Cppo.Model.Engine;
using Cppo.Model.Tests;
using Cppo.Model.Tests.Tokenizer;
using Cppo.Model.Tokenizer;

namespace Cppo.Export.Tests;

/// <summary>llama.cpp cuts texts into the same tokens, for every tokenizer that is exported.</summary>
public sealed class TokensTests : IDisposable
{
    /// <summary>Letters, digits, signs and spaces that the families' expressions tell apart.</summary>
    private static readonly string[] Pieces =
    [
        "apples",
        " Don't",
        "'s",
        "'LL",
        "'x",
        " 1984",
        "12345",
        "7",
        "x2y",
        " ",
        "  ",
        "   ",
        "\n",
        "\n\n ",
        "\r\n",
        "\t",
        "...",
        " !=\n",
        "$\\boxed{3}$",
        "größer",
        " Ünï",
        "日本",
        " Привет",
        "½x²",
        "🙂",
        "e\u0301",
        "<|im_start|>",
        "<|im_end|>",
        "<think>",
        "</think>",
        " unmergeable",
        "xyzzy",
        " ...\n",
    ];

    private readonly ExportFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("data")]
    [InlineData("data/words")]
    [InlineData("data/algebra")]
    public void Of_the_embedded_models(string data)
    {
        string path = Path.Combine(ExportFolder.Root, data);
        string model = Path.Combine(path, "base-model");
        Compare(
            model,
            folder.Gguf(model),
            [.. File.ReadLines(Path.Combine(path, "train.csv")).Take(500), File.ReadAllText(Path.Combine(path, "test.csv"))[..20_000]]
        );
    }

    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama3")]
    [InlineData("llama3 merging")]
    [InlineData("smollm2")]
    [InlineData("gpt2")]
    public void Of_each_family(string family)
    {
        using var directory = Tokenizer(family);
        string model = folder.ModelWithTokenizer("model", directory.Path);
        string gguf = folder.Gguf(model);
        Compare(model, gguf, [.. SmallTokenizer.Texts]);
        using var llama = new LlamaModel(gguf, vocabularyOnly: true);
        var tokenizer = ByteLevelTokenizer.Load(model);
        Assert.Equal(tokenizer.EncodePrompt("two apples"), llama.Tokenize("two apples", addBegin: true));
    }

    [TokenizerDataFact]
    public void Of_Qwen_2_5()
    {
        string source = folder.Path("tokenizer");
        TokenizerWriter.Write(source, TokenizerData.QwenFile, ChatMlTemplate.Qwen25, 512);
        string model = folder.ModelWithTokenizer("model", source);
        var golden = TokenizerData.Rows("tokenizer_golden");
        using var llama = new LlamaModel(folder.Gguf(model), vocabularyOnly: true);
        int compared = 0;
        foreach (var row in golden)
        {
            string text = row.GetProperty("text").GetString()!;
            if (Nfc.Normalize(text) == text)
            {
                Assert.Equal(TokenizerData.Ids(row), llama.Tokenize(text));
                compared++;
            }
        }

        Assert.InRange(compared, golden.Count * 9 / 10, golden.Count);
    }

    [Fact]
    public void A_tokenizer_that_llama_cpp_has_not_is_refused()
    {
        using var directory = FamilyTokenizers.Write(tokenizer =>
            tokenizer["pre_tokenizer"] = FamilyTokenizers.Sequence(
                "pretokenizers",
                FamilyTokenizers.Split(FamilyTokenizers.Llama3Pattern),
                FamilyTokenizers.ByteLevel(useRegex: true)
            )
        );
        string model = folder.ModelWithTokenizer("model", directory.Path);
        var fault = Assert.Throws<ModelFileException>(() => folder.Gguf(model));
        Assert.Contains("cuts texts as none of llama.cpp's does", fault.Message, StringComparison.Ordinal);
        Assert.Contains("--format hf", fault.Message, StringComparison.Ordinal);
    }

    private static TemporaryDirectory Tokenizer(string family) =>
        family switch
        {
            "qwen3" => FamilyTokenizers.Qwen3(),
            "llama3" => FamilyTokenizers.Llama3(),
            "llama3 merging" => FamilyTokenizers.Write(tokenizer =>
            {
                tokenizer["normalizer"] = null;
                tokenizer["pre_tokenizer"] = FamilyTokenizers.Sequence(
                    "pretokenizers",
                    FamilyTokenizers.Split(FamilyTokenizers.Llama3Pattern),
                    FamilyTokenizers.ByteLevel(useRegex: false)
                );
            }),
            "smollm2" => FamilyTokenizers.SmolLm2(),
            _ => FamilyTokenizers.Gpt2(),
        };

    private static void Compare(string model, string gguf, IReadOnlyList<string> texts)
    {
        var tokenizer = ByteLevelTokenizer.Load(model);
        using var llama = new LlamaModel(gguf, vocabularyOnly: true);
        var random = new Random(1);
        var made = Enumerable
            .Range(0, 2_000)
            .Select(_ => string.Concat(Enumerable.Range(0, 1 + random.Next(12)).Select(_ => Pieces[random.Next(Pieces.Length)])));
        foreach (string text in texts.Concat(made))
        {
            // llama.cpp leaves the Unicode form as it is.
            string composed = Nfc.Normalize(text);
            Assert.Equal(tokenizer.Encode(composed), llama.Tokenize(composed));
        }
    }
}

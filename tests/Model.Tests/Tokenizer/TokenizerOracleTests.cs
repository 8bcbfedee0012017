using System.Runtime.InteropServices;
using System.Text;
using Cppo.Model.Tokenizer;
using Oracle = Tokenizers.DotNet.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

/// <summary>Random strings through this tokenizer and through Hugging Face's own code: the same ids, and the same text of them.</summary>
public sealed class TokenizerOracleTests
{
    private const int NumStrings = 10_000;

    /// <summary>
    /// What strings are made of: ASCII, accents and marks, other scripts and their digits, kinds of white space, letters and signs beyond
    /// U+FFFF.
    /// </summary>
    private static readonly (int First, int Last)[] Ranges =
    [
        (0x20, 0x7e),
        (0x61, 0x7a),
        (0x30, 0x39),
        (0x09, 0x0d),
        (0x80, 0x24f),
        (0x300, 0x36f),
        (0x370, 0x52f),
        (0x590, 0x6ff),
        (0x900, 0x97f),
        (0xe00, 0xe7f),
        (0x1100, 0x11ff),
        (0x1e00, 0x1fff),
        (0x2000, 0x206f),
        (0x2150, 0x218f),
        (0x3000, 0x30ff),
        (0x4e00, 0x9fff),
        (0xac00, 0xd7a3),
        (0xf900, 0xfaff),
        (0xff00, 0xffef),
        (0x10300, 0x1034f),
        (0x1d400, 0x1d7ff),
        (0x1f300, 0x1f6ff),
        (0x20000, 0x2a6df),
        (0x2f800, 0x2fa1d),
        (0xe0100, 0xe01ef),
    ];

    private static readonly string[] Words =
    [
        "'s",
        "'LL",
        " don't",
        "  ",
        "\r\n",
        "\n\n ",
        " 123",
        "<|im_end|>",
        "<|im_start|>",
        "<|endoftext|>",
        "<|im_",
        "<think>",
        "\u212b",
        "\u0338",
        "</think>",
        "<|begin_of_text|>",
        "<|eot_id|>",
        " unmergeable",
        "xyzzy",
        "12345",
        " ...\n",
        "   x",
        "\u65e5",
        " apples",
        "1984",
    ];

    [OracleFact]
    public void The_embedded_tokenizer_agrees()
    {
        string directory = Path.Combine(TokenizerData.Root, "data", "base-model");
        Compare(ByteLevelTokenizer.Load(directory), Path.Combine(directory, "tokenizer.json"), seed: 1);
    }

    [OracleFact(NeedsQwen = true)]
    public void The_tokenizer_of_Qwen_agrees()
    {
        using var directory = new TemporaryDirectory();
        TokenizerWriter.Write(directory.Path, TokenizerData.QwenFile, ChatMlTemplate.Qwen25, modelMaxLength: 32768);
        Compare(TokenizerData.Qwen, directory.File("tokenizer.json"), seed: 2);
    }

    [OracleFact]
    public void A_tokenizer_of_Qwen3s_kind_agrees() => CompareFamily(FamilyTokenizers.Qwen3(), seed: 3);

    [OracleFact]
    public void A_tokenizer_of_Llama_3s_kind_agrees() => CompareFamily(FamilyTokenizers.Llama3(), seed: 4);

    [OracleFact]
    public void A_tokenizer_of_SmolLM2s_kind_agrees() => CompareFamily(FamilyTokenizers.SmolLm2(), seed: 5);

    [OracleFact]
    public void A_tokenizer_of_GPT_2s_kind_agrees() => CompareFamily(FamilyTokenizers.Gpt2(), seed: 6);

    [OracleFact]
    public void Every_code_point_is_cut_alike_in_every_family()
    {
        TemporaryDirectory[] directories =
        [
            FamilyTokenizers.Qwen3(),
            FamilyTokenizers.Llama3(),
            FamilyTokenizers.SmolLm2(),
            FamilyTokenizers.Gpt2(),
        ];
        foreach (var directory in directories)
        {
            using (directory)
            {
                FamilyTokenizers.MergeAcross(directory, " a1!");
                CompareCodePoints(ByteLevelTokenizer.Load(directory.Path), directory.File("tokenizer.json"));
            }
        }
    }

    /// <summary>
    /// Each code point after each of the characters that merge with the first byte of any other, where a piece holds both. Of Han and
    /// Hangul, Tangut and private use, where neighbours are alike, each 61st.
    /// </summary>
    private static void CompareCodePoints(ByteLevelTokenizer tokenizer, string file)
    {
        const int codePointsPerText = 256;
        using var oracle = new Oracle(file);
        var codePoints = Enumerable
            .Range(0, 0x110000)
            .Where(c =>
                c % 61 == 0
                    ? c is < 0xD800 or >= 0xE000
                    : c
                        is < 0x3400
                            or (>= 0xA000 and < 0xAC00)
                            or (>= 0xF900 and < 0x17000)
                            or (>= 0x18A00 and < 0x20000)
                            or (>= 0xE0000 and < 0xE0200)
            );
        foreach (int[] chunk in codePoints.Chunk(codePointsPerText))
        {
            string text = string.Concat(chunk.Select(char.ConvertFromUtf32).Select(c => $" {c}a{c}1{c}!{c}  {c}\n"));
            Assert.True(
                oracle.Encode(text).Select(id => (int)id).SequenceEqual(tokenizer.Encode(text)),
                $"U+{chunk[0]:X} to U+{chunk[^1]:X} in {file}"
            );
        }
    }

    private static void CompareFamily(TemporaryDirectory directory, int seed)
    {
        using (directory)
        {
            Compare(ByteLevelTokenizer.Load(directory.Path), directory.File("tokenizer.json"), seed);
        }
    }

    private static void Compare(ByteLevelTokenizer tokenizer, string file, int seed)
    {
        using var oracle = new Oracle(file);
        var random = new Random(seed);
        for (int i = 0; i < NumStrings; i++)
        {
            string text = RandomText(random);
            uint[] expected = oracle.Encode(text);
            int[] ids = tokenizer.EncodePrompt(text);
            Assert.True(
                expected.Select(id => (int)id).SequenceEqual(ids),
                $"{Escaped(text)}: {string.Join(' ', ids)} for {string.Join(' ', expected)}"
            );
            Assert.Equal(oracle.Decode(expected), tokenizer.Decode(ids, skipSpecialTokens: true));
        }
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (int part = random.Next(1, 12); part > 0; part--)
        {
            var (first, last) = Ranges[random.Next(Ranges.Length)];
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                text.Append(char.ConvertFromUtf32(random.Next(first, last + 1)));
            }

            if (random.Next(3) == 0)
            {
                text.Append(Words[random.Next(Words.Length)]);
            }
        }

        return text.ToString();
    }

    private static string Escaped(string text) =>
        string.Concat(text.Select(c => c is > ' ' and < '\u007f' ? c.ToString() : $"\\u{(int)c:x4}"));

    /// <summary>Skipped where the oracle's native library is not made for the system, or the files of Qwen2.5 are absent.</summary>
    private sealed class OracleFactAttribute : FactAttribute
    {
        public bool NeedsQwen
        {
            get => false;
            set =>
                Skip ??=
                    value && !File.Exists(Path.Combine(TokenizerData.Directory, "vocab.json"))
                        ? $"{TokenizerData.Directory} has no vocab.json; set CPPO_DATA"
                        : null;
        }

        public OracleFactAttribute() =>
            Skip =
                OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64
                    ? null
                    : "the oracle's library is made for Linux on x64 alone";
    }
}

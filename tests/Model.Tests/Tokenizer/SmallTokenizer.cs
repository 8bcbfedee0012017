using Cppo.Model.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

/// <summary>A tokenizer trained on a few sentences.</summary>
internal static class SmallTokenizer
{
    public static readonly string[] Texts =
    [
        "Tom has 12 apples. He buys 30 more apples and eats 4. How many apples does Tom have?",
        "A baker sells 15 loaves in the morning and 22 loaves in the afternoon. How many loaves does the baker sell?",
        "<|im_start|>user\nAnna reads 8 pages a day. How many pages does Anna read in 7 days?<|im_end|>\n",
    ];

    public static TokenizerFile File { get; } = BpeTrainer.Train(Texts, 300);

    /// <summary>Writes the tokenizer to a new directory.</summary>
    public static TemporaryDirectory WriteDirectory()
    {
        var directory = new TemporaryDirectory();
        TokenizerWriter.Write(directory.Path, File, ChatMlTemplate.Qwen25, 512);
        return directory;
    }
}

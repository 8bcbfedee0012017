using Cppo.Model.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

public class BpeTrainerTests
{
    [Fact]
    public void Train_gives_the_size_and_the_special_tokens_last()
    {
        var tokenizer = ByteLevelTokenizer.Create(SmallTokenizer.File);

        Assert.Equal(300, tokenizer.VocabSize);
        Assert.Equal((297, 298, 299), (tokenizer.IdOf("<|endoftext|>"), tokenizer.IdOf("<|im_start|>"), tokenizer.IdOf("<|im_end|>")));
        Assert.Equal(297, tokenizer.BeginOfText);
    }

    [Fact]
    public void Train_merges_the_most_frequent_pair_and_of_equals_the_lowest()
    {
        var file = BpeTrainer.Train(["abab yz", "ab yz"], BpeTrainer.MinVocabSize + 2);

        // "ab" is there 3 times; then " y" and "yz" twice, and in Qwen2's order of bytes y (88) comes before the space (220).
        Assert.Equal([("a", "b"), ("y", "z")], file.Merges);
    }

    [Fact]
    public void Train_twice_gives_the_same_tokenizer()
    {
        var again = BpeTrainer.Train(SmallTokenizer.Texts.Reverse(), 300);

        Assert.Equal(SmallTokenizer.File.Merges, again.Merges);
        Assert.Equal(SmallTokenizer.File.Vocabulary.OrderBy(pair => pair.Value), again.Vocabulary.OrderBy(pair => pair.Value));
    }

    [Fact]
    public void Train_never_merges_across_pieces()
    {
        var file = BpeTrainer.Train([string.Concat(Enumerable.Repeat("a1b2", 100)), "abcd"], BpeTrainer.MinVocabSize + 3);

        Assert.All(file.Vocabulary.Keys.Where(token => token.Length > 1), token => Assert.DoesNotContain(token, char.IsDigit));
    }

    [Fact]
    public void Trained_tokenizer_round_trips_any_text()
    {
        var tokenizer = ByteLevelTokenizer.Create(SmallTokenizer.File);
        foreach (string? text in SmallTokenizer.Texts.Append("日本 🙂 \0\u0001\t  x\r\n"))
        {
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text), skipSpecialTokens: false));
        }

        Assert.True(tokenizer.Encode(SmallTokenizer.Texts[0]).Length < SmallTokenizer.Texts[0].Length * 3 / 4);
    }

    [Fact]
    public void Train_with_too_little_text_or_too_small_a_vocabulary_is_refused()
    {
        Assert.Contains(
            "give more text",
            Assert.Throws<ArgumentException>(() => BpeTrainer.Train(["ab"], 512)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => BpeTrainer.Train(["ab"], BpeTrainer.MinVocabSize - 1));
    }
}

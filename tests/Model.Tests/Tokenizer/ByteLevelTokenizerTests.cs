using Cppo.Model.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

public class ByteLevelTokenizerTests
{
    private static readonly ByteLevelTokenizer Tokenizer = ByteLevelTokenizer.Create(SmallTokenizer.File);

    [Fact]
    public void Encode_finds_added_tokens_in_the_text() =>
        Assert.Equal([Id("<|im_start|>"), .. Tokenizer.Encode("user"), Id("<|im_end|>")], Tokenizer.Encode("<|im_start|>user<|im_end|>"));

    [Fact]
    public void Encode_takes_the_longest_of_added_tokens_at_one_place()
    {
        var splitter = new AddedTokenSplitter([new AddedToken(1, "<a"), new AddedToken(2, "<ab>"), new AddedToken(3, "b>")]);

        Assert.Equal(
            [(null, "x"), (2, "<ab>"), (1, "<a"), (null, "a"), (3, "b>"), (null, "<")],
            splitter.Split("x<ab><aab><").Select(segment => (segment.Token?.Id, segment.Text))
        );
    }

    [Fact]
    public void Encode_replaces_a_surrogate_without_partner() => Assert.Equal(Tokenizer.Encode("a\uFFFDb"), Tokenizer.Encode("a\uD83Db"));

    [Fact]
    public void Encode_normalizes_to_form_C() => Assert.Equal(Tokenizer.Encode("caf\u00E9"), Tokenizer.Encode("cafe\u0301"));

    [Fact]
    public void Decode_of_a_prefix_replaces_the_unfinished_character()
    {
        int[] ids = Tokenizer.Encode("a🙂");

        Assert.Equal("a\uFFFD", Tokenizer.Decode(ids.AsSpan(0, ids.Length - 1)));
        Assert.Equal("a🙂", Tokenizer.Decode(ids));
    }

    [Fact]
    public void Decode_skips_special_tokens_on_request()
    {
        int[] ids = [Id("<|im_start|>"), .. Tokenizer.Encode("x"), Id("<|endoftext|>")];

        Assert.Equal("x", Tokenizer.Decode(ids));
        Assert.Equal("<|im_start|>x<|endoftext|>", Tokenizer.Decode(ids, skipSpecialTokens: false));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(300)]
    public void Decode_of_an_unknown_id_names_it(int id)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.Decode([1, id]));

        Assert.Contains($"token id {id} is not in the vocabulary of 300", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_passes_over_rows_that_only_the_embedding_has()
    {
        using var directory = SmallTokenizer.WriteDirectory();
        File.WriteAllText(Path.Combine(directory.Path, "config.json"), """{ "vocab_size": 320 }""");
        var loaded = ByteLevelTokenizer.Load(directory.Path);

        Assert.Equal("!\"", loaded.Decode([0, 319, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => loaded.Decode([320]));
    }

    [Fact]
    public void Encode_on_several_threads_agrees_with_one()
    {
        string[] texts = Enumerable.Range(0, 500).Select(i => $"{SmallTokenizer.Texts[i % 3]} {i}").ToArray();
        int[][] expected = texts.Select(Tokenizer.Encode).ToArray();
        var fresh = ByteLevelTokenizer.Create(SmallTokenizer.File);
        int[][] actual = new int[texts.Length][];

        Parallel.For(0, texts.Length, i => actual[i] = fresh.Encode(texts[i]));

        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("generation_config.json", """{ "eos_token_id": [7, 9, 7] }""", new[] { 7, 9 })]
    [InlineData("config.json", """{ "eos_token_id": 5, "vocab_size": 300 }""", new[] { 5 })]
    [InlineData("generation_config.json", """{ "eos_token_id": null }""", new[] { 299 })]
    public void StopTokenIds_come_from_the_first_file_that_names_any(string name, string content, int[] expected)
    {
        using var directory = SmallTokenizer.WriteDirectory();
        File.WriteAllText(Path.Combine(directory.Path, name), content);

        Assert.Equal(expected, ByteLevelTokenizer.Load(directory.Path).StopTokenIds);
    }

    private static int Id(string token) => Tokenizer.IdOf(token)!.Value;
}

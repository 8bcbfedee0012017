using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

public class TokenizerFileTests
{
    [Fact]
    public void Load_reads_back_what_was_written()
    {
        using var directory = SmallTokenizer.WriteDirectory();

        var file = TokenizerFile.Load(directory.Path);

        Assert.Equal(SmallTokenizer.File.Merges, file.Merges);
        Assert.Equal(SmallTokenizer.File.AddedTokens, file.AddedTokens);
        Assert.Equal(SmallTokenizer.File.Vocabulary.OrderBy(pair => pair.Value), file.Vocabulary.OrderBy(pair => pair.Value));
        Assert.True(file.UsesNfc);
    }

    [Fact]
    public void Load_reads_merges_written_as_pairs()
    {
        using var directory = SmallTokenizer.WriteDirectory();
        var (left, right) = SmallTokenizer.File.Merges[0];
        Change(directory, "tokenizer.json", $"\"{left} {right}\"", $"[\"{left}\", \"{right}\"]");

        Assert.Equal(SmallTokenizer.File.Merges, TokenizerFile.Load(directory.Path).Merges);
    }

    [Fact]
    public void Load_reads_merges_with_windows_line_ends()
    {
        using var directory = SmallTokenizer.WriteDirectory();
        File.Delete(Path.Combine(directory.Path, "tokenizer.json"));
        Change(directory, "merges.txt", "\n", "\r\n");

        Assert.Equal(SmallTokenizer.File.Merges, TokenizerFile.Load(directory.Path).Merges);
    }

    [Theory]
    [InlineData("\"type\": \"BPE\"", "\"type\": \"Unigram\"", "type Unigram")]
    [InlineData("\"byte_fallback\": false", "\"byte_fallback\": true", "byte_fallback")]
    [InlineData("\"ignore_merges\": false", "\"ignore_merges\": 3", "ignore_merges")]
    [InlineData("\"type\": \"NFC\"", "\"type\": \"NFKC\"", "normalizer")]
    [InlineData("\"behavior\": \"Isolated\"", "\"behavior\": \"Removed\"", "pre_tokenizer")]
    [InlineData(@"|\\p{N}|", @"|\\p{N}{1,3}|", "pre_tokenizer")]
    [InlineData("\"decoder\": {", "\"decoder\": null, \"x\": {", "decoder")]
    [InlineData("\"lstrip\": false", "\"lstrip\": true", "lstrip")]
    [InlineData("\"vocab\": {", "\"vocab\": [], \"x\": {", "no vocab")]
    [InlineData("\"merges\": [", "\"merges\": [ \"a  b\", ", "merge (number 1)")]
    [InlineData("\"merges\": [", "\"merges\": [ \"Q Q\", ", "'Q' and 'Q'")]
    [InlineData("\"!\": 0,", "\"!\": -1,", "vocabulary id")]
    [InlineData("\"!\": 0,", "\"!\": 1,", "both '!' and '\"'")]
    [InlineData("\"!\": 0,", "", "byte 33")]
    [InlineData("\"id\": 297", "\"id\": 5", "id 5")]
    [InlineData("\"!\": 0,", "\"\\ud800\": 0,", "well-formed")]
    [InlineData("\"model\": {", "\"model\": {{", "well-formed")]
    public void Load_of_another_or_damaged_tokenizer_json_names_the_file_and_the_fault(string text, string replacement, string problem)
    {
        using var directory = SmallTokenizer.WriteDirectory();
        Change(directory, "tokenizer.json", text, replacement);

        var error = Assert.Throws<ModelFileException>(() => ByteLevelTokenizer.Load(directory.Path));

        Assert.Contains(Path.Combine(directory.Path, "tokenizer.json"), error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer_config.json", "ByteLevelTokenizer", "GPT2Tokenizer", "GPT2Tokenizer")]
    [InlineData("tokenizer_config.json", "\"added_tokens_decoder\"", "\"x\"", "added_tokens_decoder")]
    [InlineData("tokenizer_config.json", "\"297\"", "\"first\"", "'first'")]
    [InlineData("merges.txt", "#version: 0.2\n", "#version: 0.2\nabc\n", "'abc'")]
    [InlineData("vocab.json", "{", "[", "well-formed")]
    public void Load_of_a_damaged_older_form_names_the_file_and_the_fault(string name, string text, string replacement, string problem)
    {
        using var directory = SmallTokenizer.WriteDirectory();
        File.Delete(Path.Combine(directory.Path, "tokenizer.json"));
        Change(directory, name, text, replacement);

        var error = Assert.Throws<ModelFileException>(() => TokenizerFile.Load(directory.Path));

        Assert.Contains(Path.Combine(directory.Path, name), error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_of_a_directory_without_tokenizer_says_what_to_copy()
    {
        using var directory = new TemporaryDirectory();

        Assert.Contains("tokenizer.json", Assert.Throws<ModelFileException>(() => ByteLevelTokenizer.Load(directory.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<ModelFileException>(() => ByteLevelTokenizer.Load(Path.Combine(directory.Path, "none")));
    }

    [Fact]
    public void CopyTokenizerFiles_copies_what_loading_needs()
    {
        using var from = SmallTokenizer.WriteDirectory();
        using var to = new TemporaryDirectory();
        File.WriteAllText(Path.Combine(from.Path, "generation_config.json"), """{ "eos_token_id": 3 }""");
        File.WriteAllText(Path.Combine(from.Path, "model.safetensors"), "");

        TokenizerWriter.CopyTokenizerFiles(from.Path, to.Path);

        Assert.Equal([3], ByteLevelTokenizer.Load(to.Path).StopTokenIds);
        Assert.False(File.Exists(Path.Combine(to.Path, "model.safetensors")));
        Assert.Equal(6, Directory.GetFiles(to.Path).Length);
        Assert.Throws<ModelFileException>(() => TokenizerWriter.CopyTokenizerFiles(Path.Combine(to.Path, "none"), to.Path));
    }

    private static void Change(TemporaryDirectory directory, string name, string text, string replacement)
    {
        var path = Path.Combine(directory.Path, name);
        var content = File.ReadAllText(path);
        Assert.Contains(text, content, StringComparison.Ordinal);
        File.WriteAllText(path, content.Replace(text, replacement, StringComparison.Ordinal));
    }
}

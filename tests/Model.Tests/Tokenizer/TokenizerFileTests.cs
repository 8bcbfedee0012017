using System.Text.Json.Nodes;
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
        Assert.True(file.Rules.UsesNfc);
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
    [InlineData(@"|\\p{N}|", @"|\\p{N}{1,4}|", @"the expression (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,4}| ?")]
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
    [InlineData("WordPiece")]
    [InlineData("WordLevel")]
    [InlineData("Unigram")]
    public void Load_of_another_kind_of_tokenizer_names_it(string kind) =>
        AssertRefused($"a tokenizer of type {kind}; only byte-level BPE", tokenizer => tokenizer["model"]!["type"] = kind);

    [Fact]
    public void Load_of_steps_that_are_not_known_names_them()
    {
        AssertRefused(
            "type 'Metaspace'",
            json => json["pre_tokenizer"] = Steps(new() { ["type"] = "Metaspace" }, FamilyTokenizers.ByteLevel(useRegex: false))
        );
        AssertRefused("does not end with ByteLevel", json => json["pre_tokenizer"] = FamilyTokenizers.Split(Cl100kCutter.Qwen2.Pattern));
        AssertRefused("cuts nothing", json => json["pre_tokenizer"] = FamilyTokenizers.ByteLevel(useRegex: false));
        AssertRefused(
            "individual_digits",
            json => json["pre_tokenizer"] = Steps(new() { ["type"] = "Digits" }, FamilyTokenizers.ByteLevel(useRegex: true))
        );
        AssertRefused("add_prefix_space", json => json["pre_tokenizer"]!["pretokenizers"]![1]!["add_prefix_space"] = true);
        AssertRefused(
            "the expression {\"String\":\" \"}",
            json => json["pre_tokenizer"]!["pretokenizers"]![0]!["pattern"] = new JsonObject { ["String"] = " " }
        );
        AssertRefused(
            "post_processor of type 'BertProcessing'",
            json => json["post_processor"] = new JsonObject { ["type"] = "BertProcessing" }
        );
        AssertRefused("model.dropout", json => json["model"]!["dropout"] = 0.1);
        AssertRefused("begins every text with the id 5000", json => json["post_processor"] = Template(5000, endsText: false));
        AssertRefused("puts '<|endoftext|>' after a text", json => json["post_processor"] = Template(0, endsText: true));
    }

    [Fact]
    public void Load_of_tokenizer_model_alone_names_it()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("tokenizer.model"), "");

        var error = Assert.Throws<ModelFileException>(() => ByteLevelTokenizer.Load(directory.Path));

        Assert.Contains("tokenizer.model alone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_begins_with_what_the_post_processor_adds_and_a_rendered_chat_does_not_begin_twice()
    {
        using var directory = FamilyTokenizers.Llama3();
        var tokenizer = ByteLevelTokenizer.Load(directory.Path, chat: "llama3");
        int? begin = tokenizer.IdOf("<|begin_of_text|>");

        Assert.Equal(begin, Assert.Single(tokenizer.BeginningIds));
        Assert.Equal(begin, tokenizer.BeginOfText);
        Assert.Equal([begin!.Value, .. tokenizer.Encode("a b")], tokenizer.EncodePrompt("a b"));
        Assert.Single(tokenizer.Encode(tokenizer.ChatTemplate.Render([new ChatMessage("user", "U")], true)), id => id == begin);
        Assert.Equal([tokenizer.IdOf("<|eot_id|>")!.Value], tokenizer.StopTokenIds);
    }

    [Fact]
    public void A_piece_that_is_a_token_as_a_whole_is_that_token_where_merges_are_ignored()
    {
        using var directory = FamilyTokenizers.Llama3();
        var tokenizer = ByteLevelTokenizer.Load(directory.Path);

        Assert.Equal([tokenizer.IdOf("xyzzy")!.Value, tokenizer.IdOf("123")!.Value], tokenizer.Encode("xyzzy123"));
        Assert.True(tokenizer.Encode("xyzz").Length > 1);
    }

    [Fact]
    public void Write_of_a_tokenizer_with_other_rules_is_refused()
    {
        using var directory = FamilyTokenizers.Gpt2();
        var file = TokenizerFile.Load(directory.Path);

        Assert.Throws<ArgumentException>(() => TokenizerWriter.Write(directory.Path, file, ChatMlTemplate.Qwen25, 512));
    }

    [Theory]
    [InlineData("tokenizer_config.json", "Qwen2Tokenizer", "GPT2Tokenizer", "GPT2Tokenizer")]
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

        Assert.Contains(
            "tokenizer.json",
            Assert.Throws<ModelFileException>(() => ByteLevelTokenizer.Load(directory.Path)).Message,
            StringComparison.Ordinal
        );
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

    private static void AssertRefused(string problem, Action<JsonObject> change)
    {
        using var directory = FamilyTokenizers.Write(change);

        var error = Assert.Throws<ModelFileException>(() => ByteLevelTokenizer.Load(directory.Path));

        Assert.StartsWith(directory.File("tokenizer.json"), error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static JsonObject Steps(params JsonObject[] steps) => FamilyTokenizers.Sequence("pretokenizers", steps);

    private static JsonObject Template(int id, bool endsText)
    {
        const string token = "<|endoftext|>";
        JsonObject special = new() { ["SpecialToken"] = new JsonObject { ["id"] = token } },
            text = new() { ["Sequence"] = new JsonObject { ["id"] = "A" } };
        return new()
        {
            ["type"] = "TemplateProcessing",
            ["single"] = endsText ? new JsonArray(text, special) : new JsonArray(special, text),
            ["special_tokens"] = new JsonObject { [token] = new JsonObject { ["ids"] = new JsonArray(id) } },
        };
    }

    private static void Change(TemporaryDirectory directory, string name, string text, string replacement)
    {
        string path = Path.Combine(directory.Path, name);
        string content = File.ReadAllText(path);
        Assert.Contains(text, content, StringComparison.Ordinal);
        File.WriteAllText(path, content.Replace(text, replacement, StringComparison.Ordinal));
    }
}

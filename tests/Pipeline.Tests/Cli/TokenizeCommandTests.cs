using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Cli;

namespace Cppo.Pipeline.Tests.Cli;

public sealed class TokenizeCommandTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("cppo-");
    private readonly ByteLevelTokenizer tokenizer;

    public TokenizeCommandTests()
    {
        TokenizerWriter.Write(
            directory.FullName,
            BpeTrainer.Train(["two apples and two pears", "größer als zwei"], 285),
            ChatMlTemplate.Qwen25,
            512
        );
        tokenizer = ByteLevelTokenizer.Load(directory.FullName);
    }

    public void Dispose() => directory.Delete(recursive: true);

    private async Task<(int ExitCode, string Output, string Error)> Tokenize(string input, params string[] args)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var reader = new StringReader(input);
        int code = await CommandLine.RunAsync(["tokenize", directory.FullName, .. args], new CliContext(reader, output, error, stop));
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task Text_of_an_argument_a_file_or_the_input_becomes_the_same_ids()
    {
        const string Text = "two pears <|im_end|> größer";
        string file = Path.Combine(directory.FullName, "prompt.txt");
        await File.WriteAllTextAsync(file, Text);
        var expected = (0, string.Join(' ', tokenizer.Encode(Text)) + "\n", "");
        Assert.Equal(expected, await Tokenize("", Text));
        Assert.Equal(expected, await Tokenize("", "--file", file));
        Assert.Equal(expected, await Tokenize(Text));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData(", ")]
    [InlineData("\n")]
    public async Task Ids_become_their_text_with_special_tokens(string separator)
    {
        const string Text = "two pears<|im_end|>";
        Assert.Equal((0, $"{Text}\n", ""), await Tokenize($"[{string.Join(separator, tokenizer.Encode(Text))}]", "--decode"));
    }

    [Fact]
    public async Task Pieces_has_a_line_for_each_token()
    {
        const string Text = "two pears";
        var (code, output, _) = await Tokenize("", Text, "--pieces");
        string[][] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToArray();
        Assert.Equal(0, code);
        Assert.Equal(tokenizer.Encode(Text), lines.Select(line => int.Parse(line[0], null)));
        Assert.Equal(Text, string.Concat(lines.Select(line => line[1])));
    }

    [Fact]
    public async Task Bad_input_gives_2_and_one_sentence()
    {
        Assert.Equal(
            (2, "", $"\"x\" is no token id; give integers separated by spaces or commas.{Environment.NewLine}"),
            await Tokenize("1 x", "--decode")
        );
        var (code, _, error) = await Tokenize("", "--decode", "99999999");
        Assert.Equal(2, code);
        Assert.StartsWith("One of the ids is not in the vocabulary of ", error, StringComparison.Ordinal);
        Assert.Equal(2, (await Tokenize("", "text", "--file", "f")).ExitCode);
        Assert.Equal(2, (await Tokenize("", "--file", Path.Combine(directory.FullName, "missing.txt"))).ExitCode);
    }

    [Fact]
    public async Task A_missing_tokenizer_gives_2()
    {
        using var stop = new StopSignals();
        using var error = new StringWriter();
        string missing = Path.Combine(directory.FullName, "missing");
        Assert.Equal(
            2,
            await CommandLine.RunAsync(["tokenize", missing, "x"], new CliContext(TextReader.Null, TextWriter.Null, error, stop))
        );
        Assert.Contains(missing, error.ToString(), StringComparison.Ordinal);
    }
}

using System.CommandLine;
using System.Globalization;
using Cppo.Model.Files;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Cli;

/// <summary><c>tokenize</c>: text to token ids and back with a model's tokenizer.</summary>
internal sealed class TokenizeCommand : CliCommand
{
    private static readonly char[] IdSeparators = [' ', ',', '\t', '\r', '\n', '[', ']'];

    private readonly Argument<string> model = new("model-directory")
    {
        Description = "A model directory: tokenizer.json, or vocab.json and merges.txt.",
    };
    private readonly Argument<string?> text = new("text")
    {
        Description = "The text, or the ids for --decode; without it and --file the standard input is read.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> file = new("--file") { Description = "Read the text, or the ids, from this file.", HelpName = "PATH" };
    private readonly Option<bool> decode = new("--decode")
    {
        Description = "Turn ids, separated by spaces or commas, to their text; special tokens are shown.",
    };
    private readonly Option<bool> pieces = new("--pieces") { Description = "Print a line for each token: its id and its text." };

    public TokenizeCommand(CliContext context)
        : base("tokenize", "Turn text to token ids, or ids to text.")
    {
        Add(model);
        Add(text);
        Add(file);
        Add(decode);
        Add(pieces);
        SetAction(line =>
            context.Output.Write(
                Print(ByteLevelTokenizer.Load(HubPlace.DirectoryOf(line.GetRequiredValue(model))), Read(line, context.Input), line)
            )
        );
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("tokenize data/base-model \"How many apples?\"", "prints the ids"),
            ("tokenize data/base-model --file prompt.txt --pieces", "prints each token of a file with its text"),
            ("tokenize data/base-model --decode \"9707 11 1879\"", "prints the text of ids"),
        ];

    private string Read(ParseResult line, TextReader input)
    {
        var (stated, path) = (line.GetValue(text), line.GetValue(file));
        if (stated is not null && path is not null)
        {
            throw new UsageException("The text is given twice, as an argument and by --file; give one.");
        }

        try
        {
            return stated ?? (path is null ? input.ReadToEnd() : File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be read: {FileFault.Reason(error)}.");
        }
    }

    private string Print(ByteLevelTokenizer tokenizer, string content, ParseResult line)
    {
        int[] ids = line.GetValue(decode) ? ParseIds(content) : tokenizer.Encode(content);
        if (line.GetValue(pieces))
        {
            return string.Concat(ids.Select(id => $"{id}\t{Decode(tokenizer, [id])}\n"));
        }

        return line.GetValue(decode) ? $"{Decode(tokenizer, ids)}\n" : $"{string.Join(' ', ids)}\n";
    }

    private static string Decode(ByteLevelTokenizer tokenizer, int[] ids)
    {
        try
        {
            return tokenizer.Decode(ids, skipSpecialTokens: false);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new UsageException(
                $"One of the ids is not in the vocabulary of {tokenizer.VocabSize} tokens; name the directory of the tokenizer that made "
                    + $"them."
            );
        }
    }

    private static int[] ParseIds(string content) =>
        [
            .. content
                .Split(IdSeparators, StringSplitOptions.RemoveEmptyEntries)
                .Select(item =>
                    int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                        ? id
                        : throw new UsageException($"\"{item}\" is no token id; give integers separated by spaces or commas.")
                ),
        ];
}

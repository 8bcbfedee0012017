using System.CommandLine;
using Cppo.Model.Files;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Bench;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Cli.Bench;

/// <summary><c>bench tokenize</c>: tokens per second of a tokenizer on the lines of a file.</summary>
internal sealed class BenchTokenizeCommand : CliCommand
{
    private readonly Argument<string> model = new("model-directory")
    {
        Description = "A model directory with tokenizer.json, or vocab.json and merges.txt; or the hub's name of a model.",
    };
    private readonly Argument<string> file = new("file") { Description = "A text file; each line is a text." };
    private readonly Option<int> repeat = new Option<int>("--repeat")
    {
        Description = "Timed runs after a warm-up; the median counts.",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    }.AtLeast(1);

    public BenchTokenizeCommand(CliContext context)
        : base("tokenize", "Measure a tokenizer on one thread.")
    {
        Add(model);
        Add(file);
        Add(repeat);
        SetAction(line =>
        {
            var tokenizer = ByteLevelTokenizer.Load(HubPlace.DirectoryOf(line.GetRequiredValue(model)));
            var result = TokenizeBench.Run(tokenizer, Texts(line.GetRequiredValue(file)), line.GetValue(repeat), context.Stop.Graceful);
            context.Print([result.Describe()], result.ToJson());
        });
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [("bench tokenize data/base-model data/train.csv", "encodes and decodes 6,000 questions")];

    private static string[] Texts(string path)
    {
        try
        {
            string[] texts = [.. File.ReadLines(path).Where(line => line.Length > 0)];
            return texts.Length > 0 ? texts : throw new UsageException($"{path} holds no text; name a file with some lines.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be read: {FileFault.Reason(error)}.");
        }
    }
}

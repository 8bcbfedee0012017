using System.CommandLine;
using Cppo.Pipeline.BaseModel;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli;

/// <summary><c>questions</c>: makes the embedded default's questions.</summary>
internal sealed class QuestionsCommand : CliCommand
{
    private readonly Option<string> directory = new("--output")
    {
        Description = "Directory for train.csv and test.csv.",
        DefaultValueFactory = _ => "data",
    };
    private readonly Option<string?> examples = new("--examples")
    {
        Description = "Also write supervised examples for `sft` into this directory: schooling.jsonl and habits.jsonl.",
    };
    private readonly Option<ulong> seed = new("--seed")
    {
        Description = "The same seed makes the same files.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<int> train = Count("--train", "Training questions.", 6000);
    private readonly Option<int> test = Count("--test", "Test questions.", 600);
    private readonly Option<int> schooling = Count("--schooling", "Supervised examples that teach calculating.", 44_800);
    private readonly Option<int> habits = Count("--habits", "Supervised examples that teach the mixed habits.", 16_000);

    public QuestionsCommand(CliContext context)
        : base("questions", "Make arithmetic word problems of one to three steps, train and test apart.")
    {
        Option[] options = [directory, examples, seed, train, test, schooling, habits];
        foreach (var option in options)
        {
            Add(option);
        }

        SetAction(line =>
        {
            var counts = new WordProblemCounts(
                line.GetValue(seed),
                line.GetValue(train),
                line.GetValue(test),
                line.GetValue(schooling),
                line.GetValue(habits)
            );
            LineFile.RequireDirectory(directory.Name, line.GetValue(directory)!);
            if (line.GetValue(examples) is { } place)
            {
                LineFile.RequireDirectory(examples.Name, place);
            }

            WordProblemFiles.Write(counts, line.GetValue(directory)!, line.GetValue(examples), context.Stop.Graceful);
            context.Output.WriteLine($"wrote {counts.Train} training and {counts.Test} test questions to {line.GetValue(directory)}");
        });
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("questions", "makes data/train.csv and data/test.csv as they are in the repository"),
            ("questions --output my-data --seed 7 --train 1000 --test 200", "makes other questions"),
        ];

    private static Option<int> Count(string name, string description, int value) =>
        new Option<int>(name) { Description = description, DefaultValueFactory = _ => value }.Within(1, 1_000_000);
}

using System.CommandLine;
using Cppo.Pipeline.BaseModel;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli;

/// <summary><c>questions</c>: makes the questions of the embedded tasks.</summary>
internal sealed class QuestionsCommand : CliCommand
{
    private readonly Option<string> task = new("--task")
    {
        Description = $"{string.Join("; ", QuestionTasks.All.Select(task => $"{task.Name}: {task.Doc}"))}.",
        DefaultValueFactory = _ => QuestionTasks.Default.Name,
    };
    private readonly Option<string?> directory = new("--output")
    {
        Description = "Directory for train.csv, test.csv and the task's further test sets; else the task's in the repository.",
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
    private readonly Option<int?> train = Count("--train", "Training questions", task => task.Train);
    private readonly Option<int?> test = Count("--test", "Questions of test.csv", task => task.Test);
    private readonly Option<int?> schooling = Count(
        "--schooling",
        "Supervised examples that teach calculating",
        task => task.Schooling.Count
    );
    private readonly Option<int?> habits = Count(
        "--habits",
        "Supervised examples that teach the mixed habits",
        task => task.Everyday.Count
    );

    public QuestionsCommand(CliContext context)
        : base("questions", "Make the questions of an embedded task, train and test apart.")
    {
        task.AcceptOnlyFromAmong([.. QuestionTasks.All.Select(each => each.Name)]);
        Option[] options = [task, directory, examples, seed, train, test, schooling, habits];
        foreach (var option in options)
        {
            Add(option);
        }

        SetAction(line =>
        {
            var chosen = QuestionTasks.All.Single(each => each.Name == line.GetValue(task));
            var counts = new QuestionCounts(
                line.GetValue(seed),
                line.GetValue(train) ?? chosen.Train,
                line.GetValue(test) ?? chosen.Test,
                line.GetValue(schooling) ?? chosen.Schooling.Count,
                line.GetValue(habits) ?? chosen.Everyday.Count
            );
            string place = line.GetValue(directory) ?? chosen.Directory;
            LineFile.RequireDirectory(directory.Name, place);
            if (line.GetValue(examples) is { } examplesPlace)
            {
                LineFile.RequireDirectory(examples.Name, examplesPlace);
            }

            QuestionFiles.Write(chosen, counts, place, line.GetValue(examples), context.Stop.Graceful);
            context.Output.WriteLine($"wrote {counts.Train} training and {counts.Test} test questions to {place}");
        });
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("questions", "makes data/train.csv and data/test.csv as they are in the repository"),
            ("questions --task algebra", "makes those of data/algebra"),
            ("questions --output my-data --seed 7 --train 1000 --test 200", "makes other questions"),
        ];

    private static Option<int?> Count(string name, string what, Func<QuestionTask, int> value) =>
        new Option<int?>(name)
        {
            Description = $"{what}; else {string.Join(", ", QuestionTasks.All.Select(task => $"{value(task)} ({task.Name})"))}.",
        }.Within(1, 1_000_000);
}

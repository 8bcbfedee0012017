using System.Text.Encodings.Web;
using System.Text.Json;
using Cppo.Pipeline.Files;
using CsvHelper;

namespace Cppo.Pipeline.BaseModel;

/// <summary>How many problems and examples to make, and from which seed.</summary>
internal sealed record QuestionCounts(ulong Seed, int Train, int Test, int Schooling, int Habits);

/// <summary>
/// Makes a task's files: training and test questions as CSV, and supervised examples for its base model as JSON Lines.
/// </summary>
internal static class QuestionFiles
{
    // Problems are drawn from one stream per file, so that each can grow without changing the others.
    private const long TrainStream = 2L << 40;
    private const long SchoolingStream = 3L << 40;
    private const long HabitsStream = 4L << 40;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes <c>train.csv</c>, <c>test.csv</c> and the task's further test sets (columns question, answer) into
    /// <paramref name="directory"/>, and, where there is a directory for them, the supervised examples (keys question, completion) that
    /// first teach calculating, <c>schooling.jsonl</c>, and then the base model's mixed habits, <c>habits.jsonl</c>. No question of a
    /// test set is in the others; the CSV files hold no question twice.
    /// </summary>
    public static void Write(
        QuestionTask task,
        QuestionCounts counts,
        string directory,
        string? examplesDirectory,
        CancellationToken stop = default
    )
    {
        Directory.CreateDirectory(directory);
        var taken = new HashSet<string>();
        foreach (var set in task.FurtherTests.Prepend(new TestSet("test.csv", counts.Test, QuestionTask.TestStream, task.Create)))
        {
            WriteQuestions(
                Path.Combine(directory, set.FileName),
                Distinct(key => set.Create(counts.Seed, key), set.Stream, taken, stop).Take(set.Count)
            );
        }

        var test = taken.ToHashSet();
        WriteQuestions(
            Path.Combine(directory, "train.csv"),
            Distinct(key => task.Create(counts.Seed, key), TrainStream, taken, stop).Take(counts.Train)
        );
        if (examplesDirectory is not null)
        {
            Directory.CreateDirectory(examplesDirectory);
            void Examples(string name, int count, bool isSchooling, long stream) =>
                WriteExamples(Path.Combine(examplesDirectory, name), task, count, isSchooling, counts.Seed, stream, test, stop);
            Examples("schooling.jsonl", counts.Schooling, isSchooling: true, SchoolingStream);
            Examples("habits.jsonl", counts.Habits, isSchooling: false, HabitsStream);
        }
    }

    /// <summary>Draws in a row that give nothing new, after which a task counts as exhausted.</summary>
    private const int MostKnown = 100_000;

    /// <summary>Problems of one key after another, those left out whose text is taken.</summary>
    /// <exception cref="UsageException">The task has no further one.</exception>
    internal static IEnumerable<Problem> Distinct(Func<long, Problem> create, long stream, HashSet<string> taken, CancellationToken stop)
    {
        int known = 0;
        for (long key = stream; known < MostKnown; key++)
        {
            stop.ThrowIfCancellationRequested();
            var problem = create(key);
            known++;
            if (taken.Add(problem.Text))
            {
                known = 0;
                yield return problem;
            }
        }

        throw new UsageException(
            $"The task has no further question: {MostKnown} draws in a row gave none that is not among the {taken.Count} there are; "
                + "ask for fewer with --train or --test."
        );
    }

    private static void WriteQuestions(string path, IEnumerable<Problem> problems)
    {
        using var csv = CsvWriter.ToFile(path, new CsvWriterOptions { NewLine = "\n" });
        csv.WriteField("question");
        csv.WriteField("answer");
        csv.EndRecord();
        foreach (var problem in problems)
        {
            csv.WriteField(problem.Text);
            csv.WriteField(problem.Right.Answer);
            csv.EndRecord();
        }
    }

    private static void WriteExamples(
        string path,
        QuestionTask task,
        int count,
        bool isSchooling,
        ulong seed,
        long stream,
        HashSet<string> test,
        CancellationToken stop
    )
    {
        using var writer = new StreamWriter(path) { NewLine = "\n" };
        int written = 0;
        for (long key = stream; written < count; key++)
        {
            stop.ThrowIfCancellationRequested();
            var problem = task.Create(seed, key);
            if (!test.Contains(problem.Text))
            {
                string completion = Trace.Create(task, problem, isSchooling, new Draws(seed, -key));
                writer.WriteLine(JsonSerializer.Serialize(new { question = problem.Text, completion }, Json));
                written++;
            }
        }
    }
}

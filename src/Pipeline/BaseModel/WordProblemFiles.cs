using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;

namespace Cppo.Pipeline.BaseModel;

/// <summary>How many problems and examples to make, and from which seed.</summary>
internal sealed record WordProblemCounts(ulong Seed, int Train, int Test, int Schooling, int Habits);

/// <summary>
/// Makes the embedded default's files: training and test questions as CSV, and supervised examples for the base model as JSON Lines.
/// </summary>
internal static class WordProblemFiles
{
    // Problems are drawn from one stream per file, so that each can grow without changing the others.
    private const long TestStream = 1L << 40;
    private const long TrainStream = 2L << 40;
    private const long SchoolingStream = 3L << 40;
    private const long HabitsStream = 4L << 40;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes <c>train.csv</c> and <c>test.csv</c> (columns question, answer) into <paramref name="directory"/>, and, where there is a
    /// directory for them, the supervised examples (keys question, completion) that first teach calculating, <c>schooling.jsonl</c>, and
    /// then the base model's mixed habits, <c>habits.jsonl</c>. No question of the test file is in the others; the two CSV files hold no
    /// question twice.
    /// </summary>
    public static void Write(WordProblemCounts counts, string directory, string? examplesDirectory, CancellationToken stop = default)
    {
        Directory.CreateDirectory(directory);
        var taken = new HashSet<string>();
        WriteQuestions(Path.Combine(directory, "test.csv"), Distinct(counts.Seed, TestStream, taken, stop).Take(counts.Test));
        var test = taken.ToHashSet();
        WriteQuestions(Path.Combine(directory, "train.csv"), Distinct(counts.Seed, TrainStream, taken, stop).Take(counts.Train));
        if (examplesDirectory is not null)
        {
            Directory.CreateDirectory(examplesDirectory);
            WriteExamples(
                Path.Combine(examplesDirectory, "schooling.jsonl"),
                counts.Schooling,
                isSchooling: true,
                counts.Seed,
                SchoolingStream,
                test,
                stop
            );
            WriteExamples(
                Path.Combine(examplesDirectory, "habits.jsonl"),
                counts.Habits,
                isSchooling: false,
                counts.Seed,
                HabitsStream,
                test,
                stop
            );
        }
    }

    private static IEnumerable<WordProblem> Distinct(ulong seed, long stream, HashSet<string> taken, CancellationToken stop)
    {
        for (long key = stream; ; key++)
        {
            stop.ThrowIfCancellationRequested();
            var problem = WordProblemGenerator.Create(seed, key);
            if (taken.Add(problem.Text))
            {
                yield return problem;
            }
        }
    }

    private static void WriteQuestions(string path, IEnumerable<WordProblem> problems)
    {
        using var csv = CsvWriter.ToFile(path, new CsvWriterOptions { NewLine = "\n" });
        csv.WriteField("question");
        csv.WriteField("answer");
        csv.EndRecord();
        foreach (var problem in problems)
        {
            csv.WriteField(problem.Text);
            csv.WriteField(problem.Answer);
            csv.EndRecord();
        }
    }

    private static void WriteExamples(
        string path,
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
            var problem = WordProblemGenerator.Create(seed, key);
            if (!test.Contains(problem.Text))
            {
                string completion = Trace.Create(problem, isSchooling, new Draws(seed, -key));
                writer.WriteLine(JsonSerializer.Serialize(new { question = problem.Text, completion }, Json));
                written++;
            }
        }
    }
}

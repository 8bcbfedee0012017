using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sweep.Cells;

namespace Cppo.Pipeline.Sweep.Results;

/// <summary>A test question with one method's answer after another.</summary>
/// <param name="Id">The question's id.</param>
/// <param name="Question">Its text.</param>
/// <param name="Gold">Its answer.</param>
/// <param name="Completions">A completion of each method.</param>
/// <param name="Right">Whether each is right.</param>
internal sealed record AnsweredQuestion(string Id, string Question, string Gold, string[] Completions, bool[] Right);

/// <summary>
/// Answers of several methods to the same questions (tables 6 and 9 of the paper): the first completion of <c>data.test</c>'s questions, of
/// the models of the smallest seed that all of them have.
/// </summary>
/// <param name="Methods">Their names, in the order of <see cref="AnsweredQuestion.Completions"/>.</param>
/// <param name="Questions">All questions, in their order.</param>
internal sealed record AnswerTable(string[] Methods, AnsweredQuestion[] Questions)
{
    private const string Test = "test";
    private static readonly string[] Columns = ["question_id", "question", "answer", "completion", "completion_index", "strict_correct"];

    /// <summary>Reads the evaluations' completions; null where methods have no seed in common or were not evaluated.</summary>
    /// <exception cref="DataException">A file is damaged.</exception>
    public static AnswerTable? Of(SweepResults results)
    {
        MethodResult[] methods = [.. results.File.Config.Report.Answers.Select(results.Of)];
        if (MethodResult.OneSeedOf(methods, Test) is not { } cells)
        {
            return null;
        }

        DataRow[][] rows = [.. cells.Select(cell => Rows(cell.Cell))];
        return new AnswerTable(
            [.. methods.Select(method => method.Method.Name)],
            [
                .. rows[0]
                    .Select(
                        (row, at) =>
                            new AnsweredQuestion(
                                row.Values[0]!,
                                row.Values[1]!,
                                row.Values[2] ?? "",
                                [.. rows.Select(method => method[at].Values[3] ?? "")],
                                [.. rows.Select(method => IsTrue(method[at].Values[5]))]
                            )
                    ),
            ]
        );
    }

    /// <summary>A row a question, a completion and a judgement a method, for a file.</summary>
    public IEnumerable<JsonObject> Rows() =>
        Questions.Select(question =>
        {
            var row = new JsonObject
            {
                ["question_id"] = question.Id,
                ["question"] = question.Question,
                ["answer"] = question.Gold,
            };
            for (int method = 0; method < Methods.Length; method++)
            {
                row[$"correct: {Methods[method]}"] = question.Right[method];
                row[$"completion: {Methods[method]}"] = question.Completions[method];
            }

            return row;
        });

    /// <summary>
    /// In Markdown: how many questions only one method gets right; then a question that most get right, and one that the first method
    /// misses and most others get right.
    /// </summary>
    public IEnumerable<string> Lines()
    {
        var table = new MarkdownTable("method", "right", "the only one right", "the only one wrong");
        for (int method = 0; method < Methods.Length; method++)
        {
            table.Add(
                Methods[method],
                Text(Questions.Count(question => question.Right[method])),
                Text(Questions.Count(question => question.Right[method] && question.Right.Count(right => right) == 1)),
                Text(Questions.Count(question => !question.Right[method] && question.Right.Count(right => !right) == 1))
            );
        }

        var shared = Questions.MaxBy(question => question.Right.Count(right => right));
        var missed = Questions.Where(question => !question.Right[0]).MaxBy(question => question.Right.Count(right => right));
        IEnumerable<string> lines = [.. table.Lines(), ""];
        if (shared is not null)
        {
            lines = [.. lines, .. Lines("A question that most of them answer", shared)];
        }

        return missed is not null && missed.Right.Contains(true)
            ? [.. lines, .. Lines($"A question that {Methods[0]} misses", missed)]
            : lines;
    }

    private IEnumerable<string> Lines(string title, AnsweredQuestion question)
    {
        yield return $"**{title}** ({question.Id}; answer {question.Gold}):";
        yield return "";
        yield return $"> {question.Question.ReplaceLineEndings("\n> ")}";
        for (int method = 0; method < Methods.Length; method++)
        {
            string fence = Fence(question.Completions[method]);
            yield return "";
            yield return $"{Methods[method]}: {(question.Right[method] ? "right" : "wrong")}";
            yield return "";
            yield return $"{fence}text";
            yield return question.Completions[method].ReplaceLineEndings("\n");
            yield return fence;
        }

        yield return "";
    }

    /// <summary>A fence that no line of the text ends.</summary>
    private static string Fence(string text)
    {
        var fence = new StringBuilder("```");
        while (text.Contains(fence.ToString(), StringComparison.Ordinal))
        {
            fence.Append('`');
        }

        return fence.ToString();
    }

    private static DataRow[] Rows(SweepCell cell)
    {
        string path = Path.Combine(cell.Directory, CellRunner.EvaluationOf(cell.Tests.First(test => test.Name == Test), "parquet"));
        return
        [
            .. ParquetRows.ReadAsync(path, path, Columns, CancellationToken.None).ToBlockingEnumerable().Where(row => row.Values[4] == "0"),
        ];
    }

    private static bool IsTrue(string? value) => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);

    private static string Text(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}

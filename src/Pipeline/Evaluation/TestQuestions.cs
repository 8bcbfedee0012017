using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cppo.Pipeline.Data;
using Cppo.Stages;

namespace Cppo.Pipeline.Evaluation;

/// <summary>The labels of all questions in one column, in the order of the questions; "-" where a row has none.</summary>
internal sealed record LabelColumn(string Name, string[] Labels);

/// <summary>All questions of a test file, with the labels by which the result is broken down.</summary>
internal sealed record TestQuestions(Question[] Questions, LabelColumn[] Labels)
{
    /// <summary>
    /// Reads the questions of a plan. Where a benchmark's rows have no ids, they are <c>NAME:row</c>, whatever the file is called.
    /// </summary>
    /// <exception cref="DataException">The file is missing or faulty, or lacks a column.</exception>
    public static async Task<TestQuestions> ReadAsync(EvaluationPlan plan, CancellationToken cancel)
    {
        var dataset = plan.Config.Data.Test;
        if (dataset.Path.Length == 0)
        {
            throw new DataException("data.test.path is empty; name the test questions there, e.g. --set data.test.path=test.jsonl.");
        }

        var questions = await QuestionReader.ReadAsync(dataset, cancel);
        var labels = await LabelsAsync(plan, questions.Length, cancel);
        return new(
            plan.Benchmark is null || dataset.IdColumn.Length > 0
                ? questions
                : [.. questions.Select((question, place) => Named(question, plan.Name, place))],
            labels
        );
    }

    /// <summary>Sixteen hexadecimal digits that differ where question or gold answer differ.</summary>
    public static string Digest(Question question) =>
        Convert.ToHexStringLower(
            SHA256
                .HashData(Encoding.UTF8.GetBytes($"{ChatTurns.WholeText(question.Earlier, question.Text)}\0{question.Answer}"))
                .AsSpan(0, 8)
        );

    private static Question Named(Question question, string benchmark, int place) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"{benchmark}:{place + 1}"),
            question.Text,
            question.Answer,
            question.Ordinal,
            question.Earlier
        );

    private static async Task<LabelColumn[]> LabelsAsync(EvaluationPlan plan, int numQuestions, CancellationToken cancel)
    {
        if (plan.LabelColumns.Length == 0)
        {
            return [];
        }

        var dataset = plan.Config.Data.Test;
        var faults = new DataFaults();
        var rows = new List<string?[]>();
        await foreach (var row in RowReader.ReadAsync(dataset.Path, dataset.Format, plan.LabelColumns, faults, cancel))
        {
            if (rows.Count == numQuestions)
            {
                break;
            }

            rows.Add(row.Values);
        }

        faults.ThrowIfAny();
        if (rows.Count != numQuestions)
        {
            throw new DataException(
                $"{dataset.Path} has {numQuestions} questions, but labels in {rows.Count} rows; it changed while it was read."
            );
        }

        return [.. plan.LabelColumns.Select((name, column) => new LabelColumn(name, [.. rows.Select(row => Label(row[column]))]))];
    }

    private static string Label(string? text) => string.IsNullOrWhiteSpace(text) ? "-" : text.Trim();
}

using System.Text.Json.Nodes;
using Cppo.Pipeline.Data;

namespace Cppo.Pipeline.Evaluation;

/// <summary>Every completion of an evaluation as a row, so that each judgement can be read.</summary>
internal static class EvaluatedRows
{
    /// <summary>A row for each completion, in the order of questions and samples; columns of labels begin with <c>label_</c>.</summary>
    public static IEnumerable<JsonObject> Of(EvaluationReport report)
    {
        for (int i = 0; i < report.Result.Questions.Length; i++)
        {
            for (int sample = 0; sample < report.Result.Questions[i].Samples.Length; sample++)
            {
                yield return Row(report, i, sample);
            }
        }
    }

    private static JsonObject Row(EvaluationReport report, int place, int index)
    {
        var (question, sample) = (report.Result.Questions[place].Question, report.Result.Questions[place].Samples[index]);
        var judgement = sample.Judged.Judgement;
        var row = new JsonObject
        {
            ["evaluation"] = report.Plan.Name,
            ["model"] = report.Model,
            ["question_id"] = question.Id,
            ["question"] = question.Text,
            ["answer"] = question.Answer,
            ["completion_index"] = index,
            ["completion"] = sample.Text,
            ["num_tokens"] = sample.Judged.NumTokens,
            ["finish_reason"] = sample.Judged.IsTruncated ? "length" : "stop",
            ["strict_correct"] = judgement.IsStrictlyCorrect,
            ["lenient_correct"] = judgement.IsLenientlyCorrect,
            ["undecided"] = judgement.IsUndecided,
            ["format_kept"] = judgement.KeepsFormat,
            ["strict_answer"] = judgement.StrictAnswer,
            ["lenient_answer"] = judgement.LenientAnswer,
            ["reason"] = judgement.Reason,
        };
        if (ChatTurns.ToJson(question.Earlier) is { } earlier)
        {
            row["earlier_turns"] = earlier;
        }

        foreach (var column in report.Questions.Labels)
        {
            row[$"label_{column.Name}"] = column.Labels[place];
        }

        return row;
    }
}

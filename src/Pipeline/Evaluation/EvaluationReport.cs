namespace Cppo.Pipeline.Evaluation;

/// <summary>The result of one column's labels: pass@1 of the questions of each.</summary>
internal sealed record LabelBreakdown(string Column, SummaryPart[] Parts);

/// <summary>One evaluation that was made, with all that it rests on.</summary>
/// <param name="Plan">What was evaluated, and how.</param>
/// <param name="Model">The model's directory.</param>
/// <param name="Result">The numbers and every completion.</param>
/// <param name="Questions">The questions with their labels.</param>
internal sealed record EvaluationReport(EvaluationPlan Plan, string Model, EvaluationResult Result, TestQuestions Questions)
{
    /// <summary>Seed of sampling and intervals.</summary>
    public ulong Seed => Plan.Config.Run.Seed;

    /// <summary>Questions that no answer can be right on, since their gold answer cannot be read; they count as wrong.</summary>
    public int NumUnreadableGolds { get; } = Questions.Questions.Count(question => Judge.goldFault(Plan.Rule, question.Answer).IsSome);

    /// <summary>pass@1 by the labels of each column.</summary>
    public IReadOnlyList<LabelBreakdown> Breakdowns { get; } =
    [
        .. Questions.Labels.Select(column => new LabelBreakdown(
            column.Name,
            Summary.parts(Plan.Config.Run.Seed, column.Labels, Result.Judged)
        )),
    ];

    /// <summary>What a comparison needs.</summary>
    public StoredEvaluation ToStored()
    {
        var judged = Result.Judged;
        var (strict, lenient) = (Summary.strictShares(judged), Summary.lenientShares(judged));
        return new StoredEvaluation(
            Plan.Benchmark,
            Plan.Config.Data.Test.Path,
            Model,
            Seed,
            EvaluationSetting.Of(this),
            [
                .. Result.Questions.Select(
                    (question, i) =>
                        new StoredQuestion(question.Question.Id, TestQuestions.Digest(question.Question), strict[i], lenient[i])
                ),
            ]
        );
    }
}

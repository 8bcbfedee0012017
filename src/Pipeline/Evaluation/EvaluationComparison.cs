using Cppo.Pipeline.Data;

namespace Cppo.Pipeline.Evaluation;

/// <summary>Two models on the same questions; differences are the second minus the first.</summary>
/// <param name="Name">The benchmark, or the test file.</param>
/// <param name="First">The first model's directory.</param>
/// <param name="Second">The second model's directory.</param>
/// <param name="Strict">By the strict judgement.</param>
/// <param name="Lenient">By the lenient judgement.</param>
/// <param name="Notes">Settings in which the two evaluations differ, as sentences.</param>
internal sealed record EvaluationComparison(
    string Name,
    string First,
    string Second,
    PairedComparison Strict,
    PairedComparison Lenient,
    string[] Notes
)
{
    /// <summary>Pairs the evaluations of two files: by the benchmark where there are several, else the only two.</summary>
    /// <exception cref="DataException">One has an evaluation that the other lacks, or the questions differ.</exception>
    public static EvaluationComparison[] OfAll(IReadOnlyList<StoredEvaluation> first, IReadOnlyList<StoredEvaluation> second)
    {
        if (first.Count == 1 && second.Count == 1)
        {
            return [Of(first[0], second[0])];
        }

        string[] one = [.. first.Select(evaluation => evaluation.Name)],
            other = [.. second.Select(evaluation => evaluation.Name)];
        if (one.Except(other).Concat(other.Except(one)).FirstOrDefault() is { } alone)
        {
            throw new DataException(
                $"The first has {string.Join(", ", one)}, the second {string.Join(", ", other)}; only one has {alone}, so the two cannot "
                    + "be compared."
            );
        }

        return [.. first.Select(evaluation => Of(evaluation, second.First(candidate => candidate.Name == evaluation.Name)))];
    }

    /// <summary>Compares question by question, matched by id.</summary>
    /// <exception cref="DataException">The questions differ; says where.</exception>
    public static EvaluationComparison Of(StoredEvaluation first, StoredEvaluation second)
    {
        var paired = Pair(first, second);
        return new(
            first.Name,
            first.Model,
            second.Model,
            Paired.compare(
                first.Seed,
                [.. first.Questions.Select(question => question.Strict)],
                [.. paired.Select(question => question.Strict)]
            ),
            Paired.compare(
                first.Seed,
                [.. first.Questions.Select(question => question.Lenient)],
                [.. paired.Select(question => question.Lenient)]
            ),
            [
                .. first
                    .Settings.Zip(second.Settings)
                    .Where(setting => setting.First != setting.Second)
                    .Select(setting => $"{setting.First.Name} differs: {setting.First.Value} and {setting.Second.Value}"),
            ]
        );
    }

    /// <summary>The second's questions in the order of the first's.</summary>
    private static StoredQuestion[] Pair(StoredEvaluation first, StoredEvaluation second)
    {
        var byId = second.Questions.ToDictionary(question => question.Id);
        var paired = first.Questions.Select(question => byId.GetValueOrDefault(question.Id)).ToArray();
        int[] at = Enumerable.Range(0, paired.Length).Where(i => paired[i]?.Digest != first.Questions[i].Digest).Take(1).ToArray();
        if (at is [var differing])
        {
            string id = first.Questions[differing].Id;
            throw Differ(
                first,
                second,
                paired[differing] is null
                    ? $"question '{id}' is only in the first, which has {paired.Length} against {byId.Count}"
                    : $"question '{id}' has another text or gold answer in the second"
            );
        }

        if (byId.Count == paired.Length)
        {
            return paired!;
        }

        var known = first.Questions.Select(question => question.Id).ToHashSet();
        throw Differ(
            first,
            second,
            $"question '{second.Questions.First(question => !known.Contains(question.Id)).Id}' is only in the second, which has "
                + $"{byId.Count} against {paired.Length}"
        );
    }

    private static DataException Differ(StoredEvaluation first, StoredEvaluation second, string where) =>
        new(
            $"{first.Name}: {first.Model} and {second.Model} were not evaluated on the same questions: {where}; evaluate both on one file."
        );
}

using System.Globalization;
using Cppo.Stages;

namespace Cppo.Pipeline.Evaluation;

/// <summary>One completion of an evaluation.</summary>
/// <param name="Text">Decoded, without special tokens.</param>
/// <param name="Judged">Its judgement and length.</param>
internal sealed record EvaluatedSample(string Text, JudgedSample Judged);

/// <summary>A question and all its samples.</summary>
internal sealed record EvaluatedQuestion(Question Question, EvaluatedSample[] Samples);

/// <summary>How a policy version answers a test file.</summary>
/// <param name="PolicyVersion">The version that answered.</param>
/// <param name="Summary">The numbers.</param>
/// <param name="Questions">Every question of the file, in its order.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
internal sealed record EvaluationResult(int PolicyVersion, EvaluationSummary Summary, EvaluatedQuestion[] Questions, double Seconds)
{
    /// <summary>Strict pass@1.</summary>
    public Proportion Accuracy => Summary.Strict.PassAtOne;

    /// <summary>Lenient pass@1.</summary>
    public Proportion LenientAccuracy => Summary.Lenient.PassAtOne;

    /// <summary>Completions that keep the format.</summary>
    public Proportion FormatRate => Summary.Format;

    /// <summary>The judged samples, shape [question][sample].</summary>
    public JudgedSample[][] Judged => [.. Questions.Select(question => question.Samples.Select(sample => sample.Judged).ToArray())];

    /// <summary>One line for people.</summary>
    public string Describe() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"accuracy {100 * Accuracy.Value:F1} % (95 %: {100 * Accuracy.Low:F1} to {100 * Accuracy.High:F1}), lenient "
                + $"{100 * LenientAccuracy.Value:F1} %, format {100 * FormatRate.Value:F1} % (95 %: {100 * FormatRate.Low:F1} to "
                + $"{100 * FormatRate.High:F1}), {Accuracy.NumQuestions} questions, {Summary.MeanTokens:F1} tokens each, {Seconds:F1} s"
        );
}

using System.Globalization;

namespace Cppo.Pipeline.Evaluation;

/// <summary>Evaluations and comparisons as lines for people, in percent, without colour.</summary>
internal static class EvaluationTable
{
    private const string Interval = "95 % interval";

    /// <summary>What was evaluated and how, then all numbers, then those by label.</summary>
    public static IEnumerable<string> Lines(EvaluationReport report)
    {
        var summary = report.Result.Summary;
        var table = new TextTable("", "strict", Interval, "lenient", Interval);
        table.Add(["pass@1", .. Cells(summary.Strict.PassAtOne), .. Cells(summary.Lenient.PassAtOne)]);
        foreach (var (strict, lenient) in summary.Strict.PassAtK.Zip(summary.Lenient.PassAtK))
        {
            table.Add([Invariant($"pass@{strict.Item1}"), .. Cells(strict.Item2), .. Cells(lenient.Item2)]);
        }

        if (summary.NumSamples > 1)
        {
            table.Add([Invariant($"maj@{summary.NumSamples}"), .. Cells(summary.Strict.Majority), .. Cells(summary.Lenient.Majority)]);
        }

        table.Add(["format kept", .. Cells(summary.Format)]);
        table.Add(["truncated", .. Cells(summary.Truncated)]);
        table.Add("tokens, mean", Invariant($"{summary.MeanTokens:F1}"));
        table.Add("undecided", Invariant($"{summary.NumUndecided}"));
        if (report.NumUnreadableGolds > 0)
        {
            table.Add("gold unreadable", Invariant($"{report.NumUnreadableGolds}"));
        }

        return [Title(report), .. table.Lines(), .. report.Breakdowns.SelectMany(Lines)];
    }

    /// <summary>Both models' pass@1, their difference, and on how many questions which was better.</summary>
    public static IEnumerable<string> Lines(EvaluationComparison comparison)
    {
        var table = new TextTable("", "first", "second", "difference", Interval, "won", "lost", "tied", "p");
        foreach (var (name, paired) in new[] { ("strict", comparison.Strict), ("lenient", comparison.Lenient) })
        {
            table.Add(
                name,
                Percent(paired.First),
                Percent(paired.Second),
                Signed(paired.Difference),
                $"{Signed(paired.Low)} to {Signed(paired.High)}",
                Invariant($"{paired.NumWon}"),
                Invariant($"{paired.NumLost}"),
                Invariant($"{paired.NumTied}"),
                PValue(paired.PValue)
            );
        }

        return
        [
            $"{comparison.Name}: second {comparison.Second} against first {comparison.First}, {comparison.Strict.NumQuestions} questions",
            .. comparison.Notes.Select(note => $"note: {note}"),
            .. table.Lines(),
        ];
    }

    private static IEnumerable<string> Lines(LabelBreakdown breakdown)
    {
        var table = new TextTable(breakdown.Column, "questions", "strict", Interval, "lenient", Interval);
        foreach (var part in breakdown.Parts)
        {
            table.Add([part.Label, Invariant($"{part.NumQuestions}"), .. Cells(part.Strict), .. Cells(part.Lenient)]);
        }

        return ["", .. table.Lines()];
    }

    private static string Title(EvaluationReport report)
    {
        var (config, summary) = (report.Plan.Config, report.Result.Summary);
        string count =
            config.Data.Test.Limit > 0 ? $"only the first {summary.NumQuestions} questions (--limit)" : $"{summary.NumQuestions} questions";
        string drawn =
            config.Evaluation.Temperature == 0
                ? "greedy"
                : Invariant($"{summary.NumSamples} {(summary.NumSamples == 1 ? "sample" : "samples")} each at temperature ")
                    + Invariant($"{config.Evaluation.Temperature}")
                    + (config.Evaluation.TopP < 1 ? Invariant($", top-p {config.Evaluation.TopP}") : "")
                    + (config.Evaluation.TopK > 0 ? Invariant($", top-k {config.Evaluation.TopK}") : "")
                    + (config.Evaluation.MinP > 0 ? Invariant($", min-p {config.Evaluation.MinP}") : "");
        return Invariant($"{report.Plan.Name}: {report.Model}, {count}, {drawn}, at most {config.Rollout.MaxNewTokens} tokens, template ")
            + Invariant($"{config.Prompt.Template}, judged as {Judge.nameOf(report.Plan.Rule)}, {report.Result.Seconds:F1} s");
    }

    private static string[] Cells(Proportion share) => [Percent(share.Value), Invariant($"{100 * share.Low:F1} to {100 * share.High:F1}")];

    private static string Percent(double share) => Invariant($"{100 * share:F1} %");

    private static string Signed(double share) => (100 * share).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    private static string PValue(double p) => p < 0.0001 ? "< 0.0001" : Invariant($"{p:F4}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

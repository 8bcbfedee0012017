using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Files;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Scoring;

/// <summary>Judges answer-equivalence cases, each with its own match types and strictness, against what their rows expect.</summary>
/// <param name="path">JSON Lines.</param>
/// <param name="goldField">Field with the gold answer.</param>
/// <param name="completionFields">Fields with the completion; the first that a row has counts.</param>
internal sealed class CaseScorer(string path, string goldField, string[] completionFields)
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private sealed record Judged(CaseOutcome? Outcome, string Text);

    public long NumCases { get; private set; }

    public long NumAsExpected { get; private set; }

    /// <summary>Judged equal where different is expected.</summary>
    public long NumFalseEqual { get; private set; }

    /// <summary>Judged different or undecided where equal is expected.</summary>
    public long NumFalseDifferent { get; private set; }

    /// <summary>Lines that are no case.</summary>
    public long NumFaults { get; private set; }

    /// <summary>One line of JSON: the counts.</summary>
    public string Summary =>
        new JsonObject
        {
            ["cases"] = NumCases,
            ["asExpected"] = NumAsExpected,
            ["falseEqual"] = NumFalseEqual,
            ["falseDifferent"] = NumFalseDifferent,
        }.ToJsonString();

    /// <summary>Judges every case. Returns a line for each that is not as expected, in the order of the file.</summary>
    /// <param name="onFault">Takes a sentence about a line that is no case; it is left out.</param>
    /// <param name="stop">Stops the reading.</param>
    /// <exception cref="UsageException">There is no case.</exception>
    public IEnumerable<string> Run(Action<string> onFault, CancellationToken stop)
    {
        foreach (
            var judged in OrderedWork.Map(
                JsonLinesCompletions.Lines(path, stop),
                line => line.Bytes.Length,
                line => Judge(line.Number, line.Bytes)
            )
        )
        {
            if (judged.Outcome is not { } outcome)
            {
                NumFaults++;
                onFault(judged.Text);
                continue;
            }

            NumCases++;
            if (outcome.IsAsExpected)
            {
                NumAsExpected++;
                continue;
            }

            (NumFalseEqual, NumFalseDifferent) = (
                NumFalseEqual + (outcome.IsFalseEqual ? 1 : 0),
                NumFalseDifferent + (outcome.IsFalseDifferent ? 1 : 0)
            );
            yield return judged.Text;
        }

        if (NumCases == 0)
        {
            throw new UsageException(NumFaults == 0 ? $"{path} holds no row." : $"{path} holds no case.");
        }
    }

    private Judged Judge(long number, byte[] bytes)
    {
        string place = $"{path}:{number}";
        string line;
        try
        {
            line = Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return new(null, $"{place}: is not UTF-8");
        }

        try
        {
            StrictJson.Parse(bytes).Dispose();
        }
        catch (DuplicateKeyException twice)
        {
            return new(null, $"{place}: states the field \"{Excerpt.OfName(twice.Key)}\" twice");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // What else is wrong is said below.
        }

        var parsed = AnswerCaseModule.parse(goldField, completionFields, line);
        if (parsed.IsError)
        {
            return new(null, $"{place}: {parsed.ErrorValue}");
        }

        var answerCase = parsed.ResultValue;
        var (outcome, verdict) = AnswerCaseModule.judge(answerCase);
        return new(
            outcome,
            outcome.IsAsExpected
                ? ""
                : $"{place} {answerCase.Id}: expected {(answerCase.Expected ? "equal" : "different")}, judged "
                    + $"{MathAccuracy.reasonOf(verdict)}"
        );
    }
}

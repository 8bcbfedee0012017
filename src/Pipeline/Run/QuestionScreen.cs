using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Files;
using Cppo.Pipeline.Data;
using Cppo.Stages;

namespace Cppo.Pipeline.Run;

/// <summary>A question whose gold answer one of the configured accuracy rewards cannot read.</summary>
internal sealed record UnreadableQuestion(Question Question, GoldCheck.GoldFault Fault);

/// <summary>
/// Tells the questions that can be rewarded from those that cannot. The same questions give the same result, in the same order.
/// </summary>
/// <param name="Readable">Those that training asks.</param>
/// <param name="Unreadable">Those that it leaves out, and whose answers count as wrong in an evaluation.</param>
internal sealed record QuestionScreen(IReadOnlyList<Question> Readable, IReadOnlyList<UnreadableQuestion> Unreadable)
{
    /// <summary>Name of the file in the run directory that lists the training questions left out.</summary>
    public const string FileName = "dropped.jsonl";

    private const int Shown = 3;
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A screen that lets everything through.</summary>
    public static QuestionScreen Empty { get; } = new([], []);

    /// <summary>How many are left out, by a reason that is the same for all golds of a reward.</summary>
    public IReadOnlyDictionary<string, int> CountsByReason { get; } = Unreadable.CountBy(question => question.Fault.Kind).ToDictionary();

    /// <summary>Screens questions by the accuracy rewards that are configured; without any, all are readable.</summary>
    public static QuestionScreen Of(IReadOnlyList<Question> questions, RewardSettings rewards)
    {
        var readable = new List<Question>(questions.Count);
        var unreadable = new List<UnreadableQuestion>();
        foreach (var question in questions)
        {
            if (GoldCheck.faults(rewards, question.Answer) is [var fault, ..])
            {
                unreadable.Add(new(question, fault));
            }
            else
            {
                readable.Add(question);
            }
        }

        return new(readable, unreadable);
    }

    /// <summary>Refuses a dataset without any question that can be rewarded.</summary>
    /// <exception cref="DataException">There is none.</exception>
    public void RequireReadable(string path)
    {
        if (Readable.Count == 0)
        {
            throw new DataException(
                $"No question of {path} has a gold answer that the configured rewards can read: {Examples}. Correct "
                    + "data.train.answerColumn or the file; lint-data lists all of them."
            );
        }
    }

    /// <summary>A sentence about the training questions left out; null where there are none.</summary>
    public string? DescribeDropped() =>
        Unreadable.Count == 0
            ? null
            : $"dropped {Unreadable.Count} of {Readable.Count + Unreadable.Count} training questions, whose gold answers could never be "
                + $"rewarded: {Examples}";

    /// <summary>A sentence about the test questions that nobody can answer; null where there are none.</summary>
    public string? DescribeWrong() =>
        Unreadable.Count == 0
            ? null
            : $"{Unreadable.Count} of {Readable.Count + Unreadable.Count} test questions have a gold answer that cannot be read; they "
                + $"count as wrong: {Examples}";

    /// <summary>Writes the questions left out, a line each with id, answer, reward and reason; nothing where there are none.</summary>
    public void WriteTo(string directory)
    {
        if (Unreadable.Count == 0)
        {
            return;
        }

        AtomicFile.WriteText(
            Path.Combine(directory, FileName),
            string.Concat(
                Unreadable.Select(dropped =>
                    new JsonObject
                    {
                        ["question_id"] = dropped.Question.Id,
                        ["answer"] = dropped.Question.Answer,
                        ["reward"] = dropped.Fault.Reward,
                        ["reason"] = dropped.Fault.Reason,
                    }.ToJsonString(OneLine) + "\n"
                )
            )
        );
    }

    private string Examples =>
        string.Join(
            "; ",
            Unreadable.Take(Shown).Select(question => $"{question.Question.Id} ({question.Fault.Reward}: {question.Fault.Reason})")
        ) + (Unreadable.Count > Shown ? $"; and {Unreadable.Count - Shown} more" : "");
}

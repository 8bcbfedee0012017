using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Replay;

/// <summary>Where two runs differ, and in what. What a kind of difference has none of is null.</summary>
/// <param name="Kind">One of <see cref="DifferenceKinds"/>.</param>
/// <param name="Step">The update, from 0.</param>
/// <param name="Column">The column of the completions, or the key of <c>metrics.jsonl</c>.</param>
/// <param name="A">The first run's value, in the words of the file; null where it has none.</param>
/// <param name="B">The second run's.</param>
internal sealed record RunDifference(string Kind, int Step, string Column, string? A, string? B)
{
    /// <summary>Place among the rows of the step, from 0.</summary>
    public long? Row { get; init; }

    public string? QuestionId { get; init; }

    /// <summary>Place in the group, from 0.</summary>
    public int? Completion { get; init; }

    /// <summary>Place in the completion, from 0.</summary>
    public int? Token { get; init; }

    /// <summary>Where it is, e.g. <c>step 3, question "q-7", completion 2, token 14</c>.</summary>
    public string Place
    {
        get
        {
            string question = QuestionId is null ? "" : $", question {ValueExcerpt.Quoted(QuestionId)}";
            string completion = Completion is null ? "" : $", completion {Completion}";
            return $"step {Step}{question}{completion}{(Token is null ? "" : $", token {Token}")}";
        }
    }

    public JsonObject ToJson() =>
        new()
        {
            ["kind"] = Kind,
            ["step"] = Step,
            ["question_id"] = QuestionId,
            ["completion_index"] = Completion,
            ["token"] = Token,
            ["column"] = Column,
            ["a"] = A,
            ["b"] = B,
        };
}

/// <summary>
/// The kinds of differences, each caused by those before it: what is asked, by which version, what is sampled, what it earns, what becomes
/// of it, and what the update makes of it.
/// </summary>
internal static class DifferenceKinds
{
    public const string Question = "question";
    public const string PolicyVersion = "policy version";
    public const string Sampling = "sampling";
    public const string GenerationLogprob = "generation logprob";
    public const string Text = "text of the completion";
    public const string Reward = "reward";
    public const string Advantage = "advantage";
    public const string Fate = "fate";
    public const string Placement = "micro-batch";
    public const string LearningRate = "learning rate";
    public const string Loss = "loss";
    public const string GradientNorm = "gradient norm";
    public const string Guard = "spike guard";
    public const string Weights = "weights";
    public const string Metrics = "metrics";

    /// <summary>In the order of causes.</summary>
    public static IReadOnlyList<string> InOrder { get; } =
    [
        Question,
        PolicyVersion,
        Sampling,
        GenerationLogprob,
        Text,
        Reward,
        Advantage,
        Fate,
        Placement,
        LearningRate,
        Loss,
        GradientNorm,
        Guard,
        Weights,
        Metrics,
    ];
}

using Cppo.Pipeline.Sinks;

namespace Cppo.Pipeline.Browse;

/// <summary>A completion as the page shows it; docs/parquet.md describes each value.</summary>
internal sealed record BrowsedCompletion
{
    private static readonly string[] Accuracies = ["accuracy", "math_accuracy"];

    public required int Index { get; init; }
    public required string Text { get; init; }

    /// <summary>Shape [T].</summary>
    public required int[] TokenIds { get; init; }

    /// <summary>Shape [T].</summary>
    public required float[] Logprobs { get; init; }

    public required string FinishReason { get; init; }

    /// <summary>Before weighting, by the names that columns have.</summary>
    public required IReadOnlyList<(string Name, double Value)> Rewards { get; init; }

    public required double Reward { get; init; }

    /// <summary>Null where the file has no such column.</summary>
    public required bool? Correct { get; init; }

    public required string RewardReason { get; init; }
    public required string ExtractedAnswer { get; init; }
    public required double Advantage { get; init; }

    /// <summary>One of <see cref="GroupFates"/>.</summary>
    public required string Fate { get; init; }

    public required string Device { get; init; }
    public required int? MicroBatch { get; init; }

    /// <summary>The kind of the paper's table 3 in the words of metrics; null where it is not known whether the answer is right.</summary>
    public string? Kind()
    {
        bool? isRight = Correct ?? (Rewards.Any(IsAccuracy) ? Rewards.Any(part => IsAccuracy(part) && part.Value > 0) : null);
        return isRight is { } right ? GroupKinds.NameOf(CompletionKinds.kindOf(Format.valueOf(Text) == 1.0, right)) : null;
    }

    private static bool IsAccuracy((string Name, double Value) part) => Accuracies.Contains(part.Name);
}

/// <summary>A question and its completions in an update.</summary>
internal sealed record BrowsedGroup
{
    public required int Step { get; init; }

    /// <summary>Place in the update's file, from 0.</summary>
    public required int Place { get; init; }

    public required int PolicyVersion { get; init; }
    public required string QuestionId { get; init; }
    public required string Question { get; init; }
    public required string Answer { get; init; }
    public required string Prompt { get; init; }
    public required DateTimeOffset? GeneratedAt { get; init; }
    public required double Mean { get; init; }
    public required double Std { get; init; }
    public required IReadOnlyList<BrowsedCompletion> Completions { get; init; }

    /// <summary>Names the group within its run.</summary>
    public string Id => IdOf(Step, Place);

    /// <summary>A group's name: step and place.</summary>
    public static string IdOf(int step, int place) => FormattableString.Invariant($"{step}.{place}");
}

/// <summary>What becomes of completions, in the words of the column <c>drop_reason</c>.</summary>
internal static class GroupFates
{
    /// <summary>The places in this list stand for the fates in the index.</summary>
    public static readonly string[] All =
    [
        "kept",
        "pruned",
        DropReasonNames.ZeroAdvantage,
        DropReasonNames.NoRoom,
        DropReasonNames.TooLong,
    ];

    public static string Of(bool kept, string? dropReason) => kept ? All[0] : dropReason ?? All[1];
}

/// <summary>The kinds of the paper's table 3 in the words of metrics.</summary>
internal static class GroupKinds
{
    /// <summary>In the order of table 3; the places in this list stand for the kinds in the index.</summary>
    public static readonly string[] All = ["format_and_answer", "neither", "format_only", "answer_only"];

    public static string NameOf(CompletionKind kind) => All[Array.IndexOf(CompletionKinds.all, kind)];
}

using System.Text.Json;

namespace Cppo.Pipeline.Browse;

/// <summary>A group in a list.</summary>
internal sealed record GroupSummary
{
    /// <summary>UTF-16 units of the question that a list shows.</summary>
    public const int QuestionLength = 200;

    public required int Step { get; init; }
    public required int Place { get; init; }
    public required string QuestionId { get; init; }

    /// <summary>Its beginning.</summary>
    public required string Question { get; init; }

    public required bool IsCut { get; init; }
    public required int Completions { get; init; }

    /// <summary>Completions that meet the filters.</summary>
    public required int Matching { get; init; }

    /// <summary>Different texts.</summary>
    public required int Distinct { get; init; }

    /// <summary>Completions by fate, in the order of <see cref="GroupFates"/>.</summary>
    public required IReadOnlyList<int> Fates { get; init; }

    /// <summary>Completions by kind, in the order of <see cref="GroupKinds"/>.</summary>
    public required IReadOnlyList<int> Kinds { get; init; }

    public required double RewardMean { get; init; }

    /// <summary>With n - 1; 0 of a single one.</summary>
    public required double RewardStd { get; init; }

    public required double RewardMin { get; init; }
    public required double RewardMax { get; init; }
    public required double TokensMean { get; init; }
    public required int TokensMax { get; init; }

    /// <summary>The largest |advantage|.</summary>
    public required double AdvantageMax { get; init; }

    /// <summary>Of a group that is there as a whole.</summary>
    public static GroupSummary Of(BrowsedGroup group)
    {
        var completions = group.Completions;
        double mean = completions.Average(each => each.Reward);
        double squares = completions.Sum(each => (each.Reward - mean) * (each.Reward - mean));
        string?[] kinds = [.. completions.Select(each => each.Kind())];
        return new GroupSummary
        {
            Step = group.Step,
            Place = group.Place,
            QuestionId = group.QuestionId,
            Question = Beginning(group.Question),
            IsCut = group.Question.Length > QuestionLength,
            Completions = completions.Count,
            Matching = completions.Count,
            Distinct = completions.Select(each => each.Text).Distinct(StringComparer.Ordinal).Count(),
            Fates = [.. GroupFates.All.Select(fate => completions.Count(each => each.Fate == fate))],
            Kinds = [.. GroupKinds.All.Select(kind => kinds.Count(each => each == kind))],
            RewardMean = mean,
            RewardStd = completions.Count > 1 ? Math.Sqrt(squares / (completions.Count - 1)) : 0,
            RewardMin = completions.Min(each => each.Reward),
            RewardMax = completions.Max(each => each.Reward),
            TokensMean = completions.Average(each => (double)each.TokenIds.Length),
            TokensMax = completions.Max(each => each.TokenIds.Length),
            AdvantageMax = completions.Max(each => Math.Abs(each.Advantage)),
        };
    }

    /// <summary>The entry in a list.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="run">The run, where the list is of several.</param>
    public void Write(Utf8JsonWriter json, string? run = null)
    {
        json.WriteStartObject();
        if (run is not null)
        {
            json.WriteString("run", run);
        }

        json.WriteString("id", BrowsedGroup.IdOf(Step, Place));
        json.WriteNumber("step", Step);
        json.WriteNumber("update", Step + 1);
        json.WriteString("questionId", QuestionId);
        json.WriteString("question", Question);
        json.WriteBoolean("questionCut", IsCut);
        json.WriteNumber("completions", Completions);
        json.WriteNumber("matching", Matching);
        json.WriteNumber("distinct", Distinct);
        json.WriteNumber("kept", Fates[0]);
        Counts("fates", GroupFates.All, Fates);
        Counts("kinds", GroupKinds.All, Kinds);
        json.Number("rewardMean", RewardMean);
        json.Number("rewardStd", RewardStd);
        json.Number("rewardMin", RewardMin);
        json.Number("rewardMax", RewardMax);
        json.Number("tokensMean", TokensMean);
        json.WriteNumber("tokensMax", TokensMax);
        json.Number("advantageMax", AdvantageMax);
        json.WriteEndObject();

        void Counts(string name, string[] names, IReadOnlyList<int> counts)
        {
            json.WriteStartObject(name);
            for (int i = 0; i < names.Length; i++)
            {
                json.WriteNumber(names[i], counts[i]);
            }

            json.WriteEndObject();
        }
    }

    /// <summary>No character is cut in two.</summary>
    private static string Beginning(string question) =>
        question.Length <= QuestionLength ? question
        : char.IsHighSurrogate(question[QuestionLength - 1]) ? question[..(QuestionLength - 1)]
        : question[..QuestionLength];
}

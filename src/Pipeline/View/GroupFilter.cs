using Cppo.Pipeline.Browse;

namespace Cppo.Pipeline.View;

/// <summary>Which groups are asked for, and in which order.</summary>
internal sealed record GroupFilter
{
    private const int AllBits = int.MaxValue;

    /// <summary>Of completions: bits by place in <see cref="GroupFates.All"/> and <see cref="GroupKinds.All"/>.</summary>
    public required int Fates { get; init; }

    public required int Kinds { get; init; }
    public required double RewardMin { get; init; }
    public required double RewardMax { get; init; }
    public required int TokensMin { get; init; }
    public required int TokensMax { get; init; }

    /// <summary>Whether any of the above is asked for.</summary>
    public required bool IsOfCompletions { get; init; }

    /// <summary>The question's id; empty: any.</summary>
    public required string Question { get; init; }

    public required int StepMin { get; init; }
    public required int StepMax { get; init; }

    /// <summary>Occurs in question, answer or a completion; null: nothing need.</summary>
    public required string? Text { get; init; }

    /// <summary>A key of <see cref="GroupSql.Sorts"/>.</summary>
    public required string Sort { get; init; }

    public required bool IsDescending { get; init; }
    public required int Limit { get; init; }
    public required GroupCursor? Cursor { get; init; }

    /// <summary>Takes the parameters of a request.</summary>
    /// <exception cref="RequestFault">One is wrong.</exception>
    public static GroupFilter Of(RequestQuery query)
    {
        var (fates, kinds) = (query.Bits("fate", GroupFates.All), query.Bits("kind", GroupKinds.All));
        var (rewardMin, rewardMax) = (query.Number("rewardMin"), query.Number("rewardMax"));
        var (tokensMin, tokensMax) = (query.Whole("tokensMin", 0, int.MaxValue), query.Whole("tokensMax", 0, int.MaxValue));
        string stated = query.Text("sort") ?? "step";
        bool isDescending = stated.StartsWith('-');
        string sort = isDescending ? stated[1..] : stated;
        var filter = new GroupFilter
        {
            Fates = fates ?? AllBits,
            Kinds = kinds ?? AllBits,
            RewardMin = rewardMin ?? double.NegativeInfinity,
            RewardMax = rewardMax ?? double.PositiveInfinity,
            TokensMin = tokensMin ?? 0,
            TokensMax = tokensMax ?? int.MaxValue,
            IsOfCompletions =
                fates is not null
                || kinds is not null
                || rewardMin is not null
                || rewardMax is not null
                || tokensMin is not null
                || tokensMax is not null,
            Question = query.Text("question") ?? "",
            StepMin = query.Whole("stepMin", 0, int.MaxValue) ?? 0,
            StepMax = query.Whole("stepMax", 0, int.MaxValue) ?? int.MaxValue,
            Text = query.Text("text") is { Length: > 0 } text ? text : null,
            Sort = GroupSql.Sorts.ContainsKey(sort)
                ? sort
                : throw new RequestFault(400, $"sort must be one of {string.Join(", ", GroupSql.Sorts.Keys)}, or that after a minus."),
            IsDescending = isDescending,
            Limit = query.Whole("limit", 1, 200) ?? 50,
            Cursor = query.Text("cursor") is { } cursor ? GroupCursor.Parse(cursor) : null,
        };
        query.End();
        return filter;
    }

    /// <summary>The parameters that both statements about groups have.</summary>
    public (string Name, object? Value)[] Parameters(int run)
    {
        (string, object?)[] always = [("run", run), ("stepMin", StepMin), ("stepMax", StepMax), ("question", Question)];
        return IsOfCompletions
            ?
            [
                .. always,
                ("fates", Fates),
                ("kinds", Kinds),
                ("rewardMin", RewardMin),
                ("rewardMax", RewardMax),
                ("tokensMin", TokensMin),
                ("tokensMax", TokensMax),
            ]
            : always;
    }
}

/// <summary>Where a list goes on.</summary>
/// <param name="Value">What the last group was sorted by.</param>
/// <param name="Step">Its step.</param>
/// <param name="Place">Its place.</param>
/// <param name="Searched">Groups that were searched for a text so far.</param>
/// <param name="Found">Those that have it.</param>
internal sealed record GroupCursor(double Value, int Step, int Place, int Searched, int Found)
{
    private const int Parts = 5;

    /// <summary>As the page gives it back.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{BitConverter.DoubleToInt64Bits(Value):x}.{Step:x}.{Place:x}.{Searched:x}.{Found:x}");

    /// <summary>Takes one that came back.</summary>
    /// <exception cref="RequestFault">It is none.</exception>
    public static GroupCursor Parse(string text)
    {
        string[] parts = text.Split('.');
        try
        {
            return parts.Length == Parts
                ? new GroupCursor(
                    BitConverter.Int64BitsToDouble(Convert.ToInt64(parts[0], 16)),
                    Convert.ToInt32(parts[1], 16),
                    Convert.ToInt32(parts[2], 16),
                    Convert.ToInt32(parts[3], 16),
                    Convert.ToInt32(parts[4], 16)
                )
                : throw new FormatException();
        }
        catch (Exception fault) when (fault is FormatException or OverflowException or ArgumentException)
        {
            throw new RequestFault(400, "cursor is none that this server gave.");
        }
    }
}

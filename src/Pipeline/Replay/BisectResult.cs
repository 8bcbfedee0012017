using System.Globalization;
using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Replay;

/// <summary>What <c>bisect</c> found in two runs.</summary>
/// <param name="A">The first run's directory.</param>
/// <param name="B">The second run's.</param>
/// <param name="Configuration">The keys that differ and determine numbers, each as "key (was X, is Y)"; places of files left out.</param>
internal sealed record BisectResult(string A, string B, IReadOnlyList<string> Configuration)
{
    public int UpdatesOfA { get; init; }

    public int UpdatesOfB { get; init; }

    /// <summary>Updates that were compared, the first that differs among them.</summary>
    public int Updates { get; init; }

    /// <summary>Pairs of completions that were compared.</summary>
    public long Rows { get; init; }

    /// <summary>Updates of which one of the runs has no file of completions, so that their lines alone were compared.</summary>
    public int StepsWithoutRows { get; init; }

    /// <summary>Of the last update that was compared; null where it is not recorded.</summary>
    public string? WeightsHash { get; init; }

    /// <summary>The first difference; null where the updates are equal.</summary>
    public RunDifference? First { get; init; }

    /// <summary>The first difference of each kind in the rows of its step, and how many rows differ in it.</summary>
    public IReadOnlyList<(RunDifference First, int Rows)> OfRows { get; init; } = [];

    /// <summary>The differences in the step's lines.</summary>
    public IReadOnlyList<RunDifference> OfLine { get; init; } = [];

    public bool IsEqual => First is null && Configuration.Count == 0;

    /// <summary>One paragraph.</summary>
    public string Describe() => string.Join(" ", Sentences());

    /// <summary>The same as an object of JSON.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["a"] = A,
            ["b"] = B,
            ["equal"] = IsEqual,
            ["updates_a"] = UpdatesOfA,
            ["updates_b"] = UpdatesOfB,
            ["updates_compared"] = Updates,
            ["completions_compared"] = Rows,
            ["updates_without_completions"] = StepsWithoutRows,
            ["configuration"] = new JsonArray([.. Configuration.Select(key => JsonValue.Create(key))]),
            ["first"] = First?.ToJson(),
            ["rows"] = new JsonArray([
                .. OfRows.Select(kind =>
                {
                    var json = kind.First.ToJson();
                    json["rows"] = kind.Rows;
                    return json;
                }),
            ]),
            ["metrics"] = new JsonArray([.. OfLine.Select(difference => difference.ToJson())]),
        };

    private IEnumerable<string> Sentences()
    {
        if (First is { } first)
        {
            var (valueOfA, valueOfB) = ValueExcerpt.Of(first.A, first.B);
            string before = first.Token > 0 ? "; the tokens before it are the same, and their probabilities" : "";
            yield return $"{A} and {B} differ first at {first.Place}, in the {first.Kind}: {first.Column} is {valueOfA} in {A} and "
                + $"{valueOfB} in {B}{before}.";
            if (first.Step > 0)
            {
                yield return "All updates before it are equal.";
            }

            if (OfRows.Count == 0)
            {
                yield return StepsWithoutRows == 0
                    ? "Its completions are the same, with their rewards, advantages and fates."
                    : "Its completions, or those of a step before, are not in both runs, so that only the lines were compared.";
            }

            if (Further(first) is { Length: > 0 } further)
            {
                yield return $"At this step also differ: {further}.";
            }
        }
        else
        {
            string hash = WeightsHash is null ? "" : $", which end with the weights {WeightsHash}";
            yield return $"{A} and {B} are equal in {Count(Updates, "update")} with {Count(Rows, "completion")}{hash}.";
            if (StepsWithoutRows > 0)
            {
                yield return $"Of {Count(StepsWithoutRows, "update")} the completions are not in both runs, so that the lines alone were "
                    + "compared.";
            }
        }

        if (Configuration.Count > 0)
        {
            yield return $"Their configurations differ in {string.Join(", ", Configuration)}.";
        }

        if (UpdatesOfA != UpdatesOfB)
        {
            yield return $"{A} has {Count(UpdatesOfA, "update")} and {B} {UpdatesOfB}; those that both have were compared.";
        }
    }

    /// <summary>Kinds of the rows with their numbers, then keys of the lines with both values.</summary>
    private string Further(RunDifference first) =>
        string.Join(
            ", ",
            OfRows
                .Where(kind => kind.First != first || kind.Rows > 1)
                .Select(kind => $"{kind.First.Kind} of {Count(kind.Rows, "completion")}")
                .Concat(
                    OfLine
                        .Where(difference => difference != first && difference.Kind != DifferenceKinds.Metrics)
                        .Select(difference => $"{difference.Column} ({difference.A}, {difference.B})")
                )
        );

    private static string Count(long number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Cppo.Peers;

/// <summary>What the contestants of one size measured: medians of the rounds, and ratios to the first of them.</summary>
internal sealed class RaceTable(RaceSettings settings, ModelSize size, IReadOnlyList<Contestant> contestants)
{
    private readonly Dictionary<string, List<TurnResult>> results = contestants.ToDictionary(one => one.Name, _ => new List<TurnResult>());

    public void Add(Contestant contestant, TurnResult result) => results[contestant.Name].Add(result);

    /// <summary>A table for each number of rows.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (int rows in settings.Rows)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"""

                {size.Title}: {rows} completions of one prompt, {settings.Prompt} + {settings.Completion} tokens
                {settings.Threads} threads, medians of {settings.Rounds} rounds
                {"", -26}{"tokens/s", 10}{"ratio", 8}{"without prompt", 16}{"ratio", 8}{"peak MiB", 10}{"logprobs apart", 16}

                """
            );
            foreach (var one in contestants)
            {
                text.Append(one.Absent is { } why && results[one.Name].Count == 0 ? $"{one.Name, -26}left out: {why}" : Line(one, rows))
                    .Append('\n');
            }
        }

        return text.ToString();
    }

    public JsonObject ToJson() =>
        new()
        {
            ["size"] = size.Name,
            ["threads"] = settings.Threads,
            ["prompt"] = settings.Prompt,
            ["completion"] = settings.Completion,
            ["rounds"] = settings.Rounds,
            ["contestants"] = new JsonArray([
                .. contestants.Select(one => new JsonObject
                {
                    ["name"] = one.Name,
                    ["engine"] = results[one.Name].FirstOrDefault()?.Engine,
                    ["left_out"] = one.Absent,
                    ["peak_bytes"] = Peak(one),
                    ["logprobs_largest_difference"] = one.Difference?.Largest,
                    ["logprobs_mean_difference"] = one.Difference?.Mean,
                    ["rows"] = new JsonArray([
                        .. settings.Rows.Select(rows => new JsonObject
                        {
                            ["rows"] = rows,
                            ["tokens_per_second"] = Rate(one, rows),
                            ["tokens_per_second_without_prompt"] = RateWithoutPrompt(one, rows),
                            ["seconds"] = new JsonArray([.. Of(one, rows).Select(turn => JsonValue.Create(turn.Seconds))]),
                        }),
                    ]),
                }),
            ]),
        };

    private string Line(Contestant one, int rows)
    {
        double? rate = Rate(one, rows),
            bare = RateWithoutPrompt(one, rows);
        var first = contestants[0];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{one.Name, -26}{rate, 10:0.0}{rate / Rate(first, rows), 8:0.00}{bare, 16:0.0}{bare / RateWithoutPrompt(first, rows), 8:0.00}"
                + $"{Peak(one) / 1048576.0, 10:0}{one.Difference?.Largest, 16:0.0e+0}"
        );
    }

    /// <summary>Completion tokens a second, the prompt's time included.</summary>
    private double? Rate(Contestant one, int rows) => Median(Of(one, rows).Select(turn => rows * settings.Completion / turn.Seconds));

    /// <summary>The tokens after the first one of each completion, and their time.</summary>
    private double? RateWithoutPrompt(Contestant one, int rows) =>
        Median(
            Of(one, rows)
                .Where(turn => turn.PromptSeconds is not null)
                .Select(turn => rows * (settings.Completion - 1) / (turn.Seconds - turn.PromptSeconds!.Value))
        );

    private long? Peak(Contestant one) => results[one.Name] is { Count: > 0 } turns ? turns.Max(turn => turn.PeakBytes) : null;

    private IEnumerable<Measurement> Of(Contestant one, int rows) =>
        results[one.Name].Select(turn => turn.Measurements.Single(measurement => measurement.Rows == rows));

    private static double? Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length == 0 ? null
            : sorted.Length % 2 == 1 ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

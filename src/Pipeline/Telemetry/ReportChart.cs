using System.Text.Json.Nodes;
using Cppo.Pipeline.Charts;

namespace Cppo.Pipeline.Telemetry;

/// <summary>A line chart over the updates, as an element of the report.</summary>
internal static class ReportChart
{
    /// <summary>One line for each key; values that are missing or null leave a gap. Empty where no line has any value.</summary>
    public static string Draw(string title, IReadOnlyList<string> keys, IReadOnlyList<StepLine> updates)
    {
        var chart = new XyChart
        {
            Title = title,
            Width = 400,
            Height = 240,
            IsWholeX = true,
            XLabel = "update",
            Series =
            [
                .. keys.Select(key => new XySeries(
                    key,
                    [.. updates.Select(update => new ChartPoint(update.Step + 1, TryValue(update.Values, key)))]
                )),
            ],
        };
        return chart.HasPoints ? $"<figure>{chart.ToElement()}</figure>" : "";
    }

    /// <summary>A number of a line; null where it is missing or not a number.</summary>
    public static double? TryValue(JsonObject line, string key) =>
        line[key] is JsonValue value && value.TryGetValue(out double number) && double.IsFinite(number) ? number : null;
}

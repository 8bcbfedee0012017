using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Telemetry;

/// <summary>A line chart over the updates as inline SVG.</summary>
internal static class ReportChart
{
    private const double Width = 360;
    private const double Height = 150;
    private const double Left = 62;
    private const double Bottom = 18;
    private const double Top = 8;

    /// <summary>One line for each key; values that are missing or null leave a gap. Empty where no line has any value.</summary>
    public static string Draw(string title, IReadOnlyList<string> keys, IReadOnlyList<StepLine> updates)
    {
        double?[][] values = keys.Select(key => updates.Select(update => TryValue(update.Values, key)).ToArray()).ToArray();
        double[] known = values.SelectMany(line => line).OfType<double>().ToArray();
        if (known.Length == 0)
        {
            return "";
        }

        var (low, high) = (known.Min(), known.Max());
        if (high - low < 1e-12)
        {
            (low, high) = low == 0 ? (-1, 1) : (low - (Math.Abs(low) / 2), high + (Math.Abs(high) / 2));
        }

        var (firstStep, lastStep) = (updates[0].Step, Math.Max(updates[0].Step + 1, updates[^1].Step));

        var svg = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{RunReport.Escape(title)}{Legend(keys)}</figcaption>")
            .Append(CultureInfo.InvariantCulture, $"<svg viewBox='0 0 {Width} {Height}' role=img aria-label='{RunReport.Escape(title)}'>");
        foreach (double part in new[] { 0.0, 0.5, 1.0 })
        {
            double value = low + (part * (high - low));
            double y = Y(value, low, high);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=grid x1='{Left}' x2='{Width}' y1='{y:0.0}' y2='{y:0.0}'/>")
                .Append(
                    CultureInfo.InvariantCulture,
                    $"<text x='{Left - 4}' y='{y + 3:0.0}' text-anchor=end>{RunReport.Number(value)}</text>"
                );
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x='{Left}' y='{Height - 4}'>{firstStep + 1}</text>")
            .Append(CultureInfo.InvariantCulture, $"<text x='{Width}' y='{Height - 4}' text-anchor=end>{updates[^1].Step + 1}</text>");
        for (int line = 0; line < values.Length; line++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class='line{line}' d='{Path(values[line])}'/>");
        }

        return svg.Append("</svg></figure>").ToString();

        string Path(double?[] line)
        {
            var path = new StringBuilder();
            bool isDrawing = false;
            for (int index = 0; index < line.Length; index++)
            {
                if (line[index] is { } value)
                {
                    double x = Left + ((Width - Left - 2) * (updates[index].Step - firstStep) / (lastStep - firstStep));
                    path.Append(CultureInfo.InvariantCulture, $"{(isDrawing ? 'L' : 'M')}{x:0.0} {Y(value, low, high):0.0}");
                }

                isDrawing = line[index] is not null;
            }

            return path.ToString();
        }
    }

    /// <summary>A number of a line; null where it is missing or not a number.</summary>
    public static double? TryValue(JsonObject line, string key) =>
        line[key] is JsonValue value && value.TryGetValue(out double number) && double.IsFinite(number) ? number : null;

    private static double Y(double value, double low, double high) =>
        Height - Bottom - ((Height - Bottom - Top) * (value - low) / (high - low));

    private static string Legend(IReadOnlyList<string> keys) =>
        keys.Count == 1 ? "" : string.Concat(keys.Select((key, line) => $" <span class=key{line}>{RunReport.Escape(key)}</span>"));
}

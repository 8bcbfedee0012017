using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Charts;

namespace Cppo.Pipeline.Telemetry;

/// <summary>
/// Who worked and who waited, as inline SVG: a row for each stage, time from left to right, a block where the stage worked and the bare row
/// where it waited, a line at the end of each update.
/// </summary>
internal static class ReportTimeline
{
    private const int UpdatesOfAPicture = 6;
    private const double Width = 1100;
    private const double Left = 70;
    private const double RowHeight = 16;
    private const double Gap = 4;
    private const double Bottom = 16;

    /// <summary>
    /// Pictures of some updates in a row: of the first, of those in the middle and of the last, or one where there are few. Empty where no
    /// line says when its stages worked.
    /// </summary>
    public static string Draw(IReadOnlyList<StepLine> updates)
    {
        StepLine[] timed = [.. updates.Where(update => update.Values["busy_spans"] is JsonObject && Seconds(update) > 0)];
        int most = 3 * UpdatesOfAPicture;
        StepLine[][] pictures =
            timed.Length == 0 ? []
            : timed.Length <= most ? [.. timed.Chunk(UpdatesOfAPicture)]
            :
            [
                timed[..UpdatesOfAPicture],
                timed[((timed.Length - UpdatesOfAPicture) / 2)..][..UpdatesOfAPicture],
                timed[^UpdatesOfAPicture..],
            ];
        return string.Concat(pictures.Select(Picture));
    }

    private static string Picture(StepLine[] updates)
    {
        string[] stages = [.. updates.SelectMany(update => Spans(update).Select(stage => stage.Key)).Distinct()];
        double seconds = updates.Sum(Seconds);
        double height = (stages.Length * (RowHeight + Gap)) + Bottom;
        double overlap = updates.Sum(update => ReportChart.TryValue(update.Values, "overlap_seconds") ?? 0);
        string title = string.Create(
            CultureInfo.InvariantCulture,
            $"Updates {updates[0].Step + 1} to {updates[^1].Step + 1}: {RunReport.Number(seconds)} s, in {RunReport.Number(overlap)} s "
        );
        title += string.Create(
            CultureInfo.InvariantCulture,
            $"of them ({overlap / seconds * 100:0} %) rollouts and updates worked side by side"
        );
        var svg = new SvgWriter();
        svg.Open("figure");
        svg.Text("figcaption", title);
        svg.Open("svg", ("viewBox", $"0 0 {SvgWriter.Number(Width)} {SvgWriter.Number(height)}"), ("role", "img"), ("aria-label", title));
        for (int row = 0; row < stages.Length; row++)
        {
            double y = row * (RowHeight + Gap);
            svg.Text("text", stages[row], ("x", Left - 6), ("y", y + 12), ("text-anchor", "end"));
            Block(svg, "waited", Left, y, Width - Left);
        }

        double start = 0;
        foreach (var update in updates)
        {
            foreach (var (stage, spans) in Spans(update))
            {
                double y = Array.IndexOf(stages, stage) * (RowHeight + Gap);
                foreach (var (from, to) in spans)
                {
                    Block(svg, stage == "update" ? "worked1" : "worked0", X(start + from), y, X(to) - X(from));
                }
            }

            double end = X(start + Seconds(update));
            string number = (update.Step + 1).ToString(CultureInfo.InvariantCulture);
            svg.Empty("line", ("class", "grid"), ("x1", end), ("x2", end), ("y1", 0), ("y2", height - Bottom));
            svg.Text("text", number, ("x", end - 2), ("y", height - 4), ("text-anchor", "end"));
            start += Seconds(update);
        }

        svg.Close("svg");
        svg.Close("figure");
        return svg.ToString();

        double X(double at) => Left + ((Width - Left) * at / seconds);
    }

    private static void Block(SvgWriter svg, string kind, double x, double y, double width) =>
        svg.Empty("rect", ("class", kind), ("x", x), ("y", y), ("width", width), ("height", RowHeight));

    private static double Seconds(StepLine update) => ReportChart.TryValue(update.Values, "step_seconds") ?? 0;

    /// <summary>When each stage worked, within the update's interval; what is no pair of numbers is left out.</summary>
    private static IEnumerable<KeyValuePair<string, (double From, double To)[]>> Spans(StepLine update)
    {
        double seconds = Seconds(update);
        return ((JsonObject)update.Values["busy_spans"]!).Select(stage =>
            KeyValuePair.Create(
                stage.Key,
                stage.Value is JsonArray spans ? spans.OfType<JsonArray>().Select(Pair).OfType<(double, double)>().ToArray() : []
            )
        );

        (double, double)? Pair(JsonArray span) =>
            span is [JsonValue first, JsonValue second]
            && first.TryGetValue(out double from)
            && second.TryGetValue(out double to)
            && from <= to
                ? (Math.Clamp(from, 0, seconds), Math.Clamp(to, 0, seconds))
                : null;
    }
}

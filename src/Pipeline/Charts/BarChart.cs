namespace Cppo.Pipeline.Charts;

/// <summary>A value with its interval, where it has one; a value that is not finite leaves a gap.</summary>
internal sealed record BarValue(double Value, double? Low = null, double? High = null);

/// <summary>A named series with a value for each category.</summary>
internal sealed record BarSeries(string Name, IReadOnlyList<BarValue> Values);

/// <summary>
/// Values of categories, side by side for each series, with error bars. Bars stand on 0; where that would hide the differences
/// (<see cref="IsFromZero"/>), markers take their place.
/// </summary>
internal sealed record BarChart : Chart
{
    /// <summary>The share of a category's room that stays free.</summary>
    private const double Gap = 0.3;

    public string XLabel { get; init; } = "";

    public string YLabel { get; init; } = "";

    /// <summary>Names below the x axis.</summary>
    public required IReadOnlyList<string> Categories { get; init; }

    public required IReadOnlyList<BarSeries> Series { get; init; }

    public bool IsFromZero { get; init; } = true;

    /// <inheritdoc/>
    public override void DrawInto(SvgWriter svg)
    {
        var values = Series
            .SelectMany(series => series.Values)
            .SelectMany(value => new[] { value.Value, value.Low ?? double.NaN, value.High ?? double.NaN });
        var y = Axis.Of(
            values,
            new AxisOptions
            {
                EndsAtTicks = true,
                HasZero = IsFromZero,
                Ticks = Height < 250 ? 4 : 6,
            }
        );
        double widest = Categories.Select(name => SvgWriter.WidthOf(name, ChartFrame.TickSize)).DefaultIfEmpty(0).Max();

        // Long names are turned by 35 degrees, and cut to what then has room.
        bool isTurned = widest > (Width - 80) / Math.Max(1, Categories.Count);
        const double MostWidth = 110;
        var frame = new ChartFrame(
            this,
            new(Title, XLabel, YLabel, [.. Series.Select(series => series.Name)]),
            y,
            isTurned ? 16 + (Math.Min(widest, MostWidth) * 0.58) : 20
        );
        frame.Draw(
            svg,
            (series, left, middle) =>
            {
                if (IsFromZero)
                {
                    Bar(svg, left + 6, middle - 6, 14, 12);
                }
                else
                {
                    SeriesStyle.Marker(svg, series, left + 13, middle);
                }
            }
        );
        double room = (frame.Right - frame.Left) / Math.Max(1, Categories.Count);
        for (int category = 0; category < Categories.Count; category++)
        {
            double middle = frame.Left + (room * (category + 0.5));
            if (isTurned)
            {
                svg.Text(
                    "text",
                    SvgWriter.Fit(Categories[category], ChartFrame.TickSize, MostWidth),
                    ("transform", $"translate({SvgWriter.Number(middle + 4)} {SvgWriter.Number(frame.Bottom + 14)}) rotate(-35)"),
                    ("text-anchor", "end"),
                    ("font-size", ChartFrame.TickSize),
                    ("fill", "#333333")
                );
            }
            else
            {
                ChartFrame.Text(svg, Categories[category], middle, frame.Bottom + 16, "middle");
            }
        }

        for (int series = 0; series < Series.Count; series++)
        {
            SeriesStyle.Open(svg, series);
            DrawSeries(svg, series, frame, room);
            svg.Close("g");
        }
    }

    private void DrawSeries(SvgWriter svg, int series, ChartFrame frame, double room)
    {
        double width = room * (1 - Gap) / Series.Count;
        for (int category = 0; category < Math.Min(Categories.Count, Series[series].Values.Count); category++)
        {
            var value = Series[series].Values[category];
            if (!double.IsFinite(value.Value))
            {
                continue;
            }

            double left = frame.Left + (room * (category + (Gap / 2))) + (width * series);
            double middle = left + (width / 2);
            var (zero, top) = (frame.Y(0), frame.Y(value.Value));
            if (IsFromZero)
            {
                Bar(svg, left + 1, Math.Min(zero, top), width - 2, Math.Abs(zero - top));
            }

            if (value is { Low: { } low, High: { } high } && double.IsFinite(low) && double.IsFinite(high))
            {
                SeriesStyle.ErrorBar(svg, middle, frame.Y(low), frame.Y(high), IsFromZero ? "#111111" : "currentColor");
            }

            if (!IsFromZero)
            {
                SeriesStyle.Marker(svg, series, middle, top);
            }
        }
    }

    private static void Bar(SvgWriter svg, double x, double y, double width, double height) =>
        svg.Empty(
            "rect",
            ("class", "bar"),
            ("x", x),
            ("y", y),
            ("width", Math.Max(0.5, width)),
            ("height", height),
            ("fill", "currentColor"),
            ("fill-opacity", 0.75),
            ("stroke", "currentColor")
        );
}

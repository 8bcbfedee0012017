using System.Text;

namespace Cppo.Pipeline.Charts;

/// <summary>How a series of points is drawn.</summary>
internal enum SeriesKind
{
    /// <summary>Joined by a line, with a band from low to high.</summary>
    Line,

    /// <summary>Each for itself, with an error bar from low to high.</summary>
    Points,
}

/// <summary>A point; a y that is missing or not finite leaves a gap.</summary>
internal sealed record ChartPoint(double X, double? Y, double? Low = null, double? High = null)
{
    /// <summary>Whether there is anything to draw.</summary>
    public bool IsKnown => double.IsFinite(X) && Y is { } y && double.IsFinite(y);

    /// <summary>Whether it has an interval.</summary>
    public bool HasInterval => IsKnown && Low is { } low && High is { } high && double.IsFinite(low) && double.IsFinite(high);
}

/// <summary>A named series of points; those of a line have ascending x.</summary>
internal sealed record XySeries(string Name, IReadOnlyList<ChartPoint> Points, SeriesKind Kind = SeriesKind.Line);

/// <summary>Lines and points over two axes of numbers.</summary>
internal sealed record XyChart : Chart
{
    /// <summary>Points of a line up to which each gets its marker.</summary>
    private const int MostMarkers = 25;

    public string XLabel { get; init; } = "";

    public string YLabel { get; init; } = "";

    public required IReadOnlyList<XySeries> Series { get; init; }

    /// <summary>The x axis counts, as updates do.</summary>
    public bool IsWholeX { get; init; }

    /// <summary>0 is on the x axis.</summary>
    public bool HasZeroX { get; init; }

    /// <summary>0 is on the y axis.</summary>
    public bool HasZeroY { get; init; }

    /// <summary>Whether there is any point.</summary>
    public bool HasPoints => Series.Any(series => series.Points.Any(point => point.IsKnown));

    /// <inheritdoc/>
    public override void DrawInto(SvgWriter svg)
    {
        var known = Series.SelectMany(series => series.Points).Where(point => point.IsKnown).ToArray();
        var heights = known.SelectMany(point =>
            point.HasInterval ? new[] { point.Y!.Value, point.Low!.Value, point.High!.Value } : [point.Y!.Value]
        );
        var y = Axis.Of(
            heights,
            new AxisOptions
            {
                EndsAtTicks = true,
                HasZero = HasZeroY,
                Ticks = Height < 250 ? 4 : 6,
            }
        );
        var x = Axis.Of(
            known.Select(point => point.X),
            new AxisOptions
            {
                IsWhole = IsWholeX,
                HasZero = HasZeroX,
                Ticks = Width < 450 ? 5 : 8,
            }
        );
        var frame = new ChartFrame(this, new(Title, Label(x), YLabel, [.. Series.Select(series => series.Name)]), y, xTickHeight: 18);
        frame.Draw(svg, (series, left, middle) => DrawSample(svg, series, left, middle));
        foreach (var tick in x.Ticks)
        {
            double place = frame.X(x.PlaceOf(tick.Value));
            string path = $"M{SvgWriter.Number(place)} {SvgWriter.Number(frame.Bottom)}v4";
            svg.Empty("path", ("class", "axis"), ("d", path), ("stroke", "#333333"), ("stroke-width", 1.0));

            // The last label may be wider than the margin.
            double most = Width - (SvgWriter.WidthOf(tick.Label, ChartFrame.TickSize) / 2) - 2;
            ChartFrame.Text(svg, tick.Label, Math.Min(place, most), frame.Bottom + 16, "middle");
        }

        if (known.Length == 0)
        {
            ChartFrame.Text(svg, "no values", frame.X(0.5), (frame.Top + frame.Bottom) / 2, "middle");
        }

        for (int series = 0; series < Series.Count; series++)
        {
            var (kind, places) = (Series[series].Kind, Series[series].Points.Select(point => Place(point, frame, x)).ToArray());
            SeriesStyle.Open(svg, series);
            if (kind == SeriesKind.Line)
            {
                DrawLine(svg, series, places);
            }
            else
            {
                DrawPoints(svg, series, places);
            }

            svg.Close("g");
        }
    }

    /// <summary>A point on the paper; null where there is none, without ends where it has no interval.</summary>
    private sealed record Placed(double X, double Y, (double Low, double High)? Interval);

    private static Placed? Place(ChartPoint point, ChartFrame frame, Axis x) =>
        point.IsKnown
            ? new(
                frame.X(x.PlaceOf(point.X)),
                frame.Y(point.Y!.Value),
                point.HasInterval ? (frame.Y(point.Low!.Value), frame.Y(point.High!.Value)) : null
            )
            : null;

    private string Label(Axis x) => x.Factor.Length == 0 ? XLabel : $"{XLabel} ({x.Factor})".TrimStart();

    private void DrawSample(SvgWriter svg, int series, double left, double middle)
    {
        if (Series[series].Kind == SeriesKind.Line)
        {
            SeriesStyle.Line(svg, series, $"M{SvgWriter.Number(left)} {SvgWriter.Number(middle)}h26");
        }

        SeriesStyle.Marker(svg, series, left + 13, middle);
    }

    private static void DrawLine(SvgWriter svg, int series, Placed?[] places)
    {
        foreach (var stretch in Stretches(places, place => place?.Interval is not null))
        {
            string band = Path(stretch.Select(place => (place.X, place.Interval!.Value.High)), 'M');
            string back = Path(stretch.Reverse().Select(place => (place.X, place.Interval!.Value.Low)), 'L');
            svg.Empty("path", ("class", "band"), ("d", $"{band}{back}Z"), ("fill", "currentColor"), ("fill-opacity", 0.16));
        }

        var lines = Stretches(places, place => place is not null).ToArray();
        SeriesStyle.Line(svg, series, string.Concat(lines.Select(line => Path(line.Select(place => (place.X, place.Y)), 'M'))));

        // Of long lines some places only, not the same for each series; a place between two gaps shows by its marker alone.
        int every = places.Length <= MostMarkers ? 1 : (places.Length + 11) / 12;
        for (int at = 0; at < places.Length; at++)
        {
            bool isAlone = (at == 0 || places[at - 1] is null) && (at == places.Length - 1 || places[at + 1] is null);
            if (places[at] is { } place && (isAlone || (at + (series * every / 4)) % every == 0))
            {
                SeriesStyle.Marker(svg, series, place.X, place.Y);
            }
        }
    }

    private static void DrawPoints(SvgWriter svg, int series, Placed?[] places)
    {
        foreach (var place in places.OfType<Placed>())
        {
            if (place.Interval is { } interval)
            {
                SeriesStyle.ErrorBar(svg, place.X, interval.Low, interval.High, "currentColor");
            }

            SeriesStyle.Marker(svg, series, place.X, place.Y);
        }
    }

    private static IEnumerable<Placed[]> Stretches(Placed?[] places, Func<Placed?, bool> belongs)
    {
        var stretch = new List<Placed>();
        foreach (var place in places.Append(null))
        {
            if (belongs(place))
            {
                stretch.Add(place!);
            }
            else if (stretch.Count > 0)
            {
                yield return [.. stretch];
                stretch.Clear();
            }
        }
    }

    private static string Path(IEnumerable<(double X, double Y)> points, char first)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in points)
        {
            path.Append(path.Length == 0 ? first : 'L').Append(SvgWriter.Number(x)).Append(' ').Append(SvgWriter.Number(y));
        }

        return path.ToString();
    }
}

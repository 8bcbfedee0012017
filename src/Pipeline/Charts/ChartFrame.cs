namespace Cppo.Pipeline.Charts;

/// <summary>What a chart says in words around its plot.</summary>
/// <param name="Title">Above everything.</param>
/// <param name="XLabel">Below the x axis; may be empty.</param>
/// <param name="YLabel">Along the y axis; may be empty.</param>
/// <param name="Series">Names in the legend, which is left out where there is only one.</param>
internal sealed record ChartWords(string Title, string XLabel, string YLabel, IReadOnlyList<string> Series);

/// <summary>
/// The frame of a chart: title, legend, y axis with its grid, labels, and the rectangle that is left for the plot.
/// </summary>
internal sealed class ChartFrame
{
    public const string Font = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";
    public const double TickSize = 11;

    private const double TitleSize = 14;
    private const double LegendRow = 17;
    private const double Sample = 26;
    private const string TextColor = "#333333";

    private readonly ChartWords words;
    private readonly double width;
    private readonly double height;
    private readonly Axis y;
    private readonly (double X, double Y, string Name)[] legend;

    /// <summary>Lays a frame out.</summary>
    /// <param name="chart">Its size.</param>
    /// <param name="words">Its texts.</param>
    /// <param name="y">The y axis.</param>
    /// <param name="xTickHeight">Room for what stands below the plot's edge.</param>
    public ChartFrame(Chart chart, ChartWords words, Axis y, double xTickHeight)
    {
        (this.words, width, height, this.y) = (words, chart.Width, chart.Height, y);
        double top = words.Title.Length == 0 ? 8 : 26;
        (legend, double legendHeight) = Legend(top);
        Left = 10 + (words.YLabel.Length == 0 ? 0 : 16) + y.Ticks.Max(tick => SvgWriter.WidthOf(tick.Label, TickSize)) + 6;
        Right = width - 16;
        Top = top + legendHeight + (y.Factor.Length == 0 ? 8 : 20);
        Bottom = height - 6 - (words.XLabel.Length == 0 ? 0 : 18) - xTickHeight;
    }

    /// <summary>The plot's edges.</summary>
    public double Left { get; }

    public double Right { get; }

    public double Top { get; }

    public double Bottom { get; }

    /// <summary>The height of a value.</summary>
    public double Y(double value) => Bottom - ((Bottom - Top) * y.PlaceOf(value));

    /// <summary>The place of a share of the plot's width, from the left.</summary>
    public double X(double share) => Left + ((Right - Left) * share);

    /// <summary>Draws all but the x axis' ticks; <paramref name="sample"/> draws what stands for a series in the legend.</summary>
    public void Draw(SvgWriter svg, Action<int, double, double> sample)
    {
        if (words.Title.Length > 0)
        {
            string title = SvgWriter.Fit(words.Title, TitleSize, width - 20);
            Text(svg, title, width / 2, 18, "middle", TitleSize, isBold: true);
        }

        foreach (var tick in y.Ticks)
        {
            svg.Empty("path", ("class", "grid"), ("d", HorizontalLine(Y(tick.Value))), ("stroke", "#d5d9de"), ("stroke-width", 1.0));
            Text(svg, tick.Label, Left - 6, Y(tick.Value) + 4, "end");
        }

        if (y.Factor.Length > 0)
        {
            Text(svg, y.Factor, Left, Top - 8, "start");
        }

        svg.Empty("path", ("class", "axis"), ("d", HorizontalLine(Bottom)), ("stroke", TextColor), ("stroke-width", 1.0));
        Text(svg, SvgWriter.Fit(words.XLabel, TickSize, Right - Left), X(0.5), height - 8, "middle");
        if (words.YLabel.Length > 0)
        {
            svg.Text(
                "text",
                SvgWriter.Fit(words.YLabel, TickSize, Bottom - Top + 20),
                ("transform", $"translate(15 {SvgWriter.Number((Top + Bottom) / 2)}) rotate(-90)"),
                ("text-anchor", "middle"),
                ("font-size", TickSize),
                ("fill", TextColor)
            );
        }

        for (int series = 0; series < legend.Length; series++)
        {
            var (x, line, name) = legend[series];
            SeriesStyle.Open(svg, series);
            sample(series, x, line - 4);
            svg.Close("g");
            Text(svg, name, x + Sample + 6, line, "start");
        }
    }

    /// <summary>A text of the chart; none where it is empty.</summary>
    public static void Text(SvgWriter svg, string text, double x, double y, string anchor, double size = TickSize, bool isBold = false)
    {
        if (text.Length > 0)
        {
            svg.Text(
                "text",
                text,
                ("x", x),
                ("y", y),
                ("text-anchor", anchor),
                ("font-size", size),
                ("font-weight", isBold ? "600" : "400"),
                ("fill", TextColor)
            );
        }
    }

    private string HorizontalLine(double at) => $"M{SvgWriter.Number(Left)} {SvgWriter.Number(at)}H{SvgWriter.Number(Right)}";

    /// <summary>The places of the legend's entries, in rows as wide as the chart, and the height of all.</summary>
    private ((double X, double Y, string Name)[] Entries, double Height) Legend(double top)
    {
        if (words.Series.Count < 2)
        {
            return ([], 0);
        }

        const double Start = 14;
        var entries = new List<(double, double, string)>();
        double x = Start,
            row = top + 11;
        foreach (string full in words.Series)
        {
            string name = SvgWriter.Fit(full, TickSize, width - (2 * Start) - Sample - 6);
            double needs = Sample + 6 + SvgWriter.WidthOf(name, TickSize) + 16;
            if (x > Start && x + needs > width)
            {
                (x, row) = (Start, row + LegendRow);
            }

            entries.Add((x, row, name));
            x += needs;
        }

        return ([.. entries], row - top + 6);
    }
}

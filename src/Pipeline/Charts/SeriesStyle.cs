namespace Cppo.Pipeline.Charts;

/// <summary>
/// How a series looks: colour, dash and marker differ from each other series' at once, so that a chart can be read in grey too. Pages may
/// give the classes <c>series0</c> to <c>series5</c> other colours.
/// </summary>
internal static class SeriesStyle
{
    private const double Radius = 3.2;

    private static readonly (string Color, string Dash)[] Lines =
    [
        ("#0b4f9e", "none"),
        ("#d95f02", "7 3"),
        ("#1b8a5a", "2 2.5"),
        ("#8e2a8a", "9 3 2 3"),
        ("#202020", "4 2"),
        ("#a6761d", "12 4"),
    ];

    /// <summary>Paths around (0, 0): circle, square, triangle, diamond, cross.</summary>
    private static readonly string[] Markers =
    [
        "M-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0Z",
        "M-2.9 -2.9H2.9V2.9H-2.9Z",
        "M0 -3.8L3.5 2.6H-3.5Z",
        "M0 -4.2L4.2 0L0 4.2L-4.2 0Z",
        "M-3 -3L3 3M-3 3L3 -3",
    ];

    /// <summary>Opens the group of a series: all in it has its colour.</summary>
    public static void Open(SvgWriter svg, int series)
    {
        int at = series % Lines.Length;
        svg.Open("g", ("class", $"series{at}"), ("color", Lines[at].Color));
    }

    /// <summary>A line sample.</summary>
    public static void Line(SvgWriter svg, int series, string path) =>
        svg.Empty(
            "path",
            ("class", "line"),
            ("d", path),
            ("fill", "none"),
            ("stroke", "currentColor"),
            ("stroke-width", 1.8),
            ("stroke-linejoin", "round"),
            ("stroke-dasharray", Lines[series % Lines.Length].Dash)
        );

    /// <summary>The marker at a place. The second round of colours has other markers.</summary>
    public static void Marker(SvgWriter svg, int series, double x, double y) =>
        svg.Empty(
            "path",
            ("class", "marker"),
            ("d", Markers[(series + (series / Lines.Length)) % Markers.Length]),
            ("transform", $"translate({SvgWriter.Number(x)} {SvgWriter.Number(y)})"),
            ("fill", "currentColor"),
            ("stroke", "currentColor"),
            ("stroke-width", 1.2)
        );

    /// <summary>The line from a low to a high value with a stop at each end.</summary>
    public static void ErrorBar(SvgWriter svg, double x, double low, double high, string color)
    {
        string path = string.Join(
            ' ',
            $"M{SvgWriter.Number(x)} {SvgWriter.Number(low)}V{SvgWriter.Number(high)}",
            $"M{SvgWriter.Number(x - Radius)} {SvgWriter.Number(low)}h{SvgWriter.Number(2 * Radius)}",
            $"M{SvgWriter.Number(x - Radius)} {SvgWriter.Number(high)}h{SvgWriter.Number(2 * Radius)}"
        );
        svg.Empty("path", ("class", "error"), ("d", path), ("fill", "none"), ("stroke", color), ("stroke-width", 1.2));
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cppo.Pipeline.Charts;

namespace Cppo.Pipeline.Tests.Charts;

public sealed partial class ChartTests
{
    private const string Hostile = "</svg><script>alert('1')</script>&amp; \"{{groups}}\" \u0001 \uD800";

    private static XyChart Lines(params XySeries[] series) =>
        new()
        {
            Title = "Reward",
            XLabel = "update",
            YLabel = "mean",
            Series = series,
        };

    private static XElement[] Of(XDocument svg, string name, string? className = null) =>
        [
            .. svg.Descendants()
                .Where(element =>
                    element.Name.LocalName == name && (className is null || (string?)element.Attribute("class") == className)
                ),
        ];

    private static double[] Numbers(XElement element, string attribute) =>
        [
            .. Number()
                .Matches((string)element.Attribute(attribute)!)
                .Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture)),
        ];

    [Fact]
    public void Points_lie_where_the_axes_say()
    {
        var chart = Lines(new XySeries("a", [new(0, 0), new(5, 0.5), new(10, 1)]), new XySeries("b", [new(0, 1), new(10, 1)]));
        var svg = XDocument.Parse(chart.ToDocument());
        Assert.Equal("0 0 640 380", (string?)svg.Root!.Attribute("viewBox"));
        Assert.Equal("Reward", Assert.Single(Of(svg, "title")).Value);

        // Two samples in the legend, then a line of each series.
        double[][] lines = [.. Of(svg, "path", "line").Skip(2).Select(line => Numbers(line, "d"))];
        Assert.Equal(2, lines.Length);
        (double left, double bottom, double right, double top) = (lines[0][0], lines[0][1], lines[0][4], lines[0][5]);
        Assert.Equal(((left + right) / 2, (bottom + top) / 2), (lines[0][2], lines[0][3]));
        Assert.Equal([left, top, right, top], lines[1]);

        // The lowest and the highest tick of y stand at the same heights, and the outer ticks of x below the outer points.
        double[] grid = [.. Of(svg, "path", "grid").Select(line => Numbers(line, "d")[1])];
        Assert.Equal((bottom, top), (grid.Max(), grid.Min()));
        var ticks = Of(svg, "text").ToDictionary(text => text.Value, text => (double?)text.Attribute("x"));
        Assert.Equal((left, right), (ticks["0"], ticks["10"]));
        Assert.All(["0.0", "0.2", "1.0", "a", "b", "update", "mean"], text => Assert.Contains(text, ticks.Keys));
    }

    [Fact]
    public void A_gap_breaks_line_and_band_and_a_lonely_point_keeps_its_marker()
    {
        ChartPoint[] points =
        [
            new(0, 1, 0.5, 1.5),
            new(1, 2, 1.5, 2.5),
            new(2, double.NaN),
            new(3, 2, 1, 3),
            new(4, null),
            .. Enumerable.Range(5, 60).Select(x => new ChartPoint(x, 1)),
        ];
        var svg = XDocument.Parse(Lines(new XySeries("a", points)).ToDocument());
        string line = (string)Assert.Single(Of(svg, "path", "line")).Attribute("d")!;
        Assert.Equal(3, line.Split('M').Length - 1);
        Assert.Equal(2, Of(svg, "path", "band").Length);
        string lonely = line.Split('M')[2].Trim();
        string[] markers = [.. Of(svg, "path", "marker").Select(marker => (string)marker.Attribute("transform")!)];
        Assert.Contains($"translate({lonely})", markers);
        Assert.InRange(markers.Length, 8, 20);
    }

    [Fact]
    public void Series_differ_by_colour_dash_and_marker_at_once()
    {
        var svg = XDocument.Parse(Lines([.. "abcdef".Select(name => new XySeries($"{name}", [new(0, 1), new(1, 2)]))]).ToDocument());
        var looks = Of(svg, "g")
            .Where(group => Of(new XDocument(group), "path", "line").Length > 0)
            .Select(group =>
                (
                    Color: (string)group.Attribute("color")!,
                    Dash: (string)group.Elements().First(path => (string?)path.Attribute("class") == "line").Attribute("stroke-dasharray")!,
                    Marker: (string)group.Elements().First(path => (string?)path.Attribute("class") == "marker").Attribute("d")!
                )
            )
            .Distinct()
            .ToArray();
        Assert.Equal(6, looks.Length);
        Assert.Equal((6, 6), (looks.DistinctBy(look => look.Color).Count(), looks.DistinctBy(look => look.Dash).Count()));
        Assert.Equal(6, looks.DistinctBy(look => (look.Color, look.Marker)).Count());
        Assert.Equal(5, looks.Take(5).DistinctBy(look => look.Marker).Count());
    }

    [Fact]
    public void Hostile_texts_stay_texts_in_every_place()
    {
        Chart[] charts =
        [
            new XyChart
            {
                Title = Hostile,
                XLabel = Hostile,
                YLabel = Hostile,
                Series = [new XySeries(Hostile, [new(0, 1)]), new XySeries("b", [new(1, 1)], SeriesKind.Points)],
            },
        ];
        foreach (var chart in charts.Append(new ChartSheet(Hostile, charts)))
        {
            var svg = XDocument.Parse(chart.ToDocument());
            Assert.Empty(Of(svg, "script"));
            Assert.DoesNotContain("{{", chart.ToElement(), StringComparison.Ordinal);
            Assert.DoesNotContain("http", chart.ToElement(), StringComparison.Ordinal);
            Assert.Contains("<script>alert('1')", Of(svg, "title")[0].Value, StringComparison.Ordinal);
            Assert.Contains("\uFFFD", Of(svg, "title")[0].Value, StringComparison.Ordinal);
            XDocument.Parse(chart.ToElement());
        }
    }

    [Fact]
    public void Panels_stand_side_by_side()
    {
        var sheet = new ChartSheet("Figure 1", [Lines() with { Width = 300 }, Lines() with { Width = 340, Height = 200 }]);
        var svg = XDocument.Parse(sheet.ToDocument());
        Assert.Equal("0 0 640 410", (string?)svg.Root!.Attribute("viewBox"));
        Assert.Equal(
            ["translate(0 30)", "translate(300 30)"],
            Of(svg, "g", "panel").Select(panel => (string?)panel.Attribute("transform"))
        );
        Assert.Equal(2, Of(svg, "text").Count(text => text.Value == "no values"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Everything_stays_inside_of_the_picture(bool isSmall)
    {
        var names = Enumerable.Range(0, 9).Select(at => $"a series with a rather long name, number {at}");
        var chart = Lines([.. names.Select((name, at) => new XySeries(name, [new(0, at * 1e5), new(3, -at * 3e5, -1e7, 1e7)]))]) with
        {
            Width = isSmall ? 360 : 640,
            Height = 500,
        };
        var svg = XDocument.Parse(chart.ToDocument());
        foreach (double[] line in Of(svg, "path", "line").Skip(9).Select(line => Numbers(line, "d")))
        {
            Assert.All(
                line.Chunk(2),
                point => Assert.True(point[0] > 0 && point[0] < chart.Width && point[1] > 0 && point[1] < chart.Height)
            );
        }

        Assert.All(
            Of(svg, "text").Where(text => text.Attribute("x") is not null),
            text =>
            {
                double width = SvgWriter.WidthOf(text.Value, (double)text.Attribute("font-size")!);
                double shift = (string?)text.Attribute("text-anchor") switch
                {
                    "end" => -width,
                    "middle" => -width / 2,
                    _ => 0,
                };
                Assert.InRange((double)text.Attribute("x")! + shift, 0, chart.Width - width);
                Assert.InRange((double)text.Attribute("y")!, 0, chart.Height);
            }
        );
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Number();
}

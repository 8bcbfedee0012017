using Cppo.Pipeline.Charts;
using Cppo.Pipeline.Sweep.Definition;

namespace Cppo.Pipeline.Sweep.Results;

/// <summary>A figure that was drawn.</summary>
/// <param name="FileName">Ends in <c>.svg</c>.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Svg">The picture.</param>
internal sealed record DrawnFigure(string FileName, string Title, string Svg);

/// <summary>Draws a sweep's figures.</summary>
internal static class SweepFigures
{
    /// <summary>Points of a reward's line: rewards of single updates are noise, so each point is the mean of a stretch.</summary>
    private const int Stretches = 24;

    /// <summary>All figures of the sweep.</summary>
    public static DrawnFigure[] Draw(SweepResults results) =>
        [
            .. results.File.Config.Report.Figures.Select(figure =>
            {
                string name = NameOf(figure);
                string chart = figure.Figure == "reward" ? Reward(results, figure) : Accuracy(results, figure);
                return new DrawnFigure($"{name}.svg", figure.Title.Length > 0 ? figure.Title : name, chart);
            }),
        ];

    /// <summary>A figure's name, which its file has.</summary>
    public static string NameOf(SweepFigure figure) => figure.Name.Length > 0 ? figure.Name : figure.Figure;

    private static string Reward(SweepResults results, SweepFigure figure)
    {
        var lines =
            figure.Lines.Length > 0
                ? figure.Lines
                : [.. results.Methods.Select(method => new FigureLine { Methods = [method.Method.Name] })];
        return new XyChart
        {
            Title = figure.Title,
            XLabel = figure.Over,
            YLabel = "mean reward",
            Series = [.. lines.Select(line => new XySeries(NameOf(line), RewardLine(results, line, figure.Over)))],
        }.ToDocument();
    }

    private static string NameOf(FigureLine line) => line.Name.Length > 0 ? line.Name : string.Join(", ", line.Methods);

    /// <summary>Means over seeds of the rewards in each stretch, with the range of the seeds.</summary>
    private static ChartPoint[] RewardLine(SweepResults results, FigureLine line, string over)
    {
        (double X, double Y)[][] seeds =
        [
            .. line
                .Methods.SelectMany(method => results.Of(method).Cells)
                .Select(cell => cell.Rewards(over))
                .Where(points => points.Length > 0),
        ];
        if (seeds.Length == 0)
        {
            return [];
        }

        double end = seeds.Min(points => points[^1].X);
        var points = new List<ChartPoint>();
        for (int stretch = 0; stretch < Stretches; stretch++)
        {
            var (from, to) = (end * stretch / Stretches, end * (stretch + 1) / Stretches);
            double[][] within =
            [
                .. seeds.Select(seed => seed.Where(point => point.X > from && point.X <= to).Select(point => point.Y).ToArray()),
            ];
            if (within.All(values => values.Length > 0))
            {
                double[] means = [.. within.Select(values => values.Average())];
                points.Add(new ChartPoint((from + to) / 2, means.Average(), means.Min(), means.Max()));
            }
        }

        return [.. points];
    }

    private static string Accuracy(SweepResults results, SweepFigure figure)
    {
        var lines =
            figure.Lines.Length > 0
                ? figure.Lines
                : [new FigureLine { Name = "accuracy", Methods = [.. results.Methods.Select(method => method.Method.Name)] }];
        var accuracy = Column(results, lines, figure, "accuracy");
        if (figure.Beside.Length == 0)
        {
            return accuracy.ToDocument();
        }

        var beside = Column(results, lines, figure, figure.Beside);
        return new ChartSheet(figure.Title, [accuracy with { Title = "" }, beside with { Title = "" }]).ToDocument();
    }

    private static XyChart Column(SweepResults results, FigureLine[] lines, SweepFigure figure, string name)
    {
        string[] tests = SweepDocument.TestsOf(results.File.Config);
        var (x, y) = (MethodColumn.Find(figure.Over, tests), MethodColumn.Find(name, tests));
        return new XyChart
        {
            Title = figure.Title,
            XLabel = x.Header,
            YLabel = y.Header,
            Series =
            [
                .. lines.Select(line => new XySeries(
                    NameOf(line),
                    [
                        .. line
                            .Methods.Select(results.Of)
                            .Select(method => (X: x.Of(results, method), Y: y.Of(results, method)))
                            .Where(point => point.X is not null && point.Y is not null)
                            .Select(point => new ChartPoint(
                                point.X!.Value.Value,
                                point.Y!.Value.Value,
                                Bound(point.Y.Value.Low),
                                Bound(point.Y.Value.High)
                            ))
                            .OrderBy(point => point.X),
                    ]
                )),
            ],
        };
    }

    private static double? Bound(double bound) => double.IsFinite(bound) ? bound : null;
}

namespace Cppo.Pipeline.Charts;

/// <summary>Charts side by side under one title, such as accuracy and time over the same categories.</summary>
internal sealed record ChartSheet : Chart
{
    private readonly IReadOnlyList<Chart> panels;

    /// <summary>As large as its panels and title together.</summary>
    public ChartSheet(string title, IReadOnlyList<Chart> panels)
    {
        (Title, this.panels) = (title, panels);
        Width = panels.Sum(panel => panel.Width);
        Height = TitleHeight + panels.Select(panel => panel.Height).DefaultIfEmpty(0).Max();
    }

    private double TitleHeight => Title.Length == 0 ? 0 : 30;

    /// <inheritdoc/>
    public override void DrawInto(SvgWriter svg)
    {
        ChartFrame.Text(svg, SvgWriter.Fit(Title, 16, Width - 20), Width / 2, 22, "middle", 16, isBold: true);
        double left = 0;
        foreach (var panel in panels)
        {
            svg.Open("g", ("class", "panel"), ("transform", $"translate({SvgWriter.Number(left)} {SvgWriter.Number(TitleHeight)})"));
            panel.DrawInto(svg);
            svg.Close("g");
            left += panel.Width;
        }
    }
}

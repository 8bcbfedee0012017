namespace Cppo.Pipeline.Charts;

/// <summary>A chart of a fixed size that can stand alone, in a page or beside others.</summary>
internal abstract record Chart
{
    /// <summary>What it shows; cut where it is too long.</summary>
    public string Title { get; init; } = "";

    /// <summary>In SVG's units, which scale with the picture.</summary>
    public double Width { get; init; } = 640;

    public double Height { get; init; } = 380;

    /// <summary>A file of SVG: light ground, any size.</summary>
    public string ToDocument() => Write(isInPage: false) + "\n";

    /// <summary>An element for a page of HTML, as wide as the page gives room; its colours are classes, which a page may set.</summary>
    public string ToElement() => Write(isInPage: true);

    /// <summary>Draws with the left upper corner at (0, 0).</summary>
    public abstract void DrawInto(SvgWriter svg);

    private string Write(bool isInPage)
    {
        var svg = new SvgWriter();
        string box = $"0 0 {SvgWriter.Number(Width)} {SvgWriter.Number(Height)}";
        if (isInPage)
        {
            svg.Open("svg", ("viewBox", box), ("role", "img"), ("aria-label", Title), ("font-family", ChartFrame.Font));
        }
        else
        {
            svg.Open(
                "svg",
                ("xmlns", "http://www.w3.org/2000/svg"),
                ("viewBox", box),
                ("width", Width),
                ("height", Height),
                ("role", "img"),
                ("font-family", ChartFrame.Font)
            );
            svg.Text("title", Title);
        }

        svg.Empty("rect", ("class", "ground"), ("width", Width), ("height", Height), ("fill", "#ffffff"));
        DrawInto(svg);
        svg.Close("svg");
        return svg.ToString();
    }
}

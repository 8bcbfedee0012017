using System.Globalization;
using System.Text;

namespace Cppo.Pipeline.Charts;

/// <summary>Elements of SVG as text. Every text that goes in is escaped; numbers have at most two decimals.</summary>
internal sealed class SvgWriter
{
    /// <summary>Mean width of a character over the size of its font, for layout without a font at hand.</summary>
    private const double CharacterWidth = 0.56;

    private readonly StringBuilder text = new();

    /// <summary>What a text will about take, in the units of its size.</summary>
    public static double WidthOf(string text, double size) => text.Length * size * CharacterWidth;

    /// <summary>A text cut, with an ellipsis, to what fits into a width.</summary>
    public static string Fit(string text, double size, double width)
    {
        int fits = Math.Max(1, (int)(width / (size * CharacterWidth)));
        return text.Length <= fits ? text : text[..(fits - 1)] + "…";
    }

    /// <summary>A coordinate.</summary>
    public static string Number(double value) => (value == 0 ? 0 : value).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>
    /// Text as XML and HTML show it. Braces are escaped too, for pages that are templates; what XML has no place for becomes U+FFFD.
    /// </summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            escaped.Append(
                rune.Value switch
                {
                    '&' => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '"' => "&quot;",
                    '\'' => "&#39;",
                    '{' => "&#123;",
                    '}' => "&#125;",
                    < ' ' and not ('\t' or '\n' or '\r') => "\uFFFD",
                    0xFFFE or 0xFFFF => "\uFFFD",
                    _ => rune.ToString(),
                }
            );
        }

        return escaped.ToString();
    }

    /// <summary>Opens an element; values are escaped. Numbers may be given as they are.</summary>
    public void Open(string name, params ReadOnlySpan<(string Name, object Value)> attributes) => Write(name, attributes, ">");

    /// <summary>Ends the element that was opened last.</summary>
    public void Close(string name) => text.Append("</").Append(name).Append('>');

    /// <summary>An element that holds nothing.</summary>
    public void Empty(string name, params ReadOnlySpan<(string Name, object Value)> attributes) => Write(name, attributes, "/>");

    /// <summary>An element that holds text.</summary>
    public void Text(string name, string content, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        Write(name, attributes, ">");
        text.Append(Escape(content));
        Close(name);
    }

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    private void Write(string name, ReadOnlySpan<(string Name, object Value)> attributes, string end)
    {
        text.Append('<').Append(name);
        foreach (var (key, value) in attributes)
        {
            string written = value switch
            {
                double number => Number(number),
                int number => number.ToString(CultureInfo.InvariantCulture),
                _ => Escape((string)value),
            };
            text.Append(' ').Append(key).Append("='").Append(written).Append('\'');
        }

        text.Append(end);
    }
}

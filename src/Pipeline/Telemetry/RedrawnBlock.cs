using System.Globalization;
using System.Text;

namespace Cppo.Pipeline.Telemetry;

/// <summary>
/// The block at the bottom of a terminal that is drawn over itself, and the lines above it. Each drawing is one write that leaves
/// nothing of the one before: it goes up over the block, clears from there on, and writes anew. The cursor rests on the line below, so
/// what the terminal echoes there, e.g. ^C, is cleared too.
/// </summary>
internal sealed class RedrawnBlock(TextWriter output)
{
    private const string ClearBelow = "\e[J";
    private int[] drawn = [];

    /// <summary>Draws.</summary>
    /// <param name="above">Lines that scroll away above the block.</param>
    /// <param name="block">The block's lines with their cells; each is narrower than the terminal.</param>
    /// <param name="width">The terminal's columns.</param>
    public void Draw(IReadOnlyList<string> above, IReadOnlyList<(string Text, int Cells)> block, int width)
    {
        var text = new StringBuilder("\r");

        // A terminal that has become narrower has broken the block's lines.
        int up = drawn.Sum(cells => Math.Max(1, (cells + width - 1) / width));
        if (up > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\e[{up}A");
        }

        text.Append(ClearBelow);
        foreach (string line in above)
        {
            text.Append(line).Append(output.NewLine);
        }

        foreach (var (line, _) in block)
        {
            text.Append(line).Append(output.NewLine);
        }

        output.Write(text.ToString());
        output.Flush();
        drawn = [.. block.Select(line => line.Cells)];
    }
}

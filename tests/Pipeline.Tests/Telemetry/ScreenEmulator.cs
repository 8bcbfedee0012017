using System.Globalization;
using System.Text;

namespace Cppo.Pipeline.Tests.Telemetry;

/// <summary>
/// A terminal that interprets what a display writes: text that wraps at the last column and scrolls at the last row, carriage return, line
/// feed, cursor up, clearing, and styles. What it does not know is a fault of the test.
/// </summary>
internal sealed class ScreenEmulator(int width, int height) : TextWriter
{
    private readonly Lock gate = new();
    private readonly List<StringBuilder> rows = [new()];
    private readonly StringBuilder sequence = new();
    private int row;
    private int column;

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>The terminal's columns; a narrower terminal breaks the rows that are longer, as terminals do.</summary>
    public int Width { get; private set; } = width;

    /// <summary>Rows that are on the screen.</summary>
    public int Height => height;

    /// <summary>All rows, those that have scrolled away first, without the empty ones at the end.</summary>
    public string[] Rows
    {
        get
        {
            lock (gate)
            {
                var texts = rows.Select(text => text.ToString().TrimEnd());
                return [.. texts.Reverse().SkipWhile(text => text.Length == 0).Reverse()];
            }
        }
    }

    /// <summary>How many styles were set.</summary>
    public int Styles { get; private set; }

    /// <summary>Text that something else puts where the cursor is, as a terminal echoes ^C.</summary>
    public void Echo(string text) => Write(text);

    public void Narrow(int columns)
    {
        lock (gate)
        {
            for (int at = 0; at < rows.Count; at++)
            {
                if (rows[at].Length > columns)
                {
                    rows.Insert(at + 1, new StringBuilder(rows[at].ToString(columns, rows[at].Length - columns)));
                    rows[at].Length = columns;
                    row += at < row ? 1 : 0;
                }
            }

            Width = columns;
        }
    }

    public override void Write(string? value)
    {
        lock (gate)
        {
            foreach (char c in value ?? "")
            {
                Write(c);
            }
        }
    }

    public override void Write(char value)
    {
        if (sequence.Length > 0)
        {
            Interpret(value);
            return;
        }

        switch (value)
        {
            case '\e':
                sequence.Append(value);
                break;
            case '\r':
                column = 0;
                break;
            case '\n':
                LineFeed();
                column = 0;
                break;
            default:
                Assert.False(char.IsControl(value), $"The control character {(int)value} was written.");
                Put(value);
                break;
        }
    }

    private void Put(char value)
    {
        if (column == Width)
        {
            LineFeed();
            column = 0;
        }

        var text = rows[row];
        text.Append(' ', Math.Max(0, column + 1 - text.Length));
        text[column++] = value;
    }

    private void LineFeed()
    {
        if (++row == rows.Count)
        {
            rows.Add(new());
        }
    }

    private void Interpret(char value)
    {
        sequence.Append(value);
        if (sequence.Length < 3 || !char.IsLetter(value))
        {
            return;
        }

        string parameters = sequence.ToString(2, sequence.Length - 3);
        sequence.Clear();
        switch (value)
        {
            case 'A':
                // Rows that have scrolled away cannot be reached.
                row = Math.Max(Math.Max(0, rows.Count - height), row - int.Parse(parameters, CultureInfo.InvariantCulture));
                break;
            case 'J' when parameters.Length == 0:
                rows[row].Length = Math.Min(rows[row].Length, column);
                rows.RemoveRange(row + 1, rows.Count - row - 1);
                break;
            case 'm':
                Styles++;
                break;
            default:
                Assert.Fail($"The sequence ESC[{parameters}{value} is not known.");
                break;
        }
    }
}

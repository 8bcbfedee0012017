using System.Text;

namespace Cppo.Pipeline.Files;

/// <summary>A stream that a terminal or a log reads: what it could obey is written as <see cref="TerminalText"/> shows it.</summary>
/// <param name="stream">Where the text goes.</param>
internal class TerminalWriter(TextWriter stream) : TextWriter
{
    /// <summary>The stream itself, for what draws on it.</summary>
    public TextWriter Stream => stream;

    /// <inheritdoc/>
    public override Encoding Encoding => stream.Encoding;

    /// <summary>The stream behind a writer, where that is of this kind, else the writer.</summary>
    public static TextWriter Behind(TextWriter writer) => writer is TerminalWriter shown ? shown.Stream : writer;

    /// <inheritdoc/>
    public override void Write(char value)
    {
        if (TerminalText.IsCode(value))
        {
            stream.Write(TerminalText.Escape(value));
        }
        else
        {
            stream.Write(value);
        }
    }

    /// <inheritdoc/>
    public override void Write(string? value) => stream.Write(value is null ? null : TerminalText.Escaped(value));

    /// <inheritdoc/>
    public override void WriteLine() => stream.WriteLine();

    /// <inheritdoc/>
    public override void WriteLine(string? value) => stream.WriteLine(value is null ? null : TerminalText.Escaped(value));

    /// <inheritdoc/>
    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task WriteLineAsync()
    {
        WriteLine();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Flush() => stream.Flush();
}

using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Telemetry;

/// <summary>
/// The error stream, whose lines go through a display while one redraws the same terminal: written beside it, they would be drawn over.
/// </summary>
/// <param name="stream">The stream.</param>
/// <param name="isTerminal">Whether it is shown where the display is; a file gets its lines in any case.</param>
internal sealed class NoticeWriter(TextWriter stream, bool isTerminal) : TerminalWriter(stream)
{
    private volatile Action<string>? display;

    /// <summary>Sends whole lines through the display until the result is disposed.</summary>
    /// <param name="line">Shows a line.</param>
    public IDisposable Through(Action<string> line)
    {
        display = isTerminal ? line : null;
        return new Passage(this);
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value)
    {
        if (display is { } shown)
        {
            shown(value ?? "");
        }
        else
        {
            base.WriteLine(value);
        }
    }

    private sealed class Passage(NoticeWriter writer) : IDisposable
    {
        public void Dispose() => writer.display = null;
    }
}

using System.Text;

namespace Cppo.Pipeline.Distributed;

/// <summary>The error stream, with the rank before each line: several processes write to one terminal.</summary>
/// <param name="stream">Takes whole lines.</param>
/// <param name="rank">The process.</param>
internal sealed class RankNotices(TextWriter stream, int rank) : TextWriter
{
    private readonly StringBuilder begun = new();

    /// <inheritdoc/>
    public override Encoding Encoding => stream.Encoding;

    /// <inheritdoc/>
    public override void Write(char value)
    {
        if (value != '\n')
        {
            begun.Append(value);
            return;
        }

        string line = begun.ToString().TrimEnd('\r');
        begun.Clear();
        WriteLine(line);
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value) => stream.WriteLine($"rank {rank}: {value}");
}

using System.Globalization;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Cli;

/// <summary>
/// How far <c>get</c> is: on a terminal a block that is drawn over itself, elsewhere a line for each file that is whole, and one of all
/// every half minute.
/// </summary>
internal sealed class GetDisplay : IAsyncDisposable
{
    private static readonly TimeSpan BetweenDrawings = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    private readonly FileProgress[] files;
    private readonly TextWriter output;
    private readonly RedrawnBlock block;
    private readonly TimeProvider time;
    private readonly long start;
    private readonly int width;
    private readonly Lock gate = new();
    private readonly List<string> lines = [];
    private readonly HashSet<FileProgress> told = [];
    private readonly CancellationTokenSource ended = new();
    private readonly Task drawing;
    private long writtenAt;

    /// <param name="files">Those of which something is to be fetched.</param>
    /// <param name="output">Where to.</param>
    /// <param name="width">Columns of the terminal; 0 where it is none.</param>
    /// <param name="time">The clock.</param>
    public GetDisplay(IEnumerable<FileProgress> files, TextWriter output, int width, TimeProvider time)
    {
        (this.files, this.output, this.width, this.time) = ([.. files], output, width, time);
        block = new RedrawnBlock(output);
        start = writtenAt = time.GetTimestamp();
        drawing = DrawAsync();
    }

    /// <summary>Shows a line above all else.</summary>
    public void Say(string line)
    {
        lock (gate)
        {
            lines.Add(line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await drawing;
        Draw(isLast: true);
        ended.Dispose();
    }

    private async Task DrawAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            Draw(isLast: false);
            await Task.Delay(BetweenDrawings, time, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Draw(bool isLast)
    {
        string[] above;
        lock (gate)
        {
            above =
            [
                .. lines,
                .. files
                    .Where(file => file.IsDone && told.Add(file))
                    .Select(file => $"  {file.File.Path}, {ByteCount.Text(file.File.Size)}"),
            ];
            lines.Clear();
        }

        if (width > 0)
        {
            string[] shown = isLast ? [] : [Summary(), .. files.Where(file => file.IsRunning).Select(Running)];
            block.Draw([.. above.Select(Cut)], [.. shown.Select(Cut).Select(line => (line, TerminalText.Cells(line)))], width);
            return;
        }

        foreach (string line in above)
        {
            output.WriteLine(line);
        }

        if (!isLast && time.GetElapsedTime(writtenAt) >= BetweenLines)
        {
            writtenAt = time.GetTimestamp();
            output.WriteLine($"  {Summary()}");
        }
    }

    /// <summary>Example: <c>1.2 GB of 3.1 GB (39 %), 24.1 MB a second, 79 s left</c>.</summary>
    private string Summary()
    {
        var (total, there) = (files.Sum(file => file.File.Size), files.Sum(file => file.Bytes));
        double seconds = time.GetElapsedTime(start).TotalSeconds;
        double rate = seconds > 0 ? Math.Max(0, there - files.Sum(file => file.Before)) / seconds : 0;
        string left = rate > 0 ? string.Create(CultureInfo.InvariantCulture, $", {(total - there) / rate:0} s left") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ByteCount.Text(there)} of {ByteCount.Text(total)} ({Share(there, total)} %), {ByteCount.Text((long)rate)} a second{left}"
        );
    }

    private static string Running(FileProgress file) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"  {file.File.Path}  {ByteCount.Text(file.Bytes)} of {ByteCount.Text(file.File.Size)} ({Share(file.Bytes, file.File.Size)} %)"
        );

    private static long Share(long part, long whole) => whole == 0 ? 100 : (long)(100.0 * part / whole);

    private string Cut(string line)
    {
        string shown = TerminalText.Line(line);
        return shown.Length < width ? shown : shown[..Math.Max(0, width - 2)] + "~";
    }
}

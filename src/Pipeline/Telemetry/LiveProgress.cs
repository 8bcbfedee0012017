using Cppo.Pipeline.Files;
using Spectre.Console;

namespace Cppo.Pipeline.Telemetry;

/// <summary>Progress as a block at the bottom of a terminal that is redrawn, as wide as the terminal; NO_COLOR is honoured.</summary>
internal sealed class LiveProgress : IRunProgress
{
    private const string Green = "\e[32m";
    private const string Dim = "\e[2m";
    private const string Plain = "\e[0m";
    private const int MostBarCells = 80;
    private const int LabelCells = 12;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private readonly IAnsiConsole console;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly List<string> lines = [];
    private readonly RedrawnBlock block;
    private readonly CancellationTokenSource ending = new();
    private readonly Task drawing;
    private ProgressState state;

    /// <summary>Begins to draw.</summary>
    public LiveProgress(IAnsiConsole console, ProgressState start, TimeProvider time)
    {
        (this.console, this.time, state) = (console, time, start);
        block = new RedrawnBlock(console.Profile.Out.Writer);

        // A thread of its own: what is said of a signal is shown even where the work has taken all threads of the pool.
        drawing = Task.Factory.StartNew(DrawToTheEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public void Phase(string phase) => Change(state => state.In(phase, time.GetTimestamp()));

    /// <inheritdoc/>
    public void Updated(UpdateMetrics metrics) => Change(state => state.After(metrics, time.GetTimestamp()));

    /// <inheritdoc/>
    public void Answered(int numAnswered, int numQuestions) =>
        Change(state => state.Evaluating(numAnswered, numQuestions, time.GetTimestamp()));

    /// <inheritdoc/>
    public void Line(string text)
    {
        lock (gate)
        {
            lines.Add(text);
        }
    }

    /// <inheritdoc/>
    public void End(string how) => Change(state => state.Ended(how, time.GetTimestamp()));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Change(state => state.EndedAt is null ? state.Ended($"ended while {state.Phase}", time.GetTimestamp()) : state);
        await ending.CancelAsync();
        await drawing;
        ending.Dispose();
    }

    private void Change(Func<ProgressState, ProgressState> change)
    {
        lock (gate)
        {
            state = change(state);
        }
    }

    private void DrawToTheEnd()
    {
        do
        {
            Draw();
        } while (!ending.Token.WaitHandle.WaitOne(Pace));

        Draw();
    }

    private void Draw()
    {
        ProgressState seen;
        string[] above;
        lock (gate)
        {
            (seen, above) = (state, [.. lines]);
            lines.Clear();
        }

        int width = Math.Max(2, console.Profile.Width);
        block.Draw(
            [.. above.SelectMany(line => TerminalText.Wrap(TerminalText.Line(line), width - 1, cutsWords: false))],
            Fitting(Block(seen, width - 1), Math.Max(1, console.Profile.Height - 1)),
            width
        );
    }

    /// <summary>A block that is higher than the terminal could not be drawn over: the lines before the last go.</summary>
    private static List<(string Text, int Cells)> Fitting(List<(string Text, int Cells)> block, int height)
    {
        if (block.Count > height)
        {
            block.RemoveRange(height - 1, block.Count - height);
        }

        return block;
    }

    private List<(string Text, int Cells)> Block(ProgressState seen, int cells)
    {
        var (bar, barCells) = (Bar(seen.Share, Math.Min(cells, MostBarCells)), Math.Min(cells, MostBarCells));
        var block = new List<(string, int)> { (Styled(Green, bar), barCells) };

        // Where a label leaves less than its own width to the value, the value gets lines of its own.
        int indent = cells >= 2 * LabelCells ? LabelCells : 0;
        foreach (var (label, value) in seen.Rows(time, console.Profile.Capabilities.Unicode, cells - indent))
        {
            bool isLabelled = false;
            if (indent == 0 && label.Length > 0)
            {
                block.AddRange(TerminalText.Wrap(label, cells, cutsWords: true).Select(part => (Styled(Dim, part), part.Length)));
                isLabelled = true;
            }

            foreach (string part in TerminalText.Wrap(TerminalText.Line(value), cells - indent, cutsWords: true))
            {
                string shown = (isLabelled ? "" : label).PadRight(indent);
                block.Add((shown.Trim().Length > 0 ? Styled(Dim, shown) + part : shown + part, shown.Length + TerminalText.Cells(part)));
                isLabelled = true;
            }
        }

        return block;
    }

    private string Styled(string style, string text) =>
        console.Profile.Capabilities.ColorSystem == ColorSystem.NoColors ? text : style + text + Plain;

    /// <summary>The share that is done, told apart by shape and not by colour.</summary>
    private string Bar(double share, int cells)
    {
        int done = (int)Math.Round(share * cells);
        var (full, empty) = console.Profile.Capabilities.Unicode ? ('█', '░') : ('#', '-');
        return new string(full, done) + new string(empty, cells - done);
    }
}

using System.Globalization;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Sweep.Cells;

/// <summary>
/// Shows how a sweep is going: a line for each cell that has ended, and on a terminal a status below them that is redrawn. Time left is
/// that of cells like those that ended.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="width">Columns of the terminal; 0 where the output is none.</param>
/// <param name="time">The clock.</param>
internal sealed class SweepProgress(TextWriter output, int width, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<double>> secondsByMethod = [];
    private IReadOnlyList<SweepCell> left = [];
    private int numCells;
    private int numDone;
    private long cellStarted;
    private long drawnAt;
    private string status = "";

    /// <summary>The cells that are to be made, in their order.</summary>
    /// <param name="total">Cells of the sweep.</param>
    /// <param name="cells">Those that are left.</param>
    public void Begin(int total, IReadOnlyList<SweepCell> cells)
    {
        lock (gate)
        {
            (numCells, numDone, left) = (total, total - cells.Count, cells);
            if (numDone > 0)
            {
                Write($"{numDone} of {numCells} cells are there from before");
            }
        }
    }

    /// <summary>A cell begins to train; what it says goes to <paramref name="log"/>, and its updates are shown.</summary>
    public IRunProgress OfCell(SweepCell cell, TextWriter log)
    {
        Draw($"{Name(cell)}: starting");
        return new CellProgress(
            this,
            cell,
            new PlainProgress(log, new ProgressState(cell.Config.Run.Updates, 0, time.GetTimestamp()), time)
        );
    }

    /// <summary>A cell's model is evaluated.</summary>
    public void Evaluating(SweepCell cell, CellTest test) => Draw($"{Name(cell)}: evaluating on {test.Name}");

    /// <summary>A cell's time begins.</summary>
    public void Begun()
    {
        lock (gate)
        {
            cellStarted = time.GetTimestamp();
        }
    }

    /// <summary>A cell has ended, and all of it is there.</summary>
    public void Ended(SweepCell cell, string result)
    {
        lock (gate)
        {
            double seconds = time.GetElapsedTime(cellStarted).TotalSeconds;
            if (!secondsByMethod.TryGetValue(cell.Method, out var all))
            {
                secondsByMethod[cell.Method] = all = [];
            }

            all.Add(seconds);
            numDone++;
            left = [.. left.Where(other => other != cell)];
            Write(Text($"cell {numDone} of {numCells}: {Name(cell)}: {result}{TimeLeft()}"));
        }
    }

    /// <summary>A cell has failed; the others go on.</summary>
    public void Failed(SweepCell cell, string fault)
    {
        lock (gate)
        {
            left = [.. left.Where(other => other != cell)];
            Write($"failed: {Name(cell)}: {fault}");
        }
    }

    /// <summary>A line that stays.</summary>
    public void Line(string text)
    {
        lock (gate)
        {
            Write(text);
        }
    }

    /// <summary>What a cell is called.</summary>
    public static string Name(SweepCell cell) => $"{cell.Method}, seed {cell.Seed}";

    private void Draw(string text, bool isPaced = false)
    {
        lock (gate)
        {
            if (width == 0 || (isPaced && time.GetElapsedTime(drawnAt) < Pace))
            {
                return;
            }

            drawnAt = time.GetTimestamp();
            status = $"[{numDone + 1} of {numCells}] {text}{TimeLeft()}";
            Redraw();
        }
    }

    private void Redraw()
    {
        string shown = TerminalText.Line(status);
        output.Write($"\r\e[2K{(shown.Length < width ? shown : shown[..(width - 1)])}");
        output.Flush();
    }

    private void Write(string line)
    {
        if (status.Length > 0)
        {
            output.Write("\r\e[2K");
            status = "";
        }

        output.WriteLine(TerminalText.Escaped(line));
        output.Flush();
    }

    /// <summary>Known as soon as a cell has ended: a method's own mean, else that of all.</summary>
    private string TimeLeft()
    {
        if (secondsByMethod.Count == 0 || left.Count == 0)
        {
            return "";
        }

        double any = secondsByMethod.Values.SelectMany(seconds => seconds).Average();
        double seconds = left.Sum(cell => secondsByMethod.TryGetValue(cell.Method, out var own) ? own.Average() : any);
        return $"; {ProgressState.Duration(TimeSpan.FromSeconds(seconds))} left";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class CellProgress(SweepProgress sweep, SweepCell cell, PlainProgress log) : IRunProgress
    {
        public void Phase(string phase) => log.Phase(phase);

        public void Updated(UpdateMetrics metrics)
        {
            log.Updated(metrics);
            sweep.Draw(
                Text($"{Name(cell)}: update {metrics.Step + 1} of {cell.Config.Run.Updates}, reward {metrics.RewardMean:0.00}"),
                isPaced: true
            );
        }

        public void Answered(int numAnswered, int numQuestions) => log.Answered(numAnswered, numQuestions);

        public void Line(string text) => log.Line(text);

        public void End(string how) => log.End(how);

        public ValueTask DisposeAsync() => log.DisposeAsync();
    }
}

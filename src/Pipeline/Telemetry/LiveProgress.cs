using Spectre.Console;

namespace Cppo.Pipeline.Telemetry;

/// <summary>Progress as a block at the bottom of a terminal that is redrawn, as wide as the terminal; NO_COLOR is honoured.</summary>
internal sealed class LiveProgress : IRunProgress
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private readonly IAnsiConsole console;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly Queue<string> lines = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Task drawing;
    private ProgressState state;

    /// <summary>Begins to draw.</summary>
    public LiveProgress(IAnsiConsole console, int totalUpdates, TimeProvider time)
    {
        this.console = console;
        this.time = time;
        state = new ProgressState(totalUpdates, time.GetTimestamp());
        drawing = Task.Run(DrawAsync);
    }

    /// <inheritdoc/>
    public void Phase(string phase)
    {
        lock (gate)
        {
            state = state with { Phase = phase };
        }
    }

    /// <inheritdoc/>
    public void Updated(UpdateMetrics metrics)
    {
        lock (gate)
        {
            state = state.After(metrics, time.GetTimestamp());
        }
    }

    /// <inheritdoc/>
    public void Line(string text)
    {
        lock (gate)
        {
            lines.Enqueue(text);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await drawing;
        ending.Dispose();
    }

    private Task DrawAsync() =>
        console
            .Live(View())
            .Overflow(VerticalOverflow.Crop)
            .StartAsync(async context =>
            {
                while (!ending.IsCancellationRequested)
                {
                    Draw(context);
                    await Task.Delay(Pace, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                Draw(context);
            });

    private void Draw(LiveDisplayContext context)
    {
        while (NextLine() is { } line)
        {
            console.WriteLine(line);
        }

        context.UpdateTarget(View());
    }

    private string? NextLine()
    {
        lock (gate)
        {
            return lines.TryDequeue(out string? line) ? line : null;
        }
    }

    private Rows View()
    {
        ProgressState seen;
        lock (gate)
        {
            seen = state;
        }

        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn());
        foreach (var (label, value) in seen.Rows(time, console.Profile.Capabilities.Unicode))
        {
            grid.AddRow(new Text(label, new Style(decoration: Decoration.Dim)), new Text(value));
        }

        return new Rows(new Text(Bar(seen.Share), new Style(Color.Green)), grid);
    }

    /// <summary>The share that is done, told apart by shape and not by colour.</summary>
    private string Bar(double share)
    {
        int width = Math.Clamp(console.Profile.Width - 1, 1, 80);
        int done = (int)Math.Round(share * width);
        var (full, empty) = console.Profile.Capabilities.Unicode ? ('█', '░') : ('#', '-');
        return new string(full, done) + new string(empty, width - done);
    }
}

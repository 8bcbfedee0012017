using Cppo.Pipeline.Files;
using Cppo.Pipeline.Telemetry;
using Spectre.Console;

namespace Cppo.Pipeline.Tests.Telemetry;

/// <summary>What is on the screen at the end and on the way, not what was written to get there.</summary>
public sealed class LiveProgressTests
{
    private static readonly string Path = "model    runs/default/" + new string('m', 30);

    [Theory]
    [InlineData(100)]
    [InlineData(80)]
    [InlineData(40)]
    [InlineData(9)]
    public async Task The_screen_has_every_line_once_and_the_final_state_below(int width)
    {
        var screen = new ScreenEmulator(width, 60);
        await using (var progress = Live(screen, new ProgressState(3, 0, 0)))
        {
            progress.Phase("training");
            for (int step = 0; step < 3; step++)
            {
                progress.Updated(SampleMetrics.Of(step));
                progress.Line($"after {step + 1} updates");
                await DrawnAsync(screen, $"{step + 1}/3");
            }

            progress.Line(Path);
            progress.End("done");
        }

        // A path is longer than the narrow terminals, which break it.
        string text = string.Concat(screen.Rows).Replace(" ", "", StringComparison.Ordinal);
        foreach (string once in new[] { "after1", "after2", "after3", "runs/default", "3/3", "donein" })
        {
            Assert.Single(text.Split(once)[1..]);
        }

        // The bar is full, and nothing of an earlier drawing is left.
        Assert.Single(screen.Rows, row => row == new string('█', Math.Min(80, width - 1)));
        Assert.DoesNotContain('░', text.Split("timeline")[0]);
        Assert.DoesNotContain("training", text, StringComparison.Ordinal);
        Assert.All(screen.Rows.SkipWhile(row => !row.Contains('█')), row => Assert.True(row.Length < width));
    }

    [Fact]
    public async Task What_the_terminal_echoes_and_what_is_noticed_meanwhile_leave_no_remains()
    {
        var screen = new ScreenEmulator(80, 24);
        var errors = new NoticeWriter(screen, isTerminal: true);
        await using (var progress = Live(screen, new ProgressState(3, 0, 0)))
        {
            using (errors.Through(progress.Line))
            {
                progress.Phase("training");
                await DrawnAsync(screen, "training");
                screen.Echo("^C");
                await errors.WriteLineAsync("stopping after the work in progress");
                await DrawnAsync(screen, "stopping");
            }

            progress.End("stopped");
        }

        Assert.Equal("stopping after the work in progress", screen.Rows[0]);
        Assert.Equal(new string('░', 79), screen.Rows[1]);
        Assert.Equal("phase       stopped in 0:00", screen.Rows[2]);
        Assert.Equal(4, screen.Rows.Length);
        Assert.DoesNotContain("^C", string.Concat(screen.Rows), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_that_becomes_narrower_keeps_one_block()
    {
        var screen = new ScreenEmulator(100, 40);
        await using (var progress = Live(screen, new ProgressState(3, 0, 0)))
        {
            progress.Updated(SampleMetrics.Of(0));
            await DrawnAsync(screen, "1/3");
            screen.Narrow(50);
            Assert.True(screen.Rows.Count(row => row.Contains('░')) > 1);
            progress.Line("a line");
            await DrawnAsync(screen, "a line");
        }

        Assert.Equal("a line", screen.Rows[0]);
        Assert.Single(screen.Rows, row => row.Contains('░'));
        Assert.Single(screen.Rows, row => row.StartsWith("phase", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_block_that_is_higher_than_the_terminal_is_cut_and_keeps_its_last_line()
    {
        var screen = new ScreenEmulator(100, 6);
        await using (var progress = Live(screen, new ProgressState(3, 0, 0)))
        {
            progress.Updated(SampleMetrics.Of(0));
            await DrawnAsync(screen, "1/3");
            progress.Updated(SampleMetrics.Of(1));
            await DrawnAsync(screen, "2/3");
            Assert.Equal(5, screen.Rows.Length);
            Assert.StartsWith("time", screen.Rows[^1], StringComparison.Ordinal);
        }

        Assert.Equal(5, screen.Rows.Length);
    }

    [Fact]
    public async Task A_resumed_run_begins_at_its_update()
    {
        var screen = new ScreenEmulator(41, 24);
        await using (var progress = Live(screen, new ProgressState(40, 20, 0)))
        {
            progress.Phase("training");
            await DrawnAsync(screen, "20/40");
        }

        Assert.Equal(new string('█', 20) + new string('░', 20), screen.Rows[0]);
        Assert.Contains("phase       ended while training in 0:00", screen.Rows);
    }

    [Fact]
    public async Task An_evaluation_shows_how_far_it_is_until_it_ends()
    {
        var screen = new ScreenEmulator(80, 24);
        await using (var progress = Live(screen, new ProgressState(40, 0, 0)))
        {
            progress.Answered(0, 600);
            await DrawnAsync(screen, "evaluation  0/600 questions");
            progress.Answered(300, 600);
            await DrawnAsync(screen, "evaluation  300/600 questions, 0:0");
            progress.Answered(600, 600);
        }

        Assert.DoesNotContain("evaluation", string.Concat(screen.Rows), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ColorSystemSupport.NoColors, false)]
    [InlineData(ColorSystemSupport.Standard, true)]
    public async Task Styles_are_written_only_where_there_are_colours(ColorSystemSupport colours, bool hasStyles)
    {
        var screen = new ScreenEmulator(80, 24);
        await using (var progress = Live(screen, new ProgressState(3, 0, 0), colours))
        {
            progress.Updated(SampleMetrics.Of(0));
        }

        Assert.Equal(hasStyles, screen.Styles > 0);
    }

    [Fact]
    public async Task A_line_that_holds_terminal_codes_is_shown_as_text()
    {
        var screen = new ScreenEmulator(80, 24);
        await using (var progress = Live(screen, new ProgressState(3, 0, 0)))
        {
            progress.Line("server says \e[2J\a and more");
        }

        Assert.Equal("server says \\u001b[2J\\u0007 and more", screen.Rows[0]);
    }

    [Theory]
    [InlineData("one two three", 7, new[] { "one two", "three" })]
    [InlineData("  indented text", 10, new[] { "  indented", "text" })]
    [InlineData("longerthanwide x", 6, new[] { "longer", "thanwi", "de x" })]
    [InlineData("日本語日本語", 5, new[] { "日本", "語日", "本語" })]
    [InlineData("", 5, new[] { "" })]
    public void Text_is_wrapped_at_spaces_and_by_cells(string text, int width, string[] lines) =>
        Assert.Equal(lines, TerminalText.Wrap(text, width, cutsWords: true));

    private static LiveProgress Live(ScreenEmulator screen, ProgressState start, ColorSystemSupport colours = ColorSystemSupport.NoColors)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                ColorSystem = colours,
                Interactive = InteractionSupport.Yes,
                Out = new EmulatedOutput(screen),
            }
        );
        console.Profile.Capabilities.Unicode = true;
        return new LiveProgress(console, start, new ManualTime());
    }

    /// <summary>Waits until a row of the screen has the text.</summary>
    private static async Task DrawnAsync(ScreenEmulator screen, string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!string.Join(' ', screen.Rows).Contains(text, StringComparison.Ordinal))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    private sealed class EmulatedOutput(ScreenEmulator screen) : IAnsiConsoleOutput
    {
        public TextWriter Writer => screen;

        public bool IsTerminal => true;

        public int Width => screen.Width;

        public int Height => screen.Height;

        public void SetEncoding(System.Text.Encoding encoding) { }
    }
}

using Cppo.Pipeline.Telemetry;
using Spectre.Console;

namespace Cppo.Pipeline.Tests.Telemetry;

public sealed class ProgressTests
{
    [Fact]
    public async Task Plain_writes_the_first_the_last_and_one_update_every_few_seconds()
    {
        var (time, output) = (new ManualTime(), new StringWriter());
        await using (var progress = new PlainProgress(output, new ProgressState(12, 0, time.GetTimestamp()), time))
        {
            progress.Phase("training");
            for (int step = 0; step < 12; step++)
            {
                progress.Updated(SampleMetrics.Of(step));
                time.Advance(2);
            }
        }

        var updates = Lines(output).Where(line => line.StartsWith("update ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]);
        Assert.Equal(["1/12", "4/12", "7/12", "10/12", "12/12"], updates);
        Assert.Equal("training", Lines(output)[0]);
    }

    [Fact]
    public async Task Plain_writes_the_update_that_was_held_back_before_a_new_phase_and_at_the_end()
    {
        var (time, output) = (new ManualTime(), new StringWriter());
        await using (var progress = new PlainProgress(output, new ProgressState(12, 0, time.GetTimestamp()), time))
        {
            progress.Updated(SampleMetrics.Of(0));
            progress.Updated(SampleMetrics.Of(1));
            progress.Phase("evaluating");
            progress.Updated(SampleMetrics.Of(2));
        }

        Assert.Equal(["update 1/12", "update 2/12", "evaluating", "update 3/12"], Lines(output).Select(line => line.Split("  ")[0]));
    }

    [Fact]
    public void State_estimates_the_time_left_from_the_pace_of_the_updates()
    {
        var time = new ManualTime();
        var state = new ProgressState(11, 0, time.GetTimestamp()).In("training", time.GetTimestamp());
        Assert.Equal("0:00", Row(state, time, "time"));
        time.Advance(100);
        state = state.After(SampleMetrics.Of(0), time.GetTimestamp());
        Assert.EndsWith("16:40 left", state.Line(time), StringComparison.Ordinal);

        // The first update is slower and does not count when there is another.
        time.Advance(30);
        state = state.After(SampleMetrics.Of(1), time.GetTimestamp());
        Assert.EndsWith("4:30 left", state.Line(time), StringComparison.Ordinal);
        Assert.Equal(2.0 / 11, state.Share, 12);
        Assert.Equal("2:10, 4:30 left", Row(state, time, "time"));
    }

    [Fact]
    public void State_of_a_resumed_run_begins_at_its_update_and_knows_the_time_left_after_one()
    {
        var time = new ManualTime();
        var state = new ProgressState(40, 20, time.GetTimestamp());
        Assert.Equal((0.5, "20/40"), (state.Share, Row(state, time, "update")));
        time.Advance(7);
        state = state.In("training", time.GetTimestamp());
        time.Advance(3);
        state = state.After(SampleMetrics.Of(20), time.GetTimestamp());
        Assert.Equal(("21/40", "0:10, 0:57 left"), (Row(state, time, "update"), Row(state, time, "time")));
        Assert.EndsWith("0:57 left", state.Line(time), StringComparison.Ordinal);
        state = state.After(SampleMetrics.Of(39), time.GetTimestamp()).Ended("done", time.GetTimestamp());
        time.Advance(100);
        Assert.Equal((1.0, "done in 0:10"), (state.Share, Row(state, time, "phase")));
        Assert.DoesNotContain("left", state.Line(time), StringComparison.Ordinal);
    }

    [Fact]
    public void State_shows_an_evaluation_with_the_time_that_it_takes_still()
    {
        var time = new ManualTime();
        var state = new ProgressState(40, 0, 0).Evaluating(0, 600, time.GetTimestamp());
        Assert.Equal("0/600 questions", Row(state, time, "evaluation"));
        time.Advance(10);
        state = state.Evaluating(200, 600, time.GetTimestamp());
        Assert.Equal("200/600 questions, 0:20 left", Row(state, time, "evaluation"));
        Assert.Null(state.Evaluating(600, 600, time.GetTimestamp()).Evaluation);
    }

    [Fact]
    public async Task Plain_tells_of_an_evaluation_every_few_seconds_and_how_the_run_ended()
    {
        var (time, output) = (new ManualTime(), new StringWriter());
        await using (var progress = new PlainProgress(output, new ProgressState(12, 0, time.GetTimestamp()), time))
        {
            progress.Phase("evaluating");
            for (int answered = 0; answered <= 600; answered += 100)
            {
                progress.Answered(answered, 600);
                time.Advance(3);
            }

            progress.End("done");
        }

        Assert.Equal(
            ["evaluating", "evaluation 200/600 questions, 0:12 left", "evaluation 400/600 questions, 0:06 left", "done in 0:21"],
            Lines(output)
        );
    }

    [Fact]
    public void State_says_which_stage_worked_and_who_waited()
    {
        var metrics = SampleMetrics.Of(0) with
        {
            BusySeconds = new Dictionary<string, double>
            {
                ["generate"] = 3,
                ["reward"] = 0,
                ["update"] = 6,
            },
            WaitedSeconds = new Dictionary<string, double>
            {
                ["generate"] = 7,
                ["reward"] = 10,
                ["update"] = 4,
            },
            BusySpans = new Dictionary<string, double[][]>
            {
                ["generate"] =
                [
                    [0, 3],
                ],
                ["reward"] = [],
                ["update"] =
                [
                    [1, 7],
                ],
            },
            StepSeconds = 10,
            OverlapSeconds = 2,
            OverlapShare = 0.2,
            RolloutsWaitedForUpdateSeconds = 6.5,
            UpdateWaitedForRolloutsSeconds = 4,
        };
        var state = new ProgressState(3, 0, 0).After(metrics, 1);
        Assert.Equal(
            "generate 30 %, update 60 %; rollouts waited 6.50 s for the update, it 4.00 s for them",
            state.Rows(new ManualTime(), unicode: true).Single(row => row.Label == "stages").Value
        );
        Assert.Equal("2.00 s of rollouts beside the update, 20 % of the step", Row(state, new ManualTime(), "overlap"));
        Assert.Equal(
            [("timeline", "generate ###-------"), ("", "update   -######---")],
            state.Rows(new ManualTime(), unicode: false, cells: 19).SkipWhile(row => row.Label != "timeline").Take(2)
        );
        Assert.Contains("busy: generate 30 %, update 60 %", state.Line(new ManualTime()), StringComparison.Ordinal);
    }

    [Fact]
    public void State_shows_the_gap_of_generation_logprobs_where_tokens_are_far_off()
    {
        var metrics = SampleMetrics.Of(0);
        Assert.DoesNotContain(new ProgressState(3, 0, 0).After(metrics, 1).Rows(new ManualTime(), true), row => row.Label == "logprob gap");
        metrics = metrics with { GenerationGapMean = 0.0123, GenerationGapMax = 0.5, GenerationGapLargeShare = 0.25 };
        Assert.Equal("mean 0.0123, largest 0.500, 25.0 % of tokens above 0.01", Gap(metrics));
        Assert.Equal(
            "mean 0.0123, largest 0.500, 25.0 % of tokens above 0.01, 2.0 % capped, 1.5 % masked",
            Gap(metrics with { ImportanceCappedShare = 0.02, ImportanceMaskedShare = 0.015 })
        );

        static string Gap(UpdateMetrics metrics) => Row(new ProgressState(3, 0, 0).After(metrics, 1), new ManualTime(), "logprob gap");
    }

    [Fact]
    public void State_shows_fill_pruning_and_kinds_and_the_balance_of_several_devices()
    {
        var metrics = SampleMetrics.Of(0);
        Assert.Equal("capacity 100.0 %, tokens 50.0 %, staleness 0", Value(metrics, "fill"));
        Assert.Equal(
            "capacity 100.0 %, tokens 50.0 %, device balance 98.0 % (threshold 75.0 %), staleness 0",
            Value(metrics with { UpdateDevices = 2, DeviceBalance = 0.98, DeviceBalanceThreshold = 0.75 }, "fill")
        );

        // 5 of 12 tokens are forwarded; two advantages of the same size, one of them kept.
        Assert.Equal("58.3 % of tokens avoided, 50.0 % of |A| kept, 0 questions without spread", Value(metrics, "pruning"));
        Assert.Equal(
            "right format and answer 2/5, neither 4/7, format only 0/1, answer only 3/3, kept of generated",
            Value(metrics with { KindsGenerated = new(5, 7, 1, 3), KindsKept = new(2, 4, 0, 3) }, "kinds")
        );
        Assert.Contains(
            "  58.3 % of tokens avoided, 50.0 % of |A| kept  fill: capacity 100.0 %, tokens 50.0 %  staleness 0  ",
            new ProgressState(3, 0, 0).After(metrics, 1).Line(new ManualTime()),
            StringComparison.Ordinal
        );

        static string Value(UpdateMetrics metrics, string label) =>
            new ProgressState(3, 0, 0).After(metrics, 1).Rows(new ManualTime(), unicode: true).Single(row => row.Label == label).Value;
    }

    [Fact]
    public void State_shows_a_reward_that_is_not_a_number_as_a_gap()
    {
        var state = new ProgressState(3, 0, 0)
            .After(SampleMetrics.Of(0, 0), 1)
            .After(SampleMetrics.Of(1, double.NaN), 2)
            .After(SampleMetrics.Of(2, 3), 3);
        Assert.EndsWith(
            "▁ █",
            state.Rows(new ManualTime(), unicode: true).Single(row => row.Label == "reward").Value,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task On_redirected_output_is_plain_and_unwrapped()
    {
        var output = new StringWriter();
        var console = Console(output, isTerminal: false, width: 20);
        await using (var progress = RunProgress.On(console, 5, 0, new ManualTime()))
        {
            Assert.IsType<PlainProgress>(progress);
            progress.Updated(SampleMetrics.Of(0));
        }

        Assert.Single(Lines(output));
        Assert.DoesNotContain('\u001b', output.ToString());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(30)]
    [InlineData(8)]
    public async Task On_a_terminal_is_live_at_any_width_and_keeps_lines(int width)
    {
        var output = new StringWriter();
        var console = Console(output, isTerminal: true, width);
        await using (var progress = RunProgress.On(console, 5, 0, TimeProvider.System))
        {
            Assert.IsType<LiveProgress>(progress);
            progress.Phase("training");
            progress.Updated(SampleMetrics.Of(0));
            progress.Line("[saved]");
        }

        Assert.Contains("[saved]", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("update", output.ToString(), StringComparison.Ordinal);
    }

    private static string Row(ProgressState state, TimeProvider time, string label) =>
        state.Rows(time, unicode: true).Single(row => row.Label == label).Value;

    private static IAnsiConsole Console(StringWriter output, bool isTerminal, int width)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
                Out = new FixedOutput(output, isTerminal, width),
            }
        );
        console.Profile.Width = width;
        return console;
    }

    private static string[] Lines(StringWriter output) =>
        output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private sealed class FixedOutput(TextWriter writer, bool isTerminal, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => isTerminal;

        public int Width => width;

        public int Height => 24;

        public void SetEncoding(System.Text.Encoding encoding) { }
    }
}

using Cppo.Model.Engine;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Cli;

public class FailureTests
{
    [Fact]
    public void A_user_s_mistake_gives_2_and_its_sentences_only()
    {
        using var stop = new StopSignals();
        Assert.Equal(
            new Failure(2, "p.json: no such file"),
            Failure.Of(new ConfigException([new("", new("p.json", 0, 0), "no such file")]), stop, verbose: true)
        );
        Assert.Equal(
            new Failure(2, "config.json is missing"),
            Failure.Of(new ModelFileException("config.json is missing"), stop, verbose: true)
        );
        Assert.Equal(
            new Failure(2, "x"),
            Failure.Of(new AggregateException(new AggregateException(new ModelFileException("x"))), stop, verbose: false)
        );
    }

    [Fact]
    public void A_cancellation_is_an_interruption_only_where_a_stop_was_requested()
    {
        using var stop = new StopSignals();
        Assert.Equal(1, Failure.Of(new OperationCanceledException(), stop, verbose: false).ExitCode);
        stop.Request();
        Assert.Equal(new Failure(130, "interrupted"), Failure.Of(new OperationCanceledException(), stop, verbose: false));
        Assert.Equal(130, Failure.Of(new TaskCanceledException(), stop, verbose: false).ExitCode);
        Assert.Equal(1, Failure.Of(new InvalidOperationException("x"), stop, verbose: false).ExitCode);
    }

    [Fact]
    public void A_file_that_could_not_be_written_is_told_once()
    {
        using var stop = new StopSignals();
        var cause = new IOException("No space left on device : '/runs/x/step-0.parquet'");
        Assert.StartsWith(
            "failed: /runs/x/step-0.parquet cannot be read or written: No space left on device; ",
            Failure.Of(cause, stop, verbose: false).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(
            new Failure(1, "failed: Step 0 could not be written to /runs/x/step-0.parquet; make room. (--verbose shows where)"),
            Failure.Of(new IOException("Step 0 could not be written to /runs/x/step-0.parquet; make room.", cause), stop, verbose: false)
        );
    }

    [Fact]
    public void Anything_else_gives_1_and_its_stack_only_when_asked()
    {
        using var stop = new StopSignals();
        var error = Assert.Throws<InvalidOperationException>(Break);
        Assert.Equal(new Failure(1, "failed: broken (--verbose shows where)"), Failure.Of(error, stop, verbose: false));
        var verbose = Failure.Of(error, stop, verbose: true);
        Assert.Equal(1, verbose.ExitCode);
        Assert.Contains(nameof(Break), verbose.Message, StringComparison.Ordinal);

        static void Break() => throw new InvalidOperationException("broken");
    }
}

using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Telemetry;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Files;

/// <summary>What others wrote is shown and not obeyed, on terminals and in logs; what is piped on is what they wrote.</summary>
public sealed class TerminalTextTests
{
    private const string Hostile = "\e[2J\a\u009B31m\u202Eabc\u2066\u200E\u200F\u061C\u2028\u2029\0\u007F\r";
    private const string Shown = @"\u001b[2J\u0007\u009b31m\u202eabc\u2066\u200e\u200f\u061c\u2028\u2029\u0000\u007f\u000d";

    [Theory]
    [InlineData(Hostile, Shown)]
    [InlineData("a\tb\nc\r\nd", "a\tb\nc\r\nd")]
    [InlineData("é 日本 \U0001F600 \u200B", "é 日本 \U0001F600 \u200B")]
    [InlineData("", "")]
    public void Codes_are_escaped_and_text_stays(string text, string shown) => Assert.Equal(shown, TerminalText.Escaped(text));

    [Fact]
    public void Halves_of_surrogate_pairs_are_escaped() => Assert.Equal(@"\ud83d half \ude00", TerminalText.Escaped("\uD83D half \uDE00"));

    [Fact]
    public void A_line_stays_one() => Assert.Equal(@"a b\nc\nd\u001b", TerminalText.Line("a\tb\nc\r\nd\e"));

    [Fact]
    public async Task Every_way_to_write_to_a_terminal_escapes()
    {
        using var stream = new StringWriter { NewLine = "\n" };
        await using var terminal = new NoticeWriter(stream, isTerminal: false);
        terminal.Write('\e');
        terminal.Write("\e");
        terminal.Write("a\eb".ToCharArray());
        terminal.Write("a\eb".AsSpan());
        terminal.WriteLine("\e");
        terminal.WriteLine();
        terminal.WriteLine("{0}", "\e");
        await terminal.WriteAsync("\e");
        await terminal.WriteLineAsync("\e");
        Assert.Equal(@"EEaEbaEbE||E|EE|".Replace("E", @"\u001b", StringComparison.Ordinal).Replace('|', '\n'), stream.ToString());
    }

    [Fact]
    public async Task The_log_of_a_run_shows_codes()
    {
        using var log = new StringWriter { NewLine = "\n" };
        await using (var progress = new PlainProgress(log, new ProgressState(1, 0, 0), new ManualTime()))
        {
            progress.Line($"question {Hostile}");
        }

        Assert.StartsWith($"question {Shown}", log.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", "p\e[31m.json")]
    [InlineData("generate", "no\u202Esuch\amodel")]
    [InlineData("score", "rows\u009B.jsonl")]
    [InlineData("frobni\ecate")]
    public async Task A_fault_shows_the_codes_of_what_it_names(params string[] args)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        using var stream = new StringWriter();
        await using var error = new NoticeWriter(stream, isTerminal: true);
        Assert.Equal(2, await CommandLine.RunAsync(args, new CliContext(TextReader.Null, output, error, stop)));
        Assert.Contains(@"\u", stream.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(stream.ToString() + output, TerminalText.IsCode);
    }

    /// <summary>The program itself, whose streams are redirected here.</summary>
    [EngineFact]
    public async Task The_program_pipes_text_as_it_is_and_logs_it_with_its_codes_shown()
    {
        using var folder = new TinyModelFolder();
        string missing = folder.PathOf("a\e[2J.jsonl");
        using (var program = new ChildProgram("score", missing))
        {
            Assert.Equal(2, await program.EndAsync(ChildProgram.Later));
            Assert.Contains(@"a\u001b[2J.jsonl: no such file", program.Said, StringComparison.Ordinal);
        }

        using var generate = new ChildProgram("generate", folder.Model, "--max-tokens", "2", "--threads", "1");
        await generate.Input.WriteLineAsync("two \e[31mapples\u202E");
        generate.Input.Close();
        Assert.Equal(0, await generate.EndAsync(ChildProgram.Later));
        Assert.Contains("# two \e[31mapples\u202E", generate.Said, StringComparison.Ordinal);
    }
}

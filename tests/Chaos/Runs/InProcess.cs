using System.Diagnostics;
using System.Text;
using Cppo.Chaos.Children;
using Cppo.Pipeline;
using Cppo.Pipeline.Cli;

namespace Cppo.Chaos.Runs;

/// <summary>Calls the program's command line in this process, which has its code compiled already.</summary>
internal static class InProcess
{
    /// <summary>Runs to the end.</summary>
    /// <param name="arguments">The program's.</param>
    /// <param name="stopAt">The run is asked to stop when it prints a line with this text; null: never.</param>
    public static async Task<CallEnd> RunAsync(IReadOnlyList<string> arguments, string? stopAt = null)
    {
        long began = Stopwatch.GetTimestamp();
        using var stop = new StopSignals();
        using var error = new StringWriter();
        using var output = new WatchedOutput(stopAt, () => stop.Request());

        // Off the caller's thread, which a test's limit of time watches over.
        int code = await Task.Run(() =>
            CommandLine.RunAsync(arguments, new CliContext(TextReader.Null, output, TextWriter.Synchronized(error), stop))
        );
        return new CallEnd(code, output.ToString(), error.ToString(), Stopwatch.GetElapsedTime(began));
    }

    private sealed class WatchedOutput(string? text, Action act) : StringWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (text is not null && value?.Contains(text, StringComparison.Ordinal) == true)
            {
                act();
            }
        }
    }
}

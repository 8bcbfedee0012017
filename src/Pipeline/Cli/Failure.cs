using Cppo.Model.Files;
using Cppo.Pipeline.Library;

namespace Cppo.Pipeline.Cli;

/// <summary>How an exception ends the process: the exit code, and what the user reads.</summary>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="Message">What goes to the error stream; may have several lines.</param>
internal sealed record Failure(int ExitCode, string Message)
{
    /// <summary>The option of all commands that shows where in the program a failure arose.</summary>
    public const string VerboseOption = "--verbose";

    /// <summary>
    /// A user's mistake gives its sentences, an interruption one word, anything else "failed:" and the message, with the stack where
    /// <paramref name="verbose"/> is set.
    /// </summary>
    public static Failure Of(Exception error, StopSignals stop, bool verbose) =>
        Unwrap(error) switch
        {
            var mistake when UserMistake.Is(mistake) => new(ExitCodes.BadInput, mistake.Message),
            // One that has a cause is a sentence of this program's already.
            IOException { InnerException: null } or UnauthorizedAccessException when !verbose => OfFile(Unwrap(error)),
            OperationCanceledException when stop.IsRequested => new(ExitCodes.Interrupted, "interrupted"),
            var other => new(ExitCodes.Failed, verbose ? $"failed: {other}" : $"failed: {other.Message} (--verbose shows where)"),
        };

    /// <summary>
    /// A file that could not be read or written: a wrong path or missing rights are the user's to mend, all else broke on the way.
    /// </summary>
    private static Failure OfFile(Exception error)
    {
        string place = FileFault.PathOf(error) ?? "a file";
        string remedy = FileFault.IsFull(error) ? "make room, then start again" : "correct the path or its rights";
        bool isMistake =
            error is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException or PathTooLongException;
        return isMistake
            ? new(ExitCodes.BadInput, $"{place} cannot be read or written: {FileFault.Reason(error)}; {remedy}.")
            : new(
                ExitCodes.Failed,
                $"failed: {place} cannot be read or written: {FileFault.Reason(error)}; {remedy} (--verbose shows where)."
            );
    }

    /// <summary>The first of several that were gathered on the way up.</summary>
    private static Exception Unwrap(Exception error) =>
        error is AggregateException { InnerExceptions.Count: > 0 } several ? Unwrap(several.InnerExceptions[0]) : error;
}

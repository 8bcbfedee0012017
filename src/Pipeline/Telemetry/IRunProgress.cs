using Spectre.Console;

namespace Cppo.Pipeline.Telemetry;

/// <summary>Shows how a run is going. All members may be called from any thread; none of them waits for the screen.</summary>
internal interface IRunProgress : IAsyncDisposable
{
    /// <summary>What the run does now, e.g. "evaluating the base model".</summary>
    void Phase(string phase);

    /// <summary>An update is done.</summary>
    void Updated(UpdateMetrics metrics);

    /// <summary>An evaluation has answered so many of its questions; 0 when it begins, all when it ends.</summary>
    void Answered(int numAnswered, int numQuestions);

    /// <summary>A line that stays on the screen.</summary>
    void Line(string text);

    /// <summary>The run has ended, e.g. "done"; a display that is disposed without this says while doing what it ended.</summary>
    void End(string how);
}

/// <summary>Chooses how to show progress.</summary>
internal static class RunProgress
{
    /// <summary>A live display where the console is a terminal that can redraw, else plain lines.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="totalUpdates">Updates of the whole run.</param>
    /// <param name="updatesBefore">Those of them that were done before this process.</param>
    /// <param name="time">The clock of what is shown.</param>
    public static IRunProgress On(IAnsiConsole console, int totalUpdates, int updatesBefore, TimeProvider time)
    {
        var profile = console.Profile;
        var start = new ProgressState(totalUpdates, updatesBefore, time.GetTimestamp());
        return profile.Out.IsTerminal && profile.Capabilities.Ansi && profile.Capabilities.Interactive
            ? new LiveProgress(console, start, time)
            : new PlainProgress(profile.Out.Writer, start, time);
    }
}

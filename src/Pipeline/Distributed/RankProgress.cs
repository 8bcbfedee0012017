using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Distributed;

/// <summary>How a run goes, on a process that does not show it: its warnings alone are passed on.</summary>
/// <param name="notices">Where to.</param>
internal sealed class RankProgress(TextWriter notices) : IRunProgress
{
    private const string Warning = "warning";

    /// <inheritdoc/>
    public void Phase(string phase) { }

    /// <inheritdoc/>
    public void Updated(UpdateMetrics metrics) { }

    /// <inheritdoc/>
    public void Answered(int numAnswered, int numQuestions) { }

    /// <inheritdoc/>
    public void Line(string text)
    {
        if (text.StartsWith(Warning, StringComparison.Ordinal))
        {
            notices.WriteLine(text);
        }
    }

    /// <inheritdoc/>
    public void End(string how) { }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using Cppo.Pipeline.Graph;

namespace Cppo.Pipeline.MetricSinks;

/// <summary>
/// Takes the numbers of a run to a place beside its own files. All members are called by one thread, which the run never waits for: they
/// may take their time. What they throw loses what they were given, which is counted, and nothing else.
/// </summary>
internal interface IMetricSink : IDisposable
{
    /// <summary>Its key in the configuration.</summary>
    string Name { get; }

    /// <summary>Whether <see cref="Write(BatchTrace)"/> makes anything of a trace.</summary>
    bool TakesTraces { get; }

    /// <summary>
    /// After a failure nothing is tried for so long, and after each further one twice as long, up to a minute; what comes meanwhile is
    /// lost.
    /// </summary>
    TimeSpan Rest { get; }

    /// <summary>Takes the numbers of an update or of an evaluation.</summary>
    void Write(MetricLine line);

    /// <summary>Takes when the stages worked on a batch.</summary>
    void Write(BatchTrace trace);
}

/// <summary>A sink could not take what it was given; the message says why in a few words without a full stop.</summary>
internal sealed class SinkException(string message) : Exception(message);

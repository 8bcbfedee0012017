using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Cppo.Model.Files;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.MetricSinks;
using Cppo.Pipeline.MetricSinks.OpenTelemetry;
using Cppo.Pipeline.MetricSinks.TensorBoard;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Run;

/// <summary>
/// The sinks of a run beside its own files. Nothing here waits for one of them but the end of the run, for a limited time; what they lost
/// is said then, and stands in <c>sinks.jsonl</c>.
/// </summary>
internal sealed class RunSinks : IAsyncDisposable
{
    /// <summary>Name of their record in the run's directory.</summary>
    public const string RecordFile = "sinks.jsonl";

    private readonly SinkQueue[] queues;
    private readonly string runDirectory;
    private readonly int firstStep;
    private readonly TimeSpan limit;
    private readonly Action<string> say;
    private readonly CancellationToken cancel;
    private bool isEnded;

    private RunSinks(
        SinksConfig config,
        IEnumerable<IMetricSink> sinks,
        string runDirectory,
        int firstStep,
        Action<string> say,
        CancellationToken cancel
    )
    {
        (this.runDirectory, this.firstStep, this.say, this.cancel) = (runDirectory, firstStep, say, cancel);
        limit = TimeSpan.FromSeconds(config.SecondsAtEnd);
        queues = [.. sinks.Select(sink => new SinkQueue(sink, config.Queue, say))];
    }

    /// <summary>Refuses an environment that names no collector where it should, before anything is loaded.</summary>
    /// <exception cref="UsageException">It does.</exception>
    public static void Check(PipelineConfig config) => Target(config);

    /// <summary>Opens the sinks that the configuration asks for.</summary>
    /// <param name="config">Validated.</param>
    /// <param name="runDirectory">The run's, taken.</param>
    /// <param name="firstStep">The first update of this part of the run.</param>
    /// <param name="say">Takes lines for the user, from any thread.</param>
    /// <param name="cancel">Ends waiting for them.</param>
    public static RunSinks Open(PipelineConfig config, string runDirectory, int firstStep, Action<string> say, CancellationToken cancel)
    {
        var sinks = new List<IMetricSink>();
        if (config.Sinks.TensorBoard)
        {
            sinks.Add(TensorBoard(config, runDirectory, firstStep));
        }

        if (Target(config) is { } target)
        {
            sinks.Add(OpenTelemetry(target, config.Run.Name));
        }

        return new RunSinks(config.Sinks, sinks, runDirectory, firstStep, say, cancel);
    }

    /// <summary>No sink, on a process that leaves them to another.</summary>
    public static RunSinks None { get; } = new(new SinksConfig(), [], "", 0, _ => { }, CancellationToken.None);

    /// <summary>An update's line was written.</summary>
    public void Written(UpdateMetrics metrics) => Offer(MetricKind.Update, () => StepLog<UpdateMetrics>.ToJson(metrics));

    /// <summary>An evaluation's line was written.</summary>
    public void Written(EvaluationMetrics metrics) => Offer(MetricKind.Evaluation, () => StepLog<EvaluationMetrics>.ToJson(metrics));

    /// <summary>The same stages; where a sink takes traces, they are watched.</summary>
    public TrainingStages Watching(TrainingStages stages)
    {
        SinkQueue[] takers = [.. queues.Where(queue => queue.TakesTraces)];
        return takers.Length == 0
            ? stages
            : new BatchTracer(TimeProvider.System, trace => Array.ForEach(takers, queue => queue.Offer(trace))).Around(stages);
    }

    /// <summary>Waits for the sinks, says what they lost, and records it.</summary>
    public async Task EndAsync()
    {
        if (isEnded || queues.Length == 0)
        {
            return;
        }

        isEnded = true;
        await Task.WhenAll(queues.Select(queue => queue.EndAsync(limit, cancel)));
        SinkAccount[] accounts = [.. queues.Select(queue => queue.Account)];
        foreach (var account in accounts)
        {
            if (account.Describe() is { } lost)
            {
                say(lost);
            }
        }

        try
        {
            using var file = DurableFiles.Append(Path.Combine(runDirectory, RecordFile));
            file.Write(Encoding.UTF8.GetBytes(string.Concat(accounts.Select(account => account.ToJson(firstStep).ToJsonString() + "\n"))));
            DurableFiles.Flush(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            say($"warning: {Path.Combine(runDirectory, RecordFile)} cannot be written: {FileFault.Reason(fault)}");
        }
    }

    /// <summary>As <see cref="EndAsync"/>, where a run ends by a fault.</summary>
    public async ValueTask DisposeAsync() => await EndAsync();

    private static CollectorTarget? Target(PipelineConfig config) =>
        CollectorTarget.Of(config.Sinks.OpenTelemetry, Environment.GetEnvironmentVariable);

    // In methods of their own, so that a run without them loads nothing of their packages.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TensorBoardSink TensorBoard(PipelineConfig config, string runDirectory, int firstStep) =>
        new(
            new EventSettings(
                RunDirectory.TensorBoardOf(runDirectory),
                firstStep,
                ConfigWriter.WriteForRun(config),
                [
                    .. StepLines
                        .Read(Path.Combine(runDirectory, MetricsWriter.EvaluationsFile))
                        .Where(line => line.Step >= firstStep)
                        .Select(line => MetricLine.Of(MetricKind.Evaluation, line.Values, DateTimeOffset.UtcNow)),
                ]
            )
        );

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static OpenTelemetrySink OpenTelemetry(CollectorTarget target, string runName) => new(target, runName);

    private void Offer(MetricKind kind, Func<JsonObject> line)
    {
        if (queues.Length > 0)
        {
            var numbers = MetricLine.Of(kind, line(), DateTimeOffset.UtcNow);
            Array.ForEach(queues, queue => queue.Offer(numbers));
        }
    }
}

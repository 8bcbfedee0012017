using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Bench;

/// <summary>What sinks take of the processor in one way, seconds an update.</summary>
/// <param name="Name">Every sink on, or every sink dead.</param>
/// <param name="Seconds">Each turn's, less the turn without sinks before it.</param>
/// <param name="Once">The first turn's, all together, more than those after it took: above all what .NET compiles.</param>
/// <param name="Lost">What sinks said that they lost.</param>
internal sealed record SinkCost(string Name, IReadOnlyList<double> Seconds, double Once, IReadOnlyList<string> Lost);

/// <summary>
/// The processor time of a run's sinks beside that of a run's updates. The sinks are a run's own; what feeds them does nothing else, so
/// that milliseconds are seen that are lost in the noise of a run.
/// </summary>
/// <param name="endpoint">A collector of OpenTelemetry in another process.</param>
/// <param name="updates">Of a turn.</param>
/// <param name="pause">Between two updates, so that no queue is full.</param>
internal sealed class SinkBench(string endpoint, int updates, TimeSpan pause)
{
    /// <summary>
    /// What does not answer is tried less and less often: in the 40 updates of the default 5 times. Here it is given up and begun again
    /// as often.
    /// </summary>
    private const int UpdatesOfDead = 8;

    private const string DeadEndpoint = "http://127.0.0.1:9";
    private readonly SinkLoad load = new();

    /// <summary>Median processor seconds of a run's updates, without the first third, in which .NET compiles.</summary>
    /// <exception cref="UsageException">The run does not say.</exception>
    public static double SecondsOfUpdate(string run)
    {
        double[] seconds =
        [
            .. StepLines
                .Read(Path.Combine(run, MetricsWriter.UpdatesFile))
                .Select(line => StepLines.TryValue(line.Values, "processor_seconds"))
                .OfType<double>()
                .Where(second => second > 0),
        ];
        return seconds.Length >= 3
            ? BenchClock.Median(seconds.Skip(seconds.Length / 3))
            : throw new UsageException(
                $"{run} has no three updates that state processor_seconds in {MetricsWriter.UpdatesFile}; make a run first, "
                    + "e.g. pipeline.json, which makes runs/default."
            );
    }

    /// <summary>Measures in turns: without sinks, with every one on, with every one dead.</summary>
    public async Task<SinkCost[]> RunAsync(int repeat, Action<string> notice, CancellationToken stop)
    {
        var place = Directory.CreateTempSubdirectory("cppo-bench-sinks-");
        try
        {
            await TurnAsync(Off, updates, place.FullName, [], stop);
            var on = new Way("every sink on", On(endpoint), updates);
            var dead = new Way("every sink dead", On(DeadEndpoint), UpdatesOfDead);
            for (int turn = 0; turn <= repeat; turn++)
            {
                double off = await TurnAsync(Off, updates, place.FullName, [], stop);
                foreach (var way in new[] { on, dead })
                {
                    string directory = Directory.CreateDirectory(Path.Combine(place.FullName, $"{way.Name} {turn}")).FullName;
                    if (way == dead)
                    {
                        await File.WriteAllTextAsync(RunDirectory.TensorBoardOf(directory), "in the way", stop);
                    }

                    way.Turns.Add(await TurnAsync(way.Config, way.UpdatesOfRun, directory, way.Lost, stop) - off);
                    notice(string.Create(CultureInfo.InvariantCulture, $"{way.Name}: {1000 * way.Turns[^1]:0.000} ms an update"));
                }
            }

            return [.. new[] { on, dead }.Select(way => way.Cost(updates))];
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    /// <summary>A line each.</summary>
    public static IEnumerable<string> Describe(IReadOnlyList<SinkCost> costs, double ofUpdate) =>
        [
            string.Create(CultureInfo.InvariantCulture, $"{"an update of the run", -20} {1000 * ofUpdate, 9:0.00} ms of processor time"),
            .. costs.Select(cost =>
            {
                double[] percent = [.. cost.Seconds.Select(seconds => 100 * seconds / ofUpdate).Order()];
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{cost.Name, -20} {1000 * BenchClock.Median(cost.Seconds), 9:0.00} ms more, {BenchClock.Median(percent):0.000} % "
                        + $"({percent[0]:0.000} to {percent[^1]:0.000} in {percent.Length} turns); once {cost.Once:0.00} s"
                );
            }),
            .. costs.SelectMany(cost =>
                cost.Lost.Where(line => line.Contains(" lost ", StringComparison.Ordinal))
                    .GroupBy(line => line.Split(' ')[0])
                    .Select(lines => $"{cost.Name}: {lines.First()}")
            ),
        ];

    /// <summary>One JSON object in one line.</summary>
    public static string ToJson(IReadOnlyList<SinkCost> costs, double ofUpdate) =>
        new JsonObject
        {
            ["update_processor_seconds"] = ofUpdate,
            ["sinks"] = new JsonArray([
                .. costs.Select(cost => new JsonObject
                {
                    ["name"] = cost.Name,
                    ["processor_seconds"] = BenchClock.Median(cost.Seconds),
                    ["share"] = BenchClock.Median(cost.Seconds) / ofUpdate,
                    ["share_low"] = cost.Seconds.Min() / ofUpdate,
                    ["share_high"] = cost.Seconds.Max() / ofUpdate,
                    ["once_seconds"] = cost.Once,
                }),
            ]),
        }.ToJsonString();

    private static PipelineConfig Off => new() { Sinks = new() { OpenTelemetry = new() { Endpoint = OpenTelemetryConfig.Off } } };

    private static PipelineConfig On(string endpoint) =>
        new()
        {
            Sinks = new()
            {
                TensorBoard = true,
                OpenTelemetry = new() { Endpoint = endpoint },
            },
        };

    /// <summary>Processor seconds of the process, an update.</summary>
    private async Task<double> TurnAsync(PipelineConfig config, int ofRun, string directory, List<string> lost, CancellationToken stop)
    {
        var before = Environment.CpuUsage.TotalTime;
        for (int first = 0; first < updates; first += ofRun)
        {
            await using var sinks = RunSinks.Open(config, directory, first, Say, stop);
            var stages = load.Of(sinks);
            for (int update = first; update < Math.Min(first + ofRun, updates); update++)
            {
                await SinkLoad.RunAsync(stages, update, stop);
                await Task.Delay(pause, stop);
            }
        }

        return (Environment.CpuUsage.TotalTime - before).TotalSeconds / updates;

        void Say(string line)
        {
            lock (lost)
            {
                lost.Add(line);
            }
        }
    }

    /// <summary>A way of having sinks, and what its turns took.</summary>
    private sealed record Way(string Name, PipelineConfig Config, int UpdatesOfRun)
    {
        public List<double> Turns { get; } = [];

        public List<string> Lost { get; } = [];

        /// <summary>The first turn tells what comes once.</summary>
        public SinkCost Cost(int updates)
        {
            double[] later = [.. Turns.Skip(1)];
            return new SinkCost(Name, later, (Turns[0] - BenchClock.Median(later)) * updates, Lost);
        }
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.CustomRewards;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.MetricSinks;

[Collection(RunsCollection.Name)]
public sealed class OpenTelemetrySinkTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private static string To(string url) => $"sinks.openTelemetry.endpoint={url}";

    [RunFact]
    public async Task A_collector_gets_every_number_of_the_runs_own_files()
    {
        using var collector = new Collector();
        var run = await SmallRun.RunAsync(
            model,
            directory.Path,
            To(collector.Url),
            "evaluation.before=true",
            "evaluation.every=2",
            "evaluation.after=true"
        );
        Assert.All(collector.Requests, request => Assert.Equal("application/x-protobuf", request.Type));
        var (received, lines) = (collector.Metrics, FileNumbers.Of(run));
        Assert.Equal(7, lines.Length);
        Assert.Equal(lines.Length, received.Length);
        Assert.All(received, one => RequireFrom(one.From));
        foreach (var (kind, step, numbers) in lines)
        {
            var found = Assert.Single(received, one => one.Numbers.TryGetValue($"cppo.{kind}.step", out double of) && of == step);
            Assert.Equal(
                numbers
                    .Select(number => KeyValuePair.Create($"cppo.{kind}.{number.Key}", number.Value))
                    .OrderBy(one => one.Key, StringComparer.Ordinal),
                found.Numbers.Where(one => one.Key != $"cppo.{kind}.step").OrderBy(one => one.Key, StringComparer.Ordinal)
            );
        }

        var units = received.First(one => one.Units.ContainsKey("cppo.update.loss")).Units;
        Assert.Equal(("s", "By", ""), (units["cppo.update.busy_seconds"], units["cppo.update.peak_bytes"], units["cppo.update.loss"]));
        Assert.Equal((await model.StraightAsync(0)).Weights, run.Weights);
        Assert.DoesNotContain("lost", run.Output, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task A_collector_gets_a_trace_for_each_update_with_a_span_for_each_stage()
    {
        using var collector = new Collector();
        ulong before = Nanoseconds();
        var run = await SmallRun.RunAsync(model, directory.Path, To(collector.Url), "update.maxStaleness=1");
        ulong after = Nanoseconds();
        Assert.Equal(run.Metrics.Length, collector.Traces.Length);
        Assert.Equal(run.Metrics.Length, collector.Traces.Select(trace => trace.Spans[0].TraceId).Distinct().Count());
        foreach (var (line, step) in run.Metrics.Select((line, step) => (line, step)))
        {
            var (from, spans) = Assert.Single(
                collector.Traces,
                trace => trace.Spans.All(span => (long)span.Attributes["cppo.step"] == step)
            );
            RequireFrom(from);
            var batch = Assert.Single(spans, span => span.Name == "batch");
            Assert.Equal("", batch.ParentId);
            Assert.Equal((32, 16), (batch.TraceId.Length, batch.SpanId.Length));
            Assert.Equal((long)(int)line["policy_version"]!, batch.Attributes["cppo.policy_version"]);
            var stages = spans.Where(span => span != batch).ToDictionary(span => span.Name);
            Assert.Equal(["advantage", "allocate", "generate", "prune", "reward", "update"], stages.Keys.Order(StringComparer.Ordinal));
            Assert.All(
                stages.Values,
                span =>
                {
                    Assert.Equal((batch.TraceId, batch.SpanId), (span.TraceId, span.ParentId));
                    Assert.InRange(span.Start, batch.Start, span.End);
                    Assert.InRange(span.End, span.Start, batch.End);
                    Assert.InRange((double)span.Attributes["cppo.busy_seconds"], 0, double.MaxValue);
                }
            );
            Assert.InRange(batch.Start, before, batch.End);
            Assert.InRange(batch.End, batch.Start, after);
            Assert.Equal(batch.Start, stages["generate"].Start);
            Assert.Equal(batch.End, stages["update"].End);
            Assert.InRange(stages["update"].Start, stages["allocate"].Start, batch.End);
            long questions = (int)line["questions"]!;
            Assert.Equal((questions, 1L), (stages["reward"].Attributes["cppo.messages"], stages["update"].Attributes["cppo.messages"]));
            Assert.True((stages["update"].End - stages["update"].Start) / 1e9 >= (double)line["update_seconds"]! - 1e-3);
        }

        Assert.Equal((await model.StraightAsync(1)).Weights, run.Weights);
    }

    [RunFact]
    public async Task The_same_comes_over_gRPC()
    {
        using var collector = new GrpcCollector();
        var run = await SmallRun.RunAsync(model, directory.Path, To(collector.Url), "sinks.openTelemetry.protocol=grpc");
        Assert.DoesNotContain("lost", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            run.Metrics.Select(line => ((double)(int)line["step"]!, (double)line["loss"]!)),
            collector.Metrics.Select(one => (one.Numbers["cppo.update.step"], one.Numbers["cppo.update.loss"]))
        );
        Assert.Equal([7, 7, 7, 7], collector.Traces.Select(trace => trace.Spans.Length));
    }

    [RunTheory]
    [InlineData("dead")]
    [InlineData("hanging")]
    [InlineData("refusing")]
    public async Task A_collector_that_takes_nothing_leaves_the_run_as_it_is_and_the_loss_is_counted(string kind)
    {
        using var collector = kind == "dead" ? null : new Collector(hangs: kind == "hanging", status: 503);
        string url = collector?.Url ?? $"http://127.0.0.1:{RewardServer.FreePort()}";
        string[] keys = kind == "hanging" ? ["sinks.secondsAtEnd=0.3", "sinks.queue=3"] : ["sinks.secondsAtEnd=30"];
        var watch = Stopwatch.StartNew();
        var run = await SmallRun.RunAsync(model, directory.Path, [To(url), "evaluation.after=true", .. keys]);
        Assert.False(run.IsStopped);
        Assert.Equal((await model.StraightAsync(0)).Weights, run.Weights);
        Assert.Contains(
            "sinks.openTelemetry lost 4 of 4 updates, 1 of 1 evaluations, 4 of 4 traces: ",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1));
        var record = JsonNode.Parse(Assert.Single(File.ReadAllLines(run.Of("sinks.jsonl"))))!;
        var reasons = record["lost_reasons"]!.AsObject().ToDictionary(reason => reason.Key, reason => (int)reason.Value!);
        Assert.Equal((4, 1, 4), ((int)record["lost_updates"]!, (int)record["lost_evaluations"]!, (int)record["lost_traces"]!));
        Assert.Equal(9, reasons.Values.Sum());
        if (kind == "hanging")
        {
            Assert.Contains("it was too slow, and the queue was full", reasons.Keys);
            Assert.Contains("it was not done in time at the end of the run", reasons.Keys);
        }
        else
        {
            Assert.Contains(reasons.Keys, reason => reason.StartsWith(url, StringComparison.Ordinal));
            Assert.Contains("warning: sinks.openTelemetry fails: ", run.Output, StringComparison.Ordinal);
        }
    }

    [RunFact]
    public async Task A_run_without_sinks_loads_nothing_of_their_packages()
    {
        // The program beside packages that cannot be loaded.
        string built = Repository.Path($"bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0");
        string copy = directory.Of("program");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(built))
        {
            string name = Path.GetFileName(file);
            string target = Path.Combine(copy, name);
            if (name.StartsWith("OpenTelemetry", StringComparison.Ordinal))
            {
                File.WriteAllBytes(target, []);
            }
            else
            {
                File.Copy(file, target);
            }
        }

        Assert.NotEmpty(Directory.GetFiles(copy, "OpenTelemetry*.dll"));
        File.WriteAllText(directory.Of("small.json"), SmallRun.Configure(model, model.ModelPath));
        Assert.Equal(0, await TrainAsync("without"));
        Assert.NotEqual(0, Lost(await TrainAsync("with", To("http://127.0.0.1:9"), "sinks.secondsAtEnd=1"), "with"));

        async Task<int> TrainAsync(string runName, params string[] set)
        {
            string[] all = [$"run.directory={directory.Path}", $"run.name={runName}", "run.updates=1", .. set];
            var start = new ProcessStartInfo(
                "dotnet",
                [
                    Path.Combine(copy, "Cppo.Pipeline.dll"),
                    "train",
                    directory.Of("small.json"),
                    .. all.SelectMany(key => new[] { "--set", key }),
                ]
            );
            start.Environment.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }

        int Lost(int code, string runName)
        {
            Assert.Equal(0, code);
            return (int)JsonNode.Parse(File.ReadAllText(directory.Of(runName, "sinks.jsonl")))!["lost_updates"]!;
        }
    }

    private static ulong Nanoseconds() => (ulong)(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static void RequireFrom(ReceivedFrom from)
    {
        Assert.Equal(("Cppo.Pipeline", ProgramVersion.Text), (from.Scope, from.ScopeVersion));
        Assert.Equal("small", from.Resource["cppo.run.name"]);
        Assert.Equal(("cppo-pipeline", ProgramVersion.Text), (from.Resource["service.name"], from.Resource["service.version"]));
        Assert.NotEmpty((string)from.Resource["service.instance.id"]);
    }
}

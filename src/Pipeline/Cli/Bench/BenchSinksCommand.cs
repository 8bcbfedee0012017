using System.CommandLine;
using Cppo.Pipeline.Bench;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli.Bench;

/// <summary><c>bench sinks</c>: what the sinks of a run take of the processor.</summary>
internal sealed class BenchSinksCommand : CliCommand
{
    private readonly Argument<string> run = new("run") { Description = "A run without sinks, whose updates theirs are compared with." };
    private readonly Option<string> endpoint = new("--endpoint")
    {
        Description = "The address of a collector of OpenTelemetry in another process, e.g. http://127.0.0.1:14318 of bench/Collector.",
        HelpName = "URL",
        Required = true,
    };
    private readonly Option<int> updates = Count("--updates", "Updates of a turn.", 400);
    private readonly Option<int> pause = Count("--pause", "Milliseconds between two updates.", 20);
    private readonly Option<int> repeat = Count("--repeat", "Turns after a first one; the median counts.", 5);

    public BenchSinksCommand(CliContext context)
        : base("sinks", "Measure what sinks cost a trainer in processor time, on and dead.")
    {
        Add(run);
        foreach (var option in new Option[] { endpoint, updates, pause, repeat })
        {
            Add(option);
        }

        SetAction(
            async (line, _) =>
            {
                string address = line.GetRequiredValue(endpoint);
                string? fault = address is "" or OpenTelemetryConfig.Off ? "names no collector" : CollectorAddress.Fault(address);
                if (fault is not null)
                {
                    throw new UsageException($"--endpoint {fault}.");
                }

                double ofUpdate = SinkBench.SecondsOfUpdate(line.GetRequiredValue(run));
                var bench = new SinkBench(address, line.GetValue(updates), TimeSpan.FromMilliseconds(line.GetValue(pause)));
                var costs = await bench.RunAsync(line.GetValue(repeat), context.Error.WriteLine, context.Stop.Graceful);
                context.Print(SinkBench.Describe(costs, ofUpdate), SinkBench.ToJson(costs, ofUpdate));
            }
        );
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [("bench sinks runs/default --endpoint http://127.0.0.1:14318", "compares with the updates of runs/default")];

    private static Option<int> Count(string name, string description, int value) =>
        new Option<int>(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => value,
        }.AtLeast(1);
}

using System.CommandLine;
using Cppo.Pipeline.Bench;

namespace Cppo.Pipeline.Cli.Bench;

/// <summary><c>bench machine</c>: rates of arithmetic and of reading that no rollout or update can exceed.</summary>
internal sealed class BenchMachineCommand : CliCommand
{
    private readonly Option<int> threads = new Option<int>("--threads")
    {
        Description = "CPU threads.",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    }.IsThreads(1);

    public BenchMachineCommand(CliContext context)
        : base("machine", "Measure the rates of arithmetic and of reading memory that this machine reaches at most.")
    {
        Add(threads);
        SetAction(line =>
        {
            var result = MachineBench.Run(line.GetValue(threads), context.Stop.Graceful);
            context.Print(result.ToTable(), result.ToJson());
        });
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [("bench machine", "measures all cores together"), ("bench machine --threads 1", "measures one core")];
}

using Cppo.Model.Collectives;
using Cppo.Pipeline;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Collectives;
using Cppo.Pipeline.Telemetry;

namespace Cppo.RankProgram;

/// <summary>The program's command <c>train</c>, of whose ranks one suffers what an order says.</summary>
internal static class OrderedTraining
{
    /// <param name="order">See <see cref="RankOrder"/>.</param>
    /// <param name="run">The run's directory, in which checkpoints are looked for.</param>
    /// <param name="args">The command line after <c>train</c>.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string order, string run, string[] args)
    {
        var parsed = RankOrder.Parse(order);
        OrderedFault? fault = null;
        using var notices = new NoticeWriter(Console.Error, isTerminal: false);
        using var stop = StopSignals.Listen(notices, LastResort.Leave);
        var context = new CliContext(Console.In, Console.Out, notices, stop) { OpenRanks = _ => Open() };
        int code = await CommandLine.RunAsync(["train", .. args], context);
        if (fault!.Delayed.Calls > 0)
        {
            Console.WriteLine($"rank {parsed.Rank} was late for {fault.Delayed.Calls} calls, by {fault.Delayed.Time.TotalSeconds:0.0} s");
        }

        return code;

        ICollective Open()
        {
            var ranks = Ranks.Open(Ranks.DefaultLimit);
            fault = new OrderedFault(parsed, ranks.Rank, Path.Combine(run, "checkpoints"));
            return new OrderedRanks(ranks, fault);
        }
    }
}

using System.Diagnostics;
using Cppo.Chaos.Children;
using Cppo.Chaos.Injections;
using Cppo.Chaos.Runs;

namespace Cppo.Chaos;

/// <summary>Attacks runs, says of each injection how it ended, and counts.</summary>
internal static class ChaosCommand
{
    /// <summary>Runs as the arguments say; returns 0 where every promise was kept, 1 where not, 2 for arguments that are none.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (ChaosOptions.Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync(ChaosOptions.Usage);
            return 2;
        }

        if (!Unix.IsHere)
        {
            await Console.Error.WriteLineAsync("Signals are those of Linux and macOS; run it there.");
            return 2;
        }

        if (!TestBed.MayReplace(options.WorkDirectory))
        {
            await Console.Error.WriteLineAsync($"{options.WorkDirectory} holds something else; name another place with --work DIR.");
            return 2;
        }

        FileTree.Delete(options.WorkDirectory);
        var bed = new TestBed(options.WorkDirectory, options.RecoversInProcess);
        IReadOnlyList<Injection> plan =
        [
            .. await new KillPlan(bed, options.Seed).WholeAsync(options.IsEvery),
            .. await new DamagePlan(bed, options.Seed).WholeAsync(),
            .. FailurePlan.Whole,
        ];
        Injection[] chosen =
        [
            .. plan.Where(one => options.Only.Count == 0 || options.Only.Any(id => one.Id.StartsWith(id, StringComparison.Ordinal))),
        ];
        if (options.IsList)
        {
            chosen.ToList().ForEach(one => Console.WriteLine(one.Id));
            return 0;
        }

        if (chosen.Length == 0)
        {
            await Console.Error.WriteLineAsync("--only names no injection; --list prints their IDs.");
            return 2;
        }

        await using var log = new StreamWriter(Path.Combine(bed.DirectoryPath, "log.txt")) { AutoFlush = true };
        var campaign = new Campaign(
            bed,
            line =>
            {
                Console.WriteLine(line);
                log.WriteLine(line);
            }
        );
        var clock = Stopwatch.StartNew();
        await campaign.RunAsync(chosen, options.Jobs);
        Console.WriteLine($"log      {Path.Combine(bed.DirectoryPath, "log.txt")} ({clock.Elapsed.TotalSeconds:0} s)");
        if (campaign.Skipped > 0)
        {
            Console.WriteLine($"skipped  {campaign.Skipped} that this machine cannot do");
        }

        await Console.Out.WriteLineAsync(campaign.Summary);
        return campaign.IsGood ? 0 : 1;
    }
}

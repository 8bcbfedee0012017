using Cppo.Pipeline.Collectives;
using Cppo.Pipeline.Files;
using Cppo.RankProgram;

// What tests start under mpirun, and without it: RankProgram SCENARIO LIMIT, where the limit is in seconds, or train with an order for one
// rank.
if (args is ["train", var order, var run, .. var line])
{
    return await OrderedTraining.RunAsync(order, run, line);
}

if (args.Length != 2 || !Scenarios.All.TryGetValue(args[0], out var scenario))
{
    Console.Error.WriteLine($"RankProgram {string.Join('|', Scenarios.All.Keys)} LIMIT");
    Console.Error.WriteLine("RankProgram train ORDER RUN [pipeline.json --set ...]");
    return 2;
}

try
{
    var limit = TimeSpan.FromSeconds(int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture));
    using var ranks = Ranks.Open(limit, () => "nccl", Environment.GetEnvironmentVariable);
    scenario(ranks);
    Console.WriteLine($"rank {ranks.Rank} of {ranks.Size} is done");
    return 0;
}
catch (UsageException mistake)
{
    Console.Error.WriteLine(mistake.Message);
    return 2;
}
catch (Exception fault)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}

using System.CommandLine;
using Cppo.Pipeline.Bench;
using Cppo.Pipeline.Collectives;
using Cppo.Pipeline.Collectives.Mpi;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli.Bench;

/// <summary><c>bench collective</c>: sums over the ranks that a launcher started.</summary>
internal sealed class BenchCollectiveCommand : CliCommand
{
    private readonly Option<int[]> kilobytes = new("--kilobytes")
    {
        Description = "Size of the sums in 1000 bytes; may be given often.",
        HelpName = "N",
        DefaultValueFactory = _ => [3_400, 100_000],
    };
    private readonly Option<int> repeat = new Option<int>("--repeat")
    {
        Description = "Timed turns after a warm-up; medians count.",
        HelpName = "N",
        DefaultValueFactory = _ => 15,
    }.AtLeast(1);

    public BenchCollectiveCommand(CliContext context)
        : base("collective", "Measure the ordered sum over ranks, beside a copy of the same bytes and MPI_Allreduce; mpirun starts it.")
    {
        Add(kilobytes);
        Add(repeat);
        kilobytes.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => int.TryParse(token.Value, out int given) && given is < 1 or > 8_000_000))
            {
                result.AddError("--kilobytes must be 1 to 8000000.");
            }
        });
        SetAction(line =>
        {
            using var ranks = Ranks.Open(Ranks.DefaultLimit);
            if (ranks is not MpiCollective several)
            {
                throw new UsageException(
                    "bench collective measures several ranks: mpirun --bind-to none -n 2 dotnet run --no-build -- bench collective."
                );
            }

            var result = CollectiveBench.Run(
                several,
                line.GetValue(kilobytes)!.Select(each => each * 1000L),
                line.GetValue(repeat),
                context.Stop.Graceful
            );
            if (ranks.Rank == 0)
            {
                context.Print(result.ToTable(), result.ToJson());
            }
        });
    }

    public override bool TakesRanks => true;

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("bench collective", "measures sums of 3.4 and 100 MB, under mpirun"),
            ("bench collective --kilobytes 1000000 --repeat 5", "measures a sum of 1 GB"),
        ];
}

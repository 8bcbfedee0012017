using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Collectives.Mpi;

namespace Cppo.Pipeline.Bench;

/// <summary>How long the ordered sum of all ranks takes, beside a copy of the same bytes and beside the library's own sum.</summary>
/// <param name="Ranks">Processes.</param>
/// <param name="Library">The library's name and version.</param>
/// <param name="Sizes">One for each number of bytes.</param>
internal sealed record CollectiveBench(int Ranks, string Library, IReadOnlyList<CollectiveBench.Size> Sizes)
{
    /// <summary>Medians over turns; in each, the time of the slowest rank.</summary>
    /// <param name="Bytes">Of float32 values, on each rank.</param>
    /// <param name="CopySeconds">Every rank copies them at the same time.</param>
    /// <param name="SumSeconds">The ordered sum.</param>
    /// <param name="LibrarySeconds">MPI_Allreduce with MPI_SUM in place.</param>
    /// <param name="Differing">Share of elements whose bits differ between the two sums, for values of both signs.</param>
    internal sealed record Size(long Bytes, double CopySeconds, double SumSeconds, double LibrarySeconds, double Differing);

    /// <summary>Called by all ranks; all have the result.</summary>
    public static CollectiveBench Run(MpiCollective ranks, IEnumerable<long> sizes, int repeat, CancellationToken stop) =>
        new(ranks.Size, ranks.Library, [.. sizes.Select(bytes => Measure(ranks, (int)(bytes / sizeof(float)), repeat, stop))]);

    /// <summary>The table for people.</summary>
    public IEnumerable<string> ToTable()
    {
        yield return $"ranks: {Ranks}; {Library}; .NET {Environment.Version}";
        yield return $"{"MB", 10} {"copy", 18} {"ordered sum", 18} {"MPI_Allreduce", 18} {"differing", 10}";
        foreach (var size in Sizes)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{size.Bytes / 1e6, 10:0.0} {Cell(size, size.CopySeconds)} {Cell(size, size.SumSeconds)} "
                    + $"{Cell(size, size.LibrarySeconds)} {100 * size.Differing, 8:0.0} %"
            );
        }
    }

    /// <summary>One JSON object in one line.</summary>
    public string ToJson() =>
        new JsonObject
        {
            ["ranks"] = Ranks,
            ["library"] = Library,
            ["sizes"] = new JsonArray([
                .. Sizes.Select(size => new JsonObject
                {
                    ["bytes"] = size.Bytes,
                    ["copy_seconds"] = Round(size.CopySeconds),
                    ["sum_seconds"] = Round(size.SumSeconds),
                    ["allreduce_seconds"] = Round(size.LibrarySeconds),
                    ["differing_share"] = Round(size.Differing),
                }),
            ]),
        }.ToJsonString();

    private static Size Measure(MpiCollective ranks, int count, int repeat, CancellationToken stop)
    {
        var random = new Random(ranks.Rank);
        float[] given = new float[count];
        for (int index = 0; index < count; index++)
        {
            given[index] = random.NextSingle() - 0.5f;
        }

        float[] ours = new float[count];
        float[] theirs = new float[count];
        var seconds = new List<double[]>();

        // The first turn warms up.
        for (int turn = 0; turn <= repeat; turn++)
        {
            if (ranks.AnyTrue(stop.IsCancellationRequested, "a stop"))
            {
                throw new OperationCanceledException(stop);
            }

            double[] times =
            [
                Slowest(ranks, () => given.CopyTo(ours, 0)),
                Slowest(ranks, () => ranks.Sum(ours, "a benchmark")),
                Slowest(ranks, () => given.CopyTo(theirs, 0)),
                Slowest(ranks, () => ranks.SumInLibrarysOrder(theirs)),
            ];
            if (turn > 0)
            {
                seconds.Add(times);
            }
        }

        long differing = ours.Zip(theirs)
            .LongCount(pair => BitConverter.SingleToInt32Bits(pair.First) != BitConverter.SingleToInt32Bits(pair.Second));
        return new Size(
            (long)count * sizeof(float),
            BenchClock.Median(seconds.SelectMany(times => new[] { times[0], times[2] })),
            BenchClock.Median(seconds.Select(times => times[1])),
            BenchClock.Median(seconds.Select(times => times[3])),
            count == 0 ? 0 : (double)differing / count
        );
    }

    /// <summary>All begin together.</summary>
    private static double Slowest(MpiCollective ranks, Action run)
    {
        _ = ranks.AnyTrue(false, "the begin of a measurement");
        double[] mine = [BenchClock.Seconds(run)];
        return ranks.Gather(MemoryMarshal.AsBytes(mine.AsSpan()), "times").Max(each => BitConverter.ToDouble(each));
    }

    private static string Cell(Size size, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{1000 * seconds, 8:0.00} ms {size.Bytes / seconds / 1e9, 6:0.00}");

    private static double Round(double value) => Math.Round(value, 6);
}

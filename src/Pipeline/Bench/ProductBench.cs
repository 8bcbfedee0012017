using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Bench;

/// <summary>What the products of one step take.</summary>
/// <param name="Precision">What the weights are kept in.</param>
/// <param name="Rows">Completions that a token is generated for.</param>
/// <param name="Seconds">The median of some steps.</param>
/// <param name="LimitSeconds">What arithmetic or reading takes at least.</param>
/// <param name="Operations">A multiplication and an addition counted as two.</param>
/// <param name="WeightBytes">Bytes of the weights.</param>
internal sealed record ProductTime(
    WeightPrecision Precision,
    int Rows,
    double Seconds,
    double LimitSeconds,
    double Operations,
    long WeightBytes
)
{
    public double TokensPerSecond => Rows / Seconds;

    public double Share => LimitSeconds / Seconds;
}

/// <summary>All matrix products of a rollout's step in each precision of the weights, and the share of the machine's limit.</summary>
/// <param name="Rates">What the machine reaches.</param>
/// <param name="Times">A time for each precision and number of rows.</param>
internal sealed record ProductBench(MachineRates Rates, IReadOnlyList<ProductTime> Times)
{
    public static ProductBench Run(
        DecoderConfig config,
        IReadOnlyList<WeightPrecision> precisions,
        IReadOnlyList<int> rows,
        int threads,
        int repeat,
        CancellationToken stop
    )
    {
        var rates = MachineRates.Measure(threads);
        var times = new List<ProductTime>();
        foreach (var precision in precisions)
        {
            using var products = new StepProducts(config, precision, threads, stop);
            foreach (int count in rows)
            {
                // The first steps run while their code is being optimised.
                for (double warm = 0; warm < 0.5; warm += products.Run(count))
                {
                    stop.ThrowIfCancellationRequested();
                }

                double[] seconds = new double[repeat];
                for (int i = 0; i < repeat; i++)
                {
                    stop.ThrowIfCancellationRequested();
                    seconds[i] = products.Run(count);
                }

                double operations = products.Operations(count);
                times.Add(
                    new(
                        precision,
                        count,
                        BenchClock.Median(seconds),
                        rates.LimitSeconds(precision, operations, products.WeightBytes),
                        operations,
                        products.WeightBytes
                    )
                );
            }
        }

        return new(rates, times);
    }

    /// <summary>The table for people.</summary>
    public IEnumerable<string> ToTable()
    {
        yield return "weights    rows  tokens/s  G operations/s    GB/s  share of the limit";
        foreach (var time in Times)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{PrecisionNames.Of(time.Precision), -9} {time.Rows, 5} {time.TokensPerSecond, 9:0.0} "
                    + $"{time.Operations / time.Seconds / 1e9, 15:0} "
                    + $"{time.WeightBytes / time.Seconds / 1e9, 7:0.0} {100 * time.Share, 17:0} %"
            );
        }
    }

    /// <summary>One JSON object in one line.</summary>
    public string ToJson() =>
        new JsonObject
        {
            ["threads"] = Rates.Threads,
            ["vectors"] = Rates.Vectors,
            ["read_gb_per_second"] = Math.Round(Rates.ReadBytes / 1e9, 1),
            ["products"] = new JsonArray([
                .. Times.Select(time => new JsonObject
                {
                    ["weights"] = PrecisionNames.Of(time.Precision),
                    ["rows"] = time.Rows,
                    ["seconds"] = Math.Round(time.Seconds, 6),
                    ["tokens_per_second"] = Math.Round(time.TokensPerSecond, 1),
                    ["arithmetic_gops"] = Math.Round(Rates.Arithmetic(time.Precision) / 1e9, 1),
                    ["share_of_limit"] = Math.Round(time.Share, 4),
                }),
            ]),
        }.ToJsonString();
}

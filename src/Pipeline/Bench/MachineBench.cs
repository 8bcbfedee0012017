using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Model.Managed;

namespace Cppo.Pipeline.Bench;

/// <summary>What the machine reaches at most, beside what large matrix products reach of it.</summary>
/// <param name="Rates">Rates of arithmetic and of reading.</param>
/// <param name="MatrixProduct">Operations a second of a large fp32 matrix product.</param>
internal sealed record MachineBench(MachineRates Rates, double MatrixProduct)
{
    public static MachineBench Run(int threads, CancellationToken stop)
    {
        var rates = MachineRates.Measure(threads);
        stop.ThrowIfCancellationRequested();
        return new(rates, MatrixProductRate.Measure(threads));
    }

    /// <summary>The table for people.</summary>
    public IEnumerable<string> ToTable()
    {
        yield return $"threads: {Rates.Threads}; vectors: {Rates.Vectors}; .NET {Environment.Version}";
        yield return Line("fp32 multiply-add (weights in fp32 and bf16)", Rates.MultiplyAdd, "G operations/s");
        yield return Line("fp32 matrix product [1056, 1024] x [1024, 1024]", MatrixProduct, "G operations/s");
        if (Rates.PairProduct > 0)
        {
            yield return Line("16-bit products in pairs (vpmaddwd)", Rates.PairProduct, "G operations/s");
        }

        if (Rates.QuadProduct > 0)
        {
            yield return Line("8-bit products in quadruples (vpdpbusd; int8 weights)", Rates.QuadProduct, "G operations/s");
        }

        yield return Line("reading memory", Rates.ReadBytes, "GB/s");
        yield return Line("reading the second-level cache", Rates.CachedReadBytes, "GB/s");
    }

    /// <summary>One JSON object in one line; a rate that the machine has not is absent.</summary>
    public string ToJson()
    {
        var json = new JsonObject
        {
            ["threads"] = Rates.Threads,
            ["vectors"] = Rates.Vectors,
            ["multiply_add_gops"] = Giga(Rates.MultiplyAdd),
            ["matrix_product_gflops"] = Giga(MatrixProduct),
        };
        if (Rates.PairProduct > 0)
        {
            json["pair_product_gops"] = Giga(Rates.PairProduct);
        }

        if (Rates.QuadProduct > 0)
        {
            json["quad_product_gops"] = Giga(Rates.QuadProduct);
        }

        json["read_gb_per_second"] = Giga(Rates.ReadBytes);
        json["cached_read_gb_per_second"] = Giga(Rates.CachedReadBytes);
        return json.ToJsonString();
    }

    private static double Giga(double rate) => Math.Round(rate / 1e9, 1);

    private static string Line(string what, double rate, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{what, -56} {rate / 1e9, 8:0.0} {unit}");
}

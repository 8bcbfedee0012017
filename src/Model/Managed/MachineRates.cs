using System.Diagnostics;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed;

/// <summary>
/// What this machine's cores reach at most: the limit of every phase is the larger of its operations over the rate of their arithmetic and
/// its bytes over the bandwidth. Operations count a multiplication and an addition as two; rates are those of all threads together.
/// </summary>
internal sealed unsafe record MachineRates
{
    private const int Repeats = 12;
    private const nint LargeBytes = 1 << 30;
    private const nint CachedBytes = 1 << 19;
    private const int CachedReads = 64;
    private const long Rounds = 500_000;

    /// <summary>Threads that were measured.</summary>
    public required int Threads { get; init; }

    /// <summary>The vectors of fp32: <c>avx512</c>, <c>avx2</c> or <c>portable</c>.</summary>
    public required string Vectors { get; init; }

    /// <summary>fp32 multiply-adds, operations a second.</summary>
    public required double MultiplyAdd { get; init; }

    /// <summary>16-bit products in pairs (vpmaddwd at 256 bits), operations a second; 0 without AVX2.</summary>
    public required double PairProduct { get; init; }

    /// <summary>8-bit products in quadruples (vpdpbusd at 256 bits), operations a second; 0 without AVX-VNNI.</summary>
    public required double QuadProduct { get; init; }

    /// <summary>Bytes a second that are read of an array beyond the caches.</summary>
    public required double ReadBytes { get; init; }

    /// <summary>Bytes a second that are read of arrays in each core's second-level cache.</summary>
    public required double CachedReadBytes { get; init; }

    /// <summary>Operations a second of the arithmetic that products with weights of a precision consist of.</summary>
    public double Arithmetic(WeightPrecision precision) =>
        precision != WeightPrecision.Int8 ? MultiplyAdd
        : QuadProduct > 0 ? QuadProduct
        : PairProduct > 0 ? PairProduct
        : MultiplyAdd;

    /// <summary>
    /// The least seconds that so many operations with weights of a precision take where so many bytes have to be read for them.
    /// </summary>
    public double LimitSeconds(WeightPrecision precision, double operations, double bytes) =>
        Math.Max(operations / Arithmetic(precision), bytes / ReadBytes);

    /// <summary>Measures; takes a second or two and 1 GiB. The best of some runs counts.</summary>
    /// <param name="threads">Threads, at least 1.</param>
    public static MachineRates Measure(int threads)
    {
        using var team = new Team(threads);
        var level = SimdLevels.Best;
        var kernel = Int8Kernels.At(level);
        using var memory = new AlignedBuffer(threads * 64);
        memory.Clear();
        nint scratch = (nint)memory.Pointer;
        nint Of(int item) => scratch + (item * 256);
        double multiplyAdd = Best(team, threads, item => ArithmeticLoops.MultiplyAdds(level, Rounds, (byte*)Of(item)));
        double pairs =
            kernel == Int8Kernel.Portable ? 0 : Best(team, threads, item => ArithmeticLoops.PairProducts(Rounds, (byte*)Of(item)));
        memory.Clear();
        double quads =
            kernel == Int8Kernel.AvxVnni ? Best(team, threads, item => ArithmeticLoops.QuadProducts(Rounds, (byte*)Of(item))) : 0;
        return new()
        {
            Threads = threads,
            Vectors = level switch
            {
                SimdLevel.Avx512 => "avx512",
                SimdLevel.Avx2 => "avx2",
                _ => "portable",
            },
            MultiplyAdd = multiplyAdd,
            PairProduct = pairs,
            QuadProduct = quads,
            ReadBytes = Reading(team, LargeBytes / threads, 1, Of),
            CachedReadBytes = Reading(team, CachedBytes, CachedReads, Of),
        };
    }

    /// <summary>Bytes a second of all threads reading an array each, some times.</summary>
    private static double Reading(Team team, nint bytes, int times, Func<int, nint> sink)
    {
        int threads = team.Size;
        nint each = bytes / 4096 * 4096;
        using var arrays = new AlignedBuffer(each * threads / sizeof(float));
        nint first = (nint)arrays.Pointer;

        // Memory that was never written is one page of zeros.
        team.Run(threads, (item, _) => new Span<byte>((byte*)first + (item * each), (int)each).Fill(1));
        return Best(
            team,
            threads,
            item =>
            {
                double read = 0;
                for (int i = 0; i < times; i++)
                {
                    read += ArithmeticLoops.Read((byte*)first + (item * each), each, (byte*)sink(item));
                }

                return read;
            }
        );
    }

    private static double Best(Team team, int items, Func<int, double> work)
    {
        double[] done = new double[items];
        double best = 0;
        for (int i = 0; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            team.Run(items, (item, _) => done[item] = work(item));
            best = Math.Max(best, done.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}

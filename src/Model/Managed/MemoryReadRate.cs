using System.Diagnostics;
using System.Numerics;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed;

/// <summary>How fast this machine reads memory that no cache holds: the other yardstick of benchmarks.</summary>
public static unsafe class MemoryReadRate
{
    // 1 GiB, more than last-level caches hold.
    private const nint Floats = 1 << 28;
    private const int ItemsPerThread = 16;
    private const int Repeats = 5;

    /// <summary>Bytes a second, the best of some passes straight through the memory.</summary>
    /// <param name="threads">Threads that share the memory, at least 1.</param>
    public static double Measure(int threads)
    {
        using var team = new Team(threads);
        using var memory = new AlignedBuffer(Floats);
        int items = threads * ItemsPerThread;
        float[] sums = new float[items];
        nint first = (nint)memory.Pointer,
            length = Floats / items / (4 * Vector<float>.Count) * (4 * Vector<float>.Count);
        team.Run(items, (item, _) => new Span<float>((float*)first + (item * length), (int)length).Fill(1));
        double best = double.PositiveInfinity;
        for (int i = 0; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            team.Run(items, (item, _) => sums[item] = Sum((float*)first + (item * length), length));
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return (double)items * length * sizeof(float) / best;
    }

    private static float Sum(float* x, nint length)
    {
        Vector<float> a = default,
            b = default,
            c = default,
            d = default;
        for (nint i = 0; i < length; i += 4 * Vector<float>.Count)
        {
            a += Vector.Load(x + i);
            b += Vector.Load(x + i + Vector<float>.Count);
            c += Vector.Load(x + i + (2 * Vector<float>.Count));
            d += Vector.Load(x + i + (3 * Vector<float>.Count));
        }

        return Vector.Sum(a + b + c + d);
    }
}

using System.Diagnostics;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed;

/// <summary>
/// All matrix products of one step of rollouts, a token for each row, on weights made up for the purpose: what a step takes at least where
/// threads share each product by columns. Every layer has weights of its own, so that they come from memory as they do in a rollout.
/// </summary>
internal sealed unsafe class StepProducts : IDisposable
{
    private readonly Team team;
    private readonly WeightPrecision precision;
    private readonly List<AlignedBuffer> memory = [];
    private readonly List<RightFactor> factors = [];
    private readonly PreparedRows prepared = new();
    private readonly AlignedBuffer a = new();
    private readonly AlignedBuffer c = new();

    /// <summary>Makes the weights up.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="precision">What the weights are kept in.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="stop">Ends it.</param>
    public StepProducts(DecoderConfig config, WeightPrecision precision, int threads, CancellationToken stop)
    {
        this.precision = precision;
        team = new Team(threads);
        var shape = new ModelShape(config, SimdLevels.Best);
        for (int layer = 0; layer < config.NumLayers; layer++)
        {
            stop.ThrowIfCancellationRequested();
            Add(shape.Hidden, shape.Qkv);
            Add(shape.Queries, shape.Hidden);
            Add(shape.Hidden, 2 * shape.Inner);
            Add(shape.Inner, shape.Hidden);
        }

        Add(shape.Hidden, shape.Vocabulary);
        WeightBytes = factors.Sum(factor => (long)RightFactor.Bytes(precision, factor.Rows, factor.Columns));
    }

    /// <summary>Bytes of all weights, each of which a step reads once.</summary>
    public long WeightBytes { get; }

    /// <summary>Operations of a step, a multiplication and an addition counted as two.</summary>
    public double Operations(int rows) => factors.Sum(factor => 2.0 * rows * factor.Rows * factor.Columns);

    /// <summary>Runs a step of so many rows and returns its seconds.</summary>
    public double Run(int rows)
    {
        Reserve(rows);
        long start = Stopwatch.GetTimestamp();
        foreach (var factor in factors)
        {
            Multiply(rows, factor);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        team.Dispose();
        prepared.Dispose();
        memory.ForEach(buffer => buffer.Dispose());
        a.Dispose();
        c.Dispose();
    }

    private void Multiply(int rows, RightFactor factor)
    {
        var level = SimdLevels.Best;
        int threads = team.Size,
            items = Math.Min(threads, factor.NumPanels);
        if (precision == WeightPrecision.Int8)
        {
            prepared.Reserve(level, precision, rows, factor.Rows);
            team.Run(
                threads,
                (item, _) => prepared.Fill(precision, rows * item / threads, rows * (item + 1) / threads, a.Pointer, factor.Rows)
            );
        }

        team.Run(
            items,
            (item, _) =>
                RightFactors.Multiply(
                    level,
                    rows,
                    a.Pointer,
                    factor.Rows,
                    prepared,
                    factor,
                    (int)((long)factor.NumPanels * item / items),
                    (int)((long)factor.NumPanels * (item + 1) / items),
                    null,
                    0,
                    c.Pointer,
                    factor.Columns
                )
        );
    }

    private void Reserve(int rows)
    {
        int inputs = rows * factors.Max(factor => factor.Rows);
        if (a.Length < inputs)
        {
            a.Ensure(inputs);
            Fill(a.Span(inputs));
            c.Ensure((nint)rows * factors.Max(factor => factor.Columns));
        }
    }

    /// <summary>A factor whose panels are all the same.</summary>
    private void Add(int k, int n)
    {
        var buffer = new AlignedBuffer((RightFactor.Bytes(precision, k, n) + sizeof(float) - 1) / sizeof(float));
        memory.Add(buffer);
        var factor = new RightFactor(precision, buffer.Pointer, k, n);
        factors.Add(factor);
        using var outputs = new AlignedBuffer((nint)k * Gemm.PanelWidth);
        Fill(outputs.Span(k * Gemm.PanelWidth));
        factor.PackOutputs(outputs.Pointer, 0);
        nint panel = factor.PanelStride,
            scales = (nint)Int8.NumBlocks(k) * Gemm.PanelWidth * sizeof(float);
        team.Run(
            factor.NumPanels - 1,
            (item, _) =>
            {
                Buffer.MemoryCopy(factor.Panel(0), factor.Panel(item + 1), panel, panel);
                if (precision == WeightPrecision.Int8)
                {
                    Buffer.MemoryCopy(factor.PanelScales(0), factor.PanelScales(item + 1), scales, scales);
                }
            }
        );
    }

    /// <summary>Sums of twelve uniform numbers are near enough to Gaussian ones for the ranges that kernels choose by.</summary>
    private static void Fill(Span<float> numbers)
    {
        uint state = 1;
        foreach (ref float number in numbers)
        {
            number = -6;
            for (int i = 0; i < 12; i++)
            {
                state = (state * 1664525) + 1013904223;
                number += (state >> 8) / 16777216f;
            }
        }
    }
}

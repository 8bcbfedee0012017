using Cppo.Model.Collectives;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Training;

/// <summary>The running means of gradients and of their squares, in some number type.</summary>
internal unsafe interface IMoments : IDisposable
{
    /// <summary>
    /// Step <paramref name="n"/> of the parameters <paramref name="first"/> .. <paramref name="first"/> + <paramref name="count"/> - 1;
    /// the pointers are to the first one's weight and gradient. Stretches may be stepped by several threads at a time.
    /// </summary>
    void Step(AdamWStep step, long n, float* weights, float* gradients, nint first, int count);

    /// <summary>Both under the names that they have in a file.</summary>
    IReadOnlyList<(string Section, IReadOnlyList<WeightStream> Tensors)> Streams();

    /// <summary>Takes both from <paramref name="tensors"/>(section); of shards, memory is kept for this process's alone.</summary>
    void Read(Func<string, IEnumerable<WeightStream>> tensors, Shards? shards);

    /// <summary>Completes both by what other processes have, for as long as it is kept.</summary>
    void Gather(Shards shards, bool isKept, string purpose);

    /// <summary>Gives back the memory of what other processes have.</summary>
    void Release(Shards shards);
}

/// <summary>Names of the sections of an optimizer's file.</summary>
internal static class MomentNames
{
    internal const string Mean = "mean";

    internal const string Square = "square";
}

/// <summary>Moments in fp32.</summary>
internal sealed unsafe class Float32Moments(ParameterLayout layout) : IMoments
{
    private readonly ParameterArray mean = new(layout);
    private readonly ParameterArray square = new(layout);

    /// <inheritdoc/>
    public void Step(AdamWStep step, long n, float* weights, float* gradients, nint first, int count) =>
        AdamW.Step(step, n, weights, gradients, mean.Pointer + first, square.Pointer + first, count);

    /// <inheritdoc/>
    public IReadOnlyList<(string Section, IReadOnlyList<WeightStream> Tensors)> Streams() =>
        [(MomentNames.Mean, mean.Streams()), (MomentNames.Square, square.Streams())];

    /// <inheritdoc/>
    public void Read(Func<string, IEnumerable<WeightStream>> tensors, Shards? shards)
    {
        foreach (var (section, array) in new[] { (MomentNames.Mean, mean), (MomentNames.Square, square) })
        {
            array.Read(tensors(section));
            if (shards is not null)
            {
                ManagedShards.Release(shards, array.Pointer, numbersPerFloat: 1);
            }
        }
    }

    /// <inheritdoc/>
    public void Gather(Shards shards, bool isKept, string purpose)
    {
        ManagedShards.Gather(shards, mean.Pointer, numbersPerFloat: 1, isKept, purpose);
        ManagedShards.Gather(shards, square.Pointer, numbersPerFloat: 1, isKept, purpose);
    }

    /// <inheritdoc/>
    public void Release(Shards shards)
    {
        ManagedShards.Release(shards, mean.Pointer, numbersPerFloat: 1);
        ManagedShards.Release(shards, square.Pointer, numbersPerFloat: 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        mean.Dispose();
        square.Dispose();
    }
}

/// <summary>
/// Moments in bfloat16: half the memory. Steps are computed in fp32; what is kept of them is rounded stochastically, with random bits that
/// are a hash of the step and the parameter's place, so that a run repeats and goes on with the same bits.
/// </summary>
internal sealed unsafe class BFloat16Moments(ParameterLayout layout) : IMoments
{
    // So many numbers and their random bits stay in the first-level cache.
    private const int Block = 1024;

    private readonly BFloat16Array mean = new(layout);
    private readonly BFloat16Array square = new(layout);

    /// <inheritdoc/>
    public void Step(AdamWStep step, long n, float* weights, float* gradients, nint first, int count)
    {
        float* means = stackalloc float[Block];
        float* squares = stackalloc float[Block];
        uint* noise = stackalloc uint[Block];
        for (int start = 0; start < count; start += Block)
        {
            int length = Math.Min(Block, count - start);
            mean.Widen(first + start, length, means);
            square.Widen(first + start, length, squares);
            AdamW.Step(step, n, weights + start, gradients + start, means, squares, length);
            RoundingNoise.Fill(n, first + start, length, noise);
            mean.Narrow(first + start, length, means, noise, shift: 0);
            square.Narrow(first + start, length, squares, noise, shift: 16);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Section, IReadOnlyList<WeightStream> Tensors)> Streams() =>
        [(MomentNames.Mean, mean.Streams()), (MomentNames.Square, square.Streams())];

    /// <inheritdoc/>
    public void Read(Func<string, IEnumerable<WeightStream>> tensors, Shards? shards)
    {
        foreach (var (section, array) in new[] { (MomentNames.Mean, mean), (MomentNames.Square, square) })
        {
            array.Read(tensors(section));
            if (shards is not null)
            {
                ManagedShards.Release(shards, (float*)array.Pointer, numbersPerFloat: 2);
            }
        }
    }

    /// <inheritdoc/>
    public void Gather(Shards shards, bool isKept, string purpose)
    {
        ManagedShards.Gather(shards, (float*)mean.Pointer, numbersPerFloat: 2, isKept, purpose);
        ManagedShards.Gather(shards, (float*)square.Pointer, numbersPerFloat: 2, isKept, purpose);
    }

    /// <inheritdoc/>
    public void Release(Shards shards)
    {
        ManagedShards.Release(shards, (float*)mean.Pointer, numbersPerFloat: 2);
        ManagedShards.Release(shards, (float*)square.Pointer, numbersPerFloat: 2);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        mean.Dispose();
        square.Dispose();
    }
}

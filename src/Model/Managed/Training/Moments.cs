using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Training;

/// <summary>The running means of gradients and of their squares, in some number type.</summary>
internal unsafe interface IMoments : IDisposable
{
    /// <summary>Both under the names that they have in a file, in its order.</summary>
    IReadOnlyList<(string Section, IParameterNumbers Numbers)> Sections { get; }

    /// <summary>
    /// Step <paramref name="n"/> of the parameters <paramref name="first"/> .. <paramref name="first"/> + <paramref name="count"/> - 1;
    /// the pointers are to the first one's weight and gradient. Stretches may be stepped by several threads at a time.
    /// </summary>
    void Step(AdamWStep step, long n, float* weights, float* gradients, nint first, int count);
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
    public IReadOnlyList<(string Section, IParameterNumbers Numbers)> Sections => [(MomentNames.Mean, mean), (MomentNames.Square, square)];

    /// <inheritdoc/>
    public void Step(AdamWStep step, long n, float* weights, float* gradients, nint first, int count) =>
        AdamW.Step(step, n, weights, gradients, mean.Pointer + first, square.Pointer + first, count);

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
    public IReadOnlyList<(string Section, IParameterNumbers Numbers)> Sections => [(MomentNames.Mean, mean), (MomentNames.Square, square)];

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
    public void Dispose()
    {
        mean.Dispose();
        square.Dispose();
    }
}

using System.Numerics;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Weights;

namespace Cppo.Model.Managed.Parameters;

/// <summary>
/// A bfloat16 number for each parameter of a model, in the order of a <see cref="ParameterArray"/>: moments of half the memory.
/// </summary>
internal sealed unsafe class BFloat16Array : IParameterNumbers, IDisposable
{
    private const int WithoutSign = 0x7FFF;
    private const int FirstInfinite = 0x7F80;

    private readonly AlignedBuffer values;
    private readonly ParameterLayout layout;

    /// <summary>All 0.</summary>
    internal BFloat16Array(ParameterLayout layout)
    {
        this.layout = layout;
        values = new AlignedBuffer((layout.Length + 1) / 2);
        values.ClearUnused();
    }

    internal ushort* Pointer => (ushort*)values.Pointer;

    /// <inheritdoc/>
    float* IParameterNumbers.Floats => values.Pointer;

    /// <inheritdoc/>
    int IParameterNumbers.NumbersPerFloat => 2;

    /// <summary>Bytes of an array.</summary>
    internal static long Bytes(ParameterLayout layout) => layout.Length * sizeof(ushort);

    /// <summary>All parameters under the Hugging Face names, in the order of <c>WeightMap.Expected</c>, widened exactly.</summary>
    public IReadOnlyList<WeightStream> Streams(Action<long, long>? needed = null) => layout.Streams(Get, needed);

    /// <summary>Takes all parameters in the order of <see cref="Streams"/>, rounded to the nearest where they are no bfloat16.</summary>
    /// <exception cref="ModelFileException">Reading one failed.</exception>
    public void Read(IEnumerable<WeightStream> tensors)
    {
        foreach (var (parameter, tensor) in layout.Parameters.Zip(tensors))
        {
            tensor.ForPieces((first, numbers) => Set(parameter, first, numbers));
        }
    }

    /// <inheritdoc/>
    public bool AreFinite(long start, long count)
    {
        ushort* numbers = Pointer + start;
        for (long i = 0; i < count; i++)
        {
            if ((numbers[i] & WithoutSign) >= FirstInfinite)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Numbers from a place on, to floats.</summary>
    internal void Widen(nint first, int count, float* into)
    {
        ushort* from = Pointer + first;
        int i = 0;
        for (; i <= count - (2 * Vector<float>.Count); i += 2 * Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(from + i), out var low, out var high);
            Vector.AsVectorSingle(low << 16).Store(into + i);
            Vector.AsVectorSingle(high << 16).Store(into + i + Vector<float>.Count);
        }

        for (; i < count; i++)
        {
            into[i] = BitConverter.UInt32BitsToSingle((uint)from[i] << 16);
        }
    }

    /// <summary>
    /// Floats to numbers from a place on, each rounded up with the probability of what rounding down loses, so that small changes are not
    /// lost on average: <paramref name="noise"/> has 16 random bits for each at bit <paramref name="shift"/>.
    /// </summary>
    internal void Narrow(nint first, int count, float* from, uint* noise, int shift)
    {
        ushort* to = Pointer + first;
        for (int i = 0; i < count; i++)
        {
            to[i] = (ushort)((BitConverter.SingleToUInt32Bits(from[i]) + ((noise[i] >> shift) & 0xFFFF)) >> 16);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => values.Dispose();

    private void Get(Parameter parameter, long first, Span<float> into)
    {
        for (int i = 0; i < into.Length; i++)
        {
            into[i] = BitConverter.UInt32BitsToSingle((uint)Pointer[Place(parameter, first + i)] << 16);
        }
    }

    private void Set(Parameter parameter, long first, ReadOnlySpan<float> numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            Pointer[Place(parameter, first + i)] = BFloat16.Round(numbers[i]);
        }
    }

    private static nint Place(Parameter parameter, long index)
    {
        if (parameter.Panels is not { } panels)
        {
            return parameter.Offset + (nint)index;
        }

        var (row, column) = Math.DivRem(index, panels.Inputs);
        nint output = panels.First + (nint)row;
        return parameter.Offset
            + (((output / Gemm.PanelWidth * panels.Inputs) + (nint)column) * Gemm.PanelWidth)
            + (output % Gemm.PanelWidth);
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// Tensors with numbers. TorchSharp turns a number into a <see cref="Scalar"/> whose native value its finalizer frees, and nothing holds it
/// once the native call has begun: under constant garbage collection a call in some thousands computes with freed memory. Here every Scalar
/// is a static or lives in a using statement until the call has returned. That includes plain sums: TorchSharp's <c>a + b</c> is <c>a + 1 *
/// b</c> with such a 1. A test reads the compiled engine and fails where a call makes a Scalar in another way.
/// </summary>
internal static class HeldScalar
{
    /// <summary>1, the factor of plain sums.</summary>
    private static readonly Scalar One = 1.ToScalar();

    private static readonly Scalar MinusInfinity = double.NegativeInfinity.ToScalar();

    /// <summary>x + y.</summary>
    internal static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>x + c.</summary>
    internal static Tensor Plus(this Tensor x, double c)
    {
        using var held = c.ToScalar();
        return x.add(held, One);
    }

    /// <summary>x + 1, of integers.</summary>
    internal static Tensor PlusOne(this Tensor x) => x.add(One, One);

    /// <summary>x += y.</summary>
    internal static Tensor Increase(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>x += c y.</summary>
    internal static Tensor Increase(this Tensor x, Tensor y, double c)
    {
        using var held = c.ToScalar();
        return x.add_(y, held);
    }

    /// <summary>x += c.</summary>
    internal static Tensor Increase(this Tensor x, double c)
    {
        using var held = c.ToScalar();
        return x.add_(held, One);
    }

    /// <summary>x += c y z.</summary>
    internal static Tensor IncreaseByProduct(this Tensor x, Tensor y, Tensor z, double c)
    {
        using var held = c.ToScalar();
        return x.addcmul_(y, z, held);
    }

    /// <summary>x += c y / z.</summary>
    internal static Tensor IncreaseByQuotient(this Tensor x, Tensor y, Tensor z, double c)
    {
        using var held = c.ToScalar();
        return x.addcdiv_(y, z, held);
    }

    /// <summary>c x.</summary>
    internal static Tensor Times(this Tensor x, double c)
    {
        using var held = c.ToScalar();
        return x.mul(held);
    }

    /// <summary>x *= c.</summary>
    internal static Tensor Scale(this Tensor x, double c)
    {
        using var held = c.ToScalar();
        return x.mul_(held);
    }

    /// <summary>x / c.</summary>
    internal static Tensor Over(this Tensor x, double c)
    {
        using var held = c.ToScalar();
        return x.div(held);
    }

    /// <summary>x /= c.</summary>
    internal static Tensor Divide(this Tensor x, double c)
    {
        using var held = c.ToScalar();
        return x.div_(held);
    }

    /// <summary>min(x, most), of integers.</summary>
    internal static Tensor AtMost(this Tensor x, long most)
    {
        using var held = most.ToScalar();
        return x.clamp_max(held);
    }

    /// <summary>Minus infinity where <paramref name="hidden"/>, else x.</summary>
    internal static Tensor Hide(this Tensor x, Tensor hidden) => x.masked_fill(hidden, MinusInfinity);
}

// Letters: N tokens, D hidden.
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>Root-mean-square normalisation: x / sqrt(mean(x^2) + epsilon) * weight.</summary>
internal static class RmsNorm
{
    /// <summary>The last dimension, shape kept; the mean is taken in fp32 whatever the compute type.</summary>
    internal static Tensor Forward(Tensor x_ND, Tensor weight_D, double epsilon)
    {
        var wide_ND = x_ND.to(ScalarType.Float32);
        var scale_N1 = (wide_ND * wide_ND).mean([-1], keepdim: true).Plus(epsilon).rsqrt();
        return (wide_ND * scale_N1).to(x_ND.dtype) * weight_D;
    }
}

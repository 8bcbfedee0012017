// Letters: N tokens, D hidden, F inner layer.
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>The gated MLP: down(silu(gate(x)) * up(x)).</summary>
internal static class SwiGluMlp
{
    /// <summary>[N, D] to [N, D].</summary>
    internal static Tensor Forward(BlockWeights weights, Tensor x_ND)
    {
        var gateUp_N2F = LowRankTerm.Linear(x_ND, weights.GateUp_2FD, weights.GateUpBias_2F, weights.Adapter?.GateUp);
        long inner = gateUp_N2F.shape[1] / 2;
        var gated_NF = gateUp_N2F.narrow(1, 0, inner).silu() * gateUp_N2F.narrow(1, inner, inner);
        return LowRankTerm.Linear(gated_NF, weights.Down_DF, weights.DownBias_D, weights.Adapter?.Down);
    }
}

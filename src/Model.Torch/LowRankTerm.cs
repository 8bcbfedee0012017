// Letters: N tokens, I inputs, O outputs of a module, r rank, R ranks of all target modules of a product together.
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cppo.Model.Torch;

/// <summary>A module's columns of a product: its B, or null where the adapter leaves it alone.</summary>
internal sealed record LowRankPart(Tensor? B_Or, long Outputs);

/// <summary>What an adapter adds to a product of one or several modules: y += B (alpha / rank) A x for the columns of each.</summary>
internal sealed record LowRankTerm(Tensor A_RI, IReadOnlyList<LowRankPart> Parts, double Scale)
{
    /// <summary>A linear layer [N, I] to [N, O], with the term where there is one.</summary>
    internal static Tensor Linear(Tensor x_NI, Tensor weight_OI, Tensor? bias_O, LowRankTerm? term)
    {
        var y_NO = functional.linear(x_NI, weight_OI, bias_O);
        return term is null ? y_NO : y_NO.Plus(term.Of(x_NI));
    }

    private Tensor Of(Tensor x_NI)
    {
        var low_NR = functional.linear(x_NI, A_RI).Times(Scale);
        var columns = new List<Tensor>();
        long first = 0;
        foreach (var (b_Or, outputs) in Parts)
        {
            if (b_Or is null)
            {
                columns.Add(zeros([x_NI.shape[0], outputs], x_NI.dtype, x_NI.device));
                continue;
            }

            long rank = b_Or.shape[1];
            columns.Add(functional.linear(low_NR.narrow(1, first, rank), b_Or));
            first += rank;
        }

        return columns.Count == 1 ? columns[0] : cat(columns, 1);
    }
}

/// <summary>The terms of a block's products; null for a product that the adapter leaves alone.</summary>
internal sealed record BlockAdapter(LowRankTerm? Qkv, LowRankTerm? Output, LowRankTerm? GateUp, LowRankTerm? Down);

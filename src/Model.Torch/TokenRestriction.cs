// Letters: B rows, V vocabulary, K the likeliest tokens that are looked at.
using Cppo.Model.Engine;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// Leaves of each row's distribution what top-k, top-p and min-p do, in this order, as the managed engine's <c>RestrictedDraw</c> says. The
/// likeliest tokens are selected, as many as are needed, and not the vocabulary sorted.
/// </summary>
internal static class TokenRestriction
{
    // Tokens that are looked at first where top-k does not say how many, and how many times as many where they do not reach top-p.
    private const int FirstLook = 1024,
        Growth = 8;

    /// <summary>Logprobs [B, V] of the distribution that remains, fp32; minus infinity where a token is left out.</summary>
    internal static Tensor Apply(Tensor logprobs_BV, SamplingRestriction restriction)
    {
        using var scope = NewDisposeScope();
        var weights_BV = logprobs_BV.exp();
        int vocabulary = (int)weights_BV.shape[1];
        int most = restriction.TopK > 0 && restriction.TopK < vocabulary ? restriction.TopK : 0;
        var kept_BV =
            most > 0 || restriction.TopP < 1
                ? Kept(weights_BV, most, restriction, vocabulary)
                : weights_BV.ge(weights_BV.max(-1, keepdim: true).values.Times(restriction.MinP));
        return logprobs_BV.Hide(kept_BV.logical_not()).log_softmax(-1).MoveToOuterDisposeScope();
    }

    private static Tensor Kept(Tensor weights_BV, int most, SamplingRestriction restriction, int vocabulary)
    {
        int look = Math.Min(vocabulary, most > 0 ? most : FirstLook);
        while (true)
        {
            using var scope = NewDisposeScope();
            var likeliest_BK = weights_BV.topk(look, -1, largest: true, sorted: true).values;
            var kept_BK = KeptOfLikeliest(likeliest_BK, most > 0 ? likeliest_BK : weights_BV, restriction);
            if (look == vocabulary || most > 0 || !Reaches(kept_BK, look))
            {
                return Widen(weights_BV, likeliest_BK, kept_BK).MoveToOuterDisposeScope();
            }

            look = (int)Math.Min(vocabulary, (long)look * Growth);
        }
    }

    /// <summary>Which of the likeliest stay, sorted from the largest weight: a token while the sum before it is below top-p's.</summary>
    private static Tensor KeptOfLikeliest(Tensor likeliest_BK, Tensor whole_BX, SamplingRestriction restriction)
    {
        var least_B1 = likeliest_BK.narrow(1, 0, 1).Times(restriction.MinP);
        var kept_BK = likeliest_BK.ge(least_B1);
        if (restriction.TopP == 1)
        {
            return kept_BK;
        }

        var before_BK = likeliest_BK.cumsum(-1).Plus(likeliest_BK.neg());
        return kept_BK.logical_and(before_BK.lt(whole_BX.sum(-1, keepdim: true).Times(restriction.TopP)));
    }

    /// <summary>Whether some row keeps all of the likeliest, so that there may be more.</summary>
    private static bool Reaches(Tensor kept_BK, int look) =>
        HostArrays.Download(kept_BK.narrow(1, look - 1, 1).to(ScalarType.Float32).sum())[0] > 0;

    /// <summary>From the likeliest that stay to all tokens: those above the last weight, and of those equal to it the lowest ids.</summary>
    private static Tensor Widen(Tensor weights_BV, Tensor likeliest_BK, Tensor kept_BK)
    {
        var last_B1 = likeliest_BK.neg().Hide(kept_BK.logical_not()).max(-1, keepdim: true).values.neg();
        var ties_B1 = kept_BK.logical_and(likeliest_BK.eq(last_B1)).sum(-1, keepdim: true);
        var tied_BV = weights_BV.eq(last_B1);
        return weights_BV.gt(last_B1).logical_or(tied_BV.logical_and(tied_BV.cumsum(-1).le(ties_B1)));
    }
}

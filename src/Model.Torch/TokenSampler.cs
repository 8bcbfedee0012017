// Letters: N completions, B those of one chunk, D hidden, V vocabulary.
using Cppo.Model.Engine;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>Draws one token per row by inverting the cumulative distribution in vocabulary order, wholly on the device.</summary>
internal static class TokenSampler
{
    // The largest factor whose product with a sum, rounded to fp32, stays below the sum.
    private const float LargestUniform = 1 - (1f / (1 << 23));

    /// <summary>
    /// Tokens and their logprobs as one fp32 array [2, N], so that one copy brings both to the host; ids below 2^24 are exact. Row i is
    /// drawn with the number i of <paramref name="uniforms_N"/>, fp32, made by <see cref="Rounded"/>, from what the restriction leaves;
    /// temperature 0 takes the largest logit instead, and the logprob at temperature 1.
    /// </summary>
    internal static Tensor Sample(Tensor hidden_ND, Tensor head_VD, SamplingSettings sampling, Tensor uniforms_N, int maxRows)
    {
        using var scope = NewDisposeScope();
        int total = (int)hidden_ND.shape[0],
            rows = LogprobHead.RowsPerChunk(maxRows, head_VD);
        var uniforms_N1 = uniforms_N.unsqueeze(1);
        var chunks = new List<Tensor>();
        for (int start = 0; start < total; start += rows)
        {
            using var inner = NewDisposeScope();
            int length = Math.Min(rows, total - start);
            var logits_BV = hidden_ND.narrow(0, start, length).matmul(head_VD.transpose(0, 1)).to(ScalarType.Float32);
            var drawn = sampling.Temperature == 0 ? Largest(logits_BV) : Draw(logits_BV, sampling, uniforms_N1.narrow(0, start, length));
            chunks.Add(drawn.MoveToOuterDisposeScope());
        }

        return (chunks.Count == 1 ? chunks[0] : cat(chunks, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>A number in [0, 1) as fp32, below 1 still.</summary>
    internal static float Rounded(double uniform) => Math.Min((float)uniform, LargestUniform);

    private static Tensor Largest(Tensor logits_BV) => Pack(logits_BV.argmax(-1, keepdim: true), logits_BV.log_softmax(-1));

    private static Tensor Draw(Tensor logits_BV, SamplingSettings sampling, Tensor uniforms_B1)
    {
        var logprobs_BV = (sampling.Temperature == 1 ? logits_BV : logits_BV.Divide(sampling.Temperature)).log_softmax(-1);
        if (!sampling.Restriction.IsNone)
        {
            logprobs_BV = TokenRestriction.Apply(logprobs_BV, sampling.Restriction);
        }

        var cumulative_BV = logprobs_BV.exp().cumsum(-1);
        long last = cumulative_BV.shape[1] - 1;
        // The sum is 1 but for rounding; scaling by it keeps every draw inside. Tokens up to the threshold are passed over, those of
        // probability 0 too.
        var threshold_B1 = cumulative_BV.narrow(1, last, 1) * uniforms_B1;
        return Pack(cumulative_BV.le(threshold_B1).sum(-1, keepdim: true).AtMost(last), logprobs_BV);
    }

    private static Tensor Pack(Tensor tokens_B1, Tensor logprobs_BV) =>
        cat([tokens_B1.to(ScalarType.Float32), logprobs_BV.gather(1, tokens_B1)], 1).transpose(0, 1);
}

// Letters: M completion tokens, B those of one chunk, D hidden, V vocabulary.
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// From the final hidden rows to the targets' logprobs and back, a chunk of tokens at a time, so that no more than two [B, V] arrays
/// ever exist. The way back is written out: d logprob / d logits = (onehot(target) - softmax(logits / temperature)) / temperature.
/// </summary>
/// <param name="maxTokens">The most tokens of a chunk; fewer are taken where the vocabulary is large.</param>
/// <param name="temperature">What logits are divided by, above 0.</param>
internal sealed class LogprobHead(int maxTokens, double temperature)
{
    /// <summary>[M, D] to log softmax(logits / temperature) at the targets, [M].</summary>
    internal float[] Logprobs(Tensor hidden_MD, Tensor head_VD, Tensor targets_M)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var chunks = Chunks(hidden_MD, head_VD)
            .Select(chunk =>
            {
                using var inner = NewDisposeScope();
                var targets_B1 = targets_M.narrow(0, chunk.Start, chunk.Length).unsqueeze(1);
                return Logits(hidden_MD, head_VD, chunk).log_softmax(-1).gather(1, targets_B1).squeeze(1).MoveToOuterDisposeScope();
            })
            .ToArray();
        return HostArrays.Download(cat(chunks, 0));
    }

    /// <summary>
    /// From the loss gradient by each logprob [M] to that by the hidden rows [M, D]; the head's is added to
    /// <paramref name="headGradient_VD"/> (fp32), unless that is null.
    /// </summary>
    internal Tensor Backward(Tensor hidden_MD, Tensor head_VD, Tensor targets_M, Tensor logprobGradient_M, Tensor? headGradient_VD)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var scaled_M1 = logprobGradient_M.Over(temperature).unsqueeze(1);
        var chunks = Chunks(hidden_MD, head_VD)
            .Select(chunk =>
            {
                using var inner = NewDisposeScope();
                var targets_B1 = targets_M.narrow(0, chunk.Start, chunk.Length).unsqueeze(1);
                var scaled_B1 = scaled_M1.narrow(0, chunk.Start, chunk.Length);
                var logitGradient_BV = Logits(hidden_MD, head_VD, chunk)
                    .softmax(-1)
                    .mul_(scaled_B1.neg())
                    .scatter_add_(1, targets_B1, scaled_B1)
                    .to(hidden_MD.dtype);
                if (headGradient_VD is not null)
                {
                    AddProduct(headGradient_VD, logitGradient_BV.transpose(0, 1), hidden_MD.narrow(0, chunk.Start, chunk.Length));
                }

                return logitGradient_BV.matmul(head_VD).MoveToOuterDisposeScope();
            })
            .ToArray();
        return cat(chunks, 0).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// How many rows of logits are held at once: at most <paramref name="maxTokens"/>, and 64 MB of fp32 on a CPU or 512 MB on a GPU.
    /// </summary>
    internal static int RowsPerChunk(int maxTokens, Tensor head_VD)
    {
        long maxLogits = head_VD.device.type == TorchSharp.DeviceType.CPU ? 1 << 24 : 1 << 27;
        return (int)Math.Clamp(maxLogits / head_VD.shape[0], 1, maxTokens);
    }

    private static void AddProduct(Tensor sum_VD, Tensor left_VB, Tensor right_BD)
    {
        if (right_BD.dtype == ScalarType.Float32)
        {
            sum_VD.addmm_(left_VB, right_BD);
        }
        else
        {
            sum_VD.Increase(left_VB.matmul(right_BD));
        }
    }

    private Tensor Logits(Tensor hidden_MD, Tensor head_VD, RowSpan chunk)
    {
        var logits_BV = hidden_MD.narrow(0, chunk.Start, chunk.Length).matmul(head_VD.transpose(0, 1)).to(ScalarType.Float32);
        return temperature == 1 ? logits_BV : logits_BV.Divide(temperature);
    }

    private IEnumerable<RowSpan> Chunks(Tensor hidden_MD, Tensor head_VD)
    {
        int total = (int)hidden_MD.shape[0],
            rows = RowsPerChunk(maxTokens, head_VD);
        for (int start = 0; start < total; start += rows)
        {
            yield return new RowSpan(start, Math.Min(rows, total - start));
        }
    }
}

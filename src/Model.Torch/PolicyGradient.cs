// Letters: N packed tokens, M completion tokens, D hidden.
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// Forward and backward of a packed micro-batch on the trainable weights. With <paramref name="recompute"/> only the blocks' inputs are
/// kept, about a twentieth of the activations, and backward runs each block's forward anew: a third more work.
/// </summary>
internal sealed class PolicyGradient(TrainableWeights weights, LogprobHead head, bool recompute)
{
    /// <summary>
    /// Hands the logprobs [M] to <paramref name="gradient"/> and adds the parameters' gradients that follow from what it returns, shape
    /// [M].
    /// </summary>
    internal void Run(PackedBatch batch, Func<float[], float[]> gradient)
    {
        using var scope = NewDisposeScope();
        var compute = weights.Compute;
        var embedded_ND = Decoder.Embed(compute, batch.Ids_N);
        var inputs = new List<Tensor>();
        var output_ND = recompute
            ? ForwardKeepingInputs(batch, embedded_ND, inputs)
            : Decoder.Blocks(compute, embedded_ND, batch.Rotary, batch.Attention);
        var hidden_MD = Decoder.FinalNorm(compute, output_ND.index_select(0, batch.Predicting_M));
        var frozen_MD = hidden_MD.detach();

        float[] byLogprob = gradient(head.Logprobs(frozen_MD, compute.Head_VD, batch.Targets_M));
        hidden_MD.backward([
            head.Backward(
                frozen_MD,
                compute.Head_VD,
                batch.Targets_M,
                HostArrays.Upload(byLogprob, frozen_MD.device),
                weights.Head?.GradientOrZeros()
            ),
        ]);
        if (recompute)
        {
            var byEmbedded_ND = BackwardThroughBlocks(batch, inputs, output_ND.grad!);
            if (embedded_ND.requires_grad)
            {
                embedded_ND.backward([byEmbedded_ND]);
            }
        }

        foreach (var tensor in weights.Tensors)
        {
            tensor.CollectGradient();
        }
    }

    private Tensor ForwardKeepingInputs(PackedBatch batch, Tensor embedded_ND, List<Tensor> inputs)
    {
        using var noGrad = no_grad();
        var x_ND = embedded_ND.detach();
        for (int layer = 0; layer < weights.Config.NumLayers; layer++)
        {
            inputs.Add(x_ND);
            x_ND = DecoderBlock.Forward(layer, weights.Config, weights.Compute.Blocks[layer], x_ND, batch.Rotary, batch.Attention);
        }

        return x_ND.detach().requires_grad_();
    }

    /// <summary>From the gradient by the last block's output to that by the embeddings, both [N, D].</summary>
    private Tensor BackwardThroughBlocks(PackedBatch batch, List<Tensor> inputs, Tensor gradient_ND)
    {
        for (int layer = inputs.Count - 1; layer >= 0; layer--)
        {
            using var scope = NewDisposeScope();
            var input_ND = inputs[layer].detach().requires_grad_();
            DecoderBlock
                .Forward(layer, weights.Config, weights.Compute.Blocks[layer], input_ND, batch.Rotary, batch.Attention)
                .backward([gradient_ND]);
            gradient_ND = input_ND.grad!.MoveToOuterDisposeScope();
        }

        return gradient_ND;
    }
}

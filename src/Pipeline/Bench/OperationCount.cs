using Cppo.Model.Decoders;

namespace Cppo.Pipeline.Bench;

/// <summary>
/// Floating-point operations that a phase cannot do without, a multiplication and an addition counting as two: matrix products and
/// attention of the decoder, each prompt run once. They are what a phase's share of the machine's matrix-product rate is stated by.
/// </summary>
internal sealed class OperationCount(DecoderConfig config)
{
    private readonly double perToken =
        2.0
        * config.NumLayers
        * (
            ((double)config.HiddenSize * (config.NumHeads + (2 * config.NumKeyValueHeads)) * config.HeadSize)
            + ((double)config.NumHeads * config.HeadSize * config.HiddenSize)
            + (3.0 * config.HiddenSize * config.IntermediateSize)
        );

    private readonly double perLogits = 2.0 * config.HiddenSize * config.VocabSize;
    private readonly double perSeenToken = 4.0 * config.NumLayers * config.NumHeads * config.HeadSize;

    /// <summary>Numbers of all matrices that a token meets, the head's among them.</summary>
    public double NumMatrixNumbers => (perToken + perLogits) / 2;

    /// <summary>A forward of a prompt and of its completions, with the logits that predict each completion token.</summary>
    public double Forward(int promptTokens, IEnumerable<int> completionLengths)
    {
        double operations = promptTokens * (perToken + (perSeenToken * (promptTokens + 1) / 2));
        foreach (int length in completionLengths)
        {
            // The last token of a completion predicts nothing, so it does not run.
            operations += (length - 1) * (perToken + (perSeenToken * (promptTokens + (length / 2.0))));
            operations += length * perLogits;
        }

        return operations;
    }

    /// <summary>A forward over the first completions of every question.</summary>
    public double Forward(BenchData data, int completionsPerQuestion) =>
        data
            .Prompts.Select((prompt, question) => Forward(prompt.Length, data.CompletionLengths[question].Take(completionsPerQuestion)))
            .Sum();

    /// <summary>
    /// An update: the reference's forward, and for each iteration a forward and a backward, which is two forwards. The policy's logprobs
    /// before the update are those of the first iteration's forward.
    /// </summary>
    public double Update(BenchData data, int completionsPerQuestion, int iterations) =>
        Forward(data, completionsPerQuestion) * (1 + (3 * iterations));
}

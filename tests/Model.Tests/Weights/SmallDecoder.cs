using Cppo.Model.Decoders;

namespace Cppo.Model.Tests.Weights;

/// <summary>The smallest shape that has all that a model's files have: grouped heads, two layers, tied embeddings.</summary>
internal static class SmallDecoder
{
    public static readonly DecoderConfig Config = new()
    {
        VocabSize = 20,
        HiddenSize = 8,
        IntermediateSize = 12,
        NumLayers = 2,
        NumHeads = 4,
        NumKeyValueHeads = 2,
        MaxPositions = 64,
        TieWordEmbeddings = true,
    };
}

// Letters: N packed tokens, S sequences, T longest sequence, P longest prefix, L = P + T, H query heads, K key and value heads, R = H / K,
// C width of a head.
using Cppo.Model.Decoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cppo.Model.Torch;

/// <summary>
/// Sequences padded to a rectangle. The R query heads that share a key head are stacked along time, so keys are not repeated.
/// </summary>
internal sealed class AttentionBucket
{
    private readonly DecoderConfig config;
    private readonly int numSequences;
    private readonly int longest;
    private readonly Tensor queryRows_ST;
    private readonly Tensor keyRows_SL;
    private readonly Tensor mask_S1RTxL;

    internal AttentionBucket(DecoderConfig config, IReadOnlyList<AttendedRows> sequences, ScalarType type, Device device)
    {
        this.config = config;
        numSequences = sequences.Count;
        longest = sequences.Max(sequence => sequence.Rows.Length);
        int longestPrefix = sequences.Max(sequence => sequence.Prefix.Length);
        queryRows_ST = HostArrays.Upload([.. sequences.SelectMany(s => Padded(s.Rows, longest))], device);
        keyRows_SL = HostArrays.Upload(
            [.. sequences.SelectMany(s => Padded(s.Prefix, longestPrefix).Concat(Padded(s.Rows, longest)))],
            device
        );
        mask_S1RTxL = Mask([.. sequences.Select(s => (long)s.Prefix.Length)], longestPrefix, type, device);
    }

    /// <summary>All that this keeps on the device.</summary>
    internal IEnumerable<Tensor> Tensors => [queryRows_ST, keyRows_SL, mask_S1RTxL];

    /// <summary>Keys or values of the rectangle: [N, K, C] to [S, K, L, C].</summary>
    internal Tensor Keys(Tensor x_NKC) =>
        x_NKC.index_select(0, keyRows_SL).view(numSequences, -1, config.NumKeyValueHeads, config.HeadSize).transpose(1, 2);

    /// <summary>Queries [N, H, C] against keys and values [S, K, L, C], to the rectangle's rows [S * T, H * C].</summary>
    internal Tensor Attend(Tensor q_NHC, Tensor k_SKLC, Tensor v_SKLC)
    {
        int keyHeads = config.NumKeyValueHeads,
            perKeyHead = config.NumHeads / keyHeads,
            width = config.HeadSize;
        var q_SKRTxC = q_NHC
            .index_select(0, queryRows_ST)
            .view(numSequences, longest, keyHeads, perKeyHead, width)
            .permute(0, 2, 3, 1, 4)
            .reshape(numSequences, keyHeads, perKeyHead * longest, width);
        var context_SKRTxC = functional.scaled_dot_product_attention(q_SKRTxC, k_SKLC, v_SKLC, mask_S1RTxL);
        return context_SKRTxC
            .reshape(numSequences, keyHeads, perKeyHead, longest, width)
            .permute(0, 3, 1, 2, 4)
            .reshape(numSequences * longest, config.NumHeads * width);
    }

    // Padding repeats row 0: its result is never read, and the mask hides it as a key.
    private static IEnumerable<long> Padded(RowSpan rows, int length) =>
        Enumerable.Range(0, length).Select(i => i < rows.Length ? rows.Start + (long)i : 0L);

    /// <summary>
    /// 0 where a token sees a key, else minus infinity. A padded token sees its sequence's keys, so that no row is empty.
    /// </summary>
    private Tensor Mask(long[] prefixLengths, int longestPrefix, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var key_L = HostArrays.Range(0, longestPrefix + longest, device);
        var lastKey_T1 = HostArrays.Range(longestPrefix, longest, device).unsqueeze(1);
        var own_1TL = key_L.ge(HostArrays.Range(longestPrefix, 1, device)).logical_and(key_L.le(lastKey_T1)).unsqueeze(0);
        var prefix_S1L = key_L.lt(HostArrays.Upload(prefixLengths, device).unsqueeze(1)).unsqueeze(1);
        var hidden_STL = own_1TL.logical_or(prefix_S1L).logical_not();
        return zeros([numSequences, longest, longestPrefix + longest], type, device)
            .Hide(hidden_STL)
            .unsqueeze(1)
            .repeat(1, 1, config.NumHeads / config.NumKeyValueHeads, 1)
            .MoveToOuterDisposeScope();
    }
}

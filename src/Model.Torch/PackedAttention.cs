// Letters: N tokens, H query heads, K key and value heads, C width of a head.
using Cppo.Model.Decoders;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>Adjacent rows of the packed tokens.</summary>
internal readonly record struct RowSpan(int Start, int Length);

/// <summary>Each token of <see cref="Rows"/> sees all of <see cref="Prefix"/> and, of its own rows, itself and those before it.</summary>
internal readonly record struct AttendedRows(RowSpan Rows, RowSpan Prefix);

/// <summary>
/// Attention over sequences that lie one after another in the rows. A prompt is a sequence without prefix; a completion is a sequence whose
/// prefix is its prompt, so a prompt is computed once however many completions follow it, and its gradient is the sum over them.
/// Sequences of similar length are padded to one rectangle and go through one fused attention call.
/// </summary>
internal sealed class PackedAttention : IAttentionPattern
{
    /// <summary>A rectangle takes sequences of at least this share of its longest one.</summary>
    private const double LeastShareOfLongest = 0.75;

    private readonly AttentionBucket[] buckets;
    private readonly Tensor places_N;

    /// <summary>Every row of the packed tokens belongs to exactly one of the sequences.</summary>
    internal PackedAttention(DecoderConfig config, IReadOnlyList<AttendedRows> sequences, ScalarType type, Device device)
    {
        var groups = GroupByLength(sequences);
        buckets = [.. groups.Select(group => new AttentionBucket(config, group, type, device))];
        places_N = Places(groups, device);
    }

    /// <summary>All that this keeps on the device.</summary>
    internal IEnumerable<Tensor> Tensors => buckets.SelectMany(bucket => bucket.Tensors).Append(places_N);

    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor q_NHC, Tensor k_NKC, Tensor v_NKC)
    {
        var results = buckets.Select(bucket => bucket.Attend(q_NHC, bucket.Keys(k_NKC), bucket.Keys(v_NKC))).ToArray();
        return (results.Length == 1 ? results[0] : cat(results, 0)).index_select(0, places_N);
    }

    /// <summary>Where each row's result lies in the concatenated rectangles, shape [N].</summary>
    internal static Tensor Places(IReadOnlyList<IReadOnlyList<AttendedRows>> groups, Device device)
    {
        long[] places = new long[groups.Sum(group => group.Sum(sequence => sequence.Rows.Length))];
        long start = 0;
        foreach (var group in groups)
        {
            int width = group.Max(sequence => sequence.Rows.Length);
            foreach (var sequence in group)
            {
                for (int i = 0; i < sequence.Rows.Length; i++)
                {
                    places[sequence.Rows.Start + i] = start + i;
                }

                start += width;
            }
        }

        return HostArrays.Upload(places, device);
    }

    private static List<List<AttendedRows>> GroupByLength(IReadOnlyList<AttendedRows> sequences)
    {
        var groups = new List<List<AttendedRows>>();
        foreach (var sequence in sequences.Where(s => s.Rows.Length > 0).OrderByDescending(s => s.Rows.Length))
        {
            if (groups.Count == 0 || sequence.Rows.Length < LeastShareOfLongest * groups[^1][0].Rows.Length)
            {
                groups.Add([]);
            }

            groups[^1].Add(sequence);
        }

        return groups;
    }
}

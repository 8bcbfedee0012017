// Letters: N packed tokens, M completion tokens.
using Cppo.Model.Decoders;
using Cppo.Stages;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// A micro-batch as rows of tokens without padding: first each distinct prompt once, then each completion without its last token, whose
/// successor nobody asks for. The row before a completion token predicts it; for the first that is the prompt's last row. Example: prompts
/// [a b], completions [x y z] and [u v] give the rows a b x y u, predicted by the rows 1 2 3, 1 4.
/// </summary>
/// <remarks>
/// Its tensors belong to no dispose scope, since it may outlive the call that made it and be read by other threads; it owns them.
/// </remarks>
internal sealed class PackedBatch : IDisposable
{
    private readonly Tensor[] tensors;

    internal PackedBatch(MicroBatch batch, DecoderConfig config, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var ids = new List<long>();
        var positions = new List<long>();
        var sequences = new List<AttendedRows>();
        RowSpan Append(ReadOnlySpan<int> tokens, int firstPosition)
        {
            var rows = new RowSpan(ids.Count, tokens.Length);
            for (int i = 0; i < tokens.Length; i++)
            {
                ids.Add(tokens[i]);
                positions.Add(firstPosition + i);
            }

            return rows;
        }

        var prompts = batch.Prompts.Select(prompt => Append(prompt, 0)).ToArray();
        sequences.AddRange(prompts.Select(rows => new AttendedRows(rows, default)));
        var predicting = new List<long>();
        var targets = new List<long>();
        foreach (var sample in batch.Samples)
        {
            var prompt = prompts[sample.Prompt];
            var rows = Append(sample.TokenIds.AsSpan(..^1), prompt.Length);
            sequences.Add(new AttendedRows(rows, prompt));
            predicting.Add(prompt.Start + prompt.Length - 1);
            predicting.AddRange(Enumerable.Range(rows.Start, rows.Length).Select(row => (long)row));
            targets.AddRange(sample.TokenIds.Select(id => (long)id));
        }

        Ids_N = HostArrays.Upload([.. ids], device);
        Predicting_M = HostArrays.Upload([.. predicting], device);
        Targets_M = HostArrays.Upload([.. targets], device);
        Rotary = new RotaryEmbedding(config, (int)positions.Max() + 1, type, device).At(HostArrays.Upload([.. positions], device));
        Attention = new PackedAttention(config, sequences, type, device);
        tensors = [Ids_N, Predicting_M, Targets_M, Rotary.Cosine_N1C, Rotary.Sine_N1C, .. Attention.Tensors];
        NumBytes = tensors.Sum(tensor => tensor.numel() * tensor.element_size());
        Array.ForEach(tensors, tensor => tensor.DetachFromDisposeScope());
    }

    /// <summary>What its tensors take on the device; nearly all of it is the attention's masks.</summary>
    internal long NumBytes { get; }

    /// <summary>Token ids.</summary>
    internal Tensor Ids_N { get; }

    /// <summary>The row that predicts each completion token.</summary>
    internal Tensor Predicting_M { get; }

    /// <summary>The completion tokens, sample by sample.</summary>
    internal Tensor Targets_M { get; }

    internal RotaryRows Rotary { get; }

    internal PackedAttention Attention { get; }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(tensors, tensor => tensor.Dispose());
}

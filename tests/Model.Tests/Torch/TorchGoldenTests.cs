using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Torch;
using static TorchSharp.torch;

namespace Cppo.Model.Tests.Torch;

/// <summary>What of Hugging Face's numbers only the torch engine has: its own logits, and bf16.</summary>
public sealed class TorchGoldenTests
{
    private static readonly EngineSettings Float32 = new() { Threads = 1 };

    public static TheoryData<string, string, string> Models()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (golden, checkpoint) in GoldenModels.Checkpoints())
        {
            data.Add("cpu", golden, checkpoint);
            if (TorchRuntime.NumCudaDevices > 0)
            {
                data.Add("cuda:0", golden, checkpoint);
            }
        }

        return data;
    }

    [TorchTheory]
    [MemberData(nameof(Models))]
    public void Logits_match(string device, string golden, string checkpoint)
    {
        using var engine = EngineFactory.Load("torch", GoldenModels.CheckpointPath(checkpoint), Float32 with { Device = device });
        using var snapshot = (TorchSnapshot)engine.Publish(0);
        using var expected = GoldenModels.Open(golden);
        foreach (string part in new[] { "gen", "train" })
        {
            long[] mask = expected.ReadInt64($"{part}.attention_mask");
            int[][] rows = Samples.Unpad(expected.ReadInt64($"{part}.input_ids"), mask, expected.Find($"{part}.input_ids")!.Shape);
            float[] logits = expected.ReadFloat32($"{part}.logits");
            int vocabulary = engine.Config.VocabSize;
            float[] wanted =
            [
                .. Enumerable
                    .Range(0, mask.Length)
                    .Where(i => mask[i] != 0)
                    .SelectMany(i => logits[(i * vocabulary)..((i + 1) * vocabulary)]),
            ];
            Assert.True(Compare.MaxDifference(wanted, Logits(snapshot.Weights, rows)) <= 1e-4);
        }
    }

    [TorchTheory]
    [MemberData(nameof(Models))]
    public void Bf16_compute_is_of_the_same_magnitude(string device, string golden, string checkpoint)
    {
        using var expected = GoldenModels.Open(golden);
        using var engine = EngineFactory.Load(
            "torch",
            GoldenModels.CheckpointPath(checkpoint),
            Float32 with
            {
                Device = device,
                ComputeType = ComputeType.BFloat16,
            }
        );
        using var snapshot = engine.Publish(0);
        var batch = Samples.FromPadded(expected, "train");
        int width = (int)expected.Find("train.per_token_logps")!.Shape[1];
        Compare.Near(
            Samples.Masked(expected.ReadFloat32("train.per_token_logps"), width, batch),
            engine.Logprobs(snapshot, batch, 1.0),
            0.5
        );
    }

    private static float[] Logits(DecoderWeights weights, int[][] sequences)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var device = weights.Embedding_VD.device;
        var spans = new List<AttendedRows>();
        foreach (int[] sequence in sequences)
        {
            spans.Add(new AttendedRows(new RowSpan(spans.Sum(span => span.Rows.Length), sequence.Length), default));
        }

        long[] ids = [.. sequences.SelectMany(sequence => sequence).Select(id => (long)id)];
        long[] positions = [.. sequences.SelectMany(sequence => sequence.Select((_, i) => (long)i))];
        var rotary = new RotaryEmbedding(weights.Config, (int)positions.Max() + 1, weights.Type, device).At(
            HostArrays.Upload(positions, device)
        );
        var attention = new PackedAttention(weights.Config, spans, weights.Type, device);
        var x = Decoder.Blocks(weights, Decoder.Embed(weights, HostArrays.Upload(ids, device)), rotary, attention);
        return HostArrays.Download(Decoder.FinalNorm(weights, x).matmul(weights.Head_VD.transpose(0, 1)));
    }
}

using Cppo.Model.Decoders;
using Cppo.Pipeline.Bench;

namespace Cppo.Pipeline.Tests.Bench;

public sealed class WorkloadTests
{
    private static readonly DecoderConfig Shape = new()
    {
        VocabSize = 11,
        HiddenSize = 8,
        IntermediateSize = 12,
        NumLayers = 3,
        NumHeads = 2,
        NumKeyValueHeads = 1,
        MaxPositions = 64,
        TieWordEmbeddings = true,
    };

    [Theory]
    [InlineData(0, 10)]
    [InlineData(0.25, 15)]
    [InlineData(0.5, 20)]
    [InlineData(0.75, 60)]
    [InlineData(1, 100)]
    public void A_length_lies_between_the_quantiles(double place, int length) =>
        Assert.Equal(length, BenchLengths.At([10, 20, 100], place));

    [Fact]
    public void Rollout_and_update_have_the_same_lengths()
    {
        var data = new BenchData(
            new BenchWorkload
            {
                Questions = 5,
                Group = 3,
                Lengths = BenchLengths.Gsm8k,
            },
            vocabSize: 100
        );
        var request = Assert.Single(data.Requests());
        var batch = data.Batch(completionsPerQuestion: 2);
        Assert.Equal(
            request.Prompts.SelectMany(prompt => prompt.MaxNewTokens!.Take(2)),
            batch.MicroBatches[0].SelectMany(micro => micro.Samples).Select(sample => sample.TokenIds.Length)
        );
        Assert.Equal(batch.NumLossTokens, data.NumTokens(2));
        Assert.True(request.Prompts.SelectMany(prompt => prompt.MaxNewTokens!).Distinct().Count() > 5);
        Assert.Equal(
            1,
            batch.MicroBatches[0].SelectMany(micro => micro.Samples).Sum(sample => sample.TokenWeight * sample.TokenIds.Length),
            9
        );
    }

    [Fact]
    public void Operations_are_those_counted_by_hand()
    {
        // Prompt of 2, one completion of 3: four tokens run, three predict. A token: q, k, v 8 x 16, o 8 x 8, gate, up, down 3 x 8 x 12, in
        // 3 layers.
        double weights = 4 * 2 * 3 * ((8 * 16) + (8 * 8) + (3 * 8 * 12));
        double logits = 3 * 2 * 8 * 11;

        // Each token sees itself and those before it: 1, 2, 3, 4; scores and sums over 8 numbers each, in 3 layers.
        double attention = 3 * 4 * 8 * (1 + 2 + 3 + 4);
        Assert.Equal(weights + logits + attention, new OperationCount(Shape).Forward(2, [3]));
    }

    [Fact]
    public void Prefill_and_decode_are_counted_by_hand()
    {
        var workload = new BenchWorkload
        {
            Questions = 2,
            Group = 3,
            Lengths = BenchLengths.Fixed(prompt: 2, completion: 4),
        };
        var (prefill, decode) = RolloutWork.Of(Shape, new BenchData(workload, vocabSize: 11), 3, bytesPerWeight: 1, bytesPerKeyValue: 2);

        // A token: q, k, v 8 x 16, o 8 x 8, gate, up, down 3 x 8 x 12, in 3 layers; the head 8 x 11. Prompts of two tokens see 1 and 2
        // places; a completion's three further tokens see 3, 4 and 5.
        int layers = 3 * ((8 * 16) + (8 * 8) + (3 * 8 * 12)),
            head = 8 * 11;
        Assert.Equal(4, prefill.Tokens);
        Assert.Equal(2 * ((2 * 2 * layers) + (2 * head) + (3 * 4 * 8 * (1 + 2))), prefill.Operations);
        Assert.Equal(layers + head, prefill.Bytes);
        Assert.Equal(6 * 3, decode.Tokens);
        Assert.Equal(6 * ((3 * 2 * (layers + head)) + (3 * 4 * 8 * (3 + 4 + 5))), decode.Operations);

        // Three steps, and rows of one, two and three own places with 4 numbers of keys and values of two bytes each in 3 layers.
        Assert.Equal((3 * (layers + head)) + (6 * (1 + 2 + 3) * 3 * 2 * 4 * 2), decode.Bytes);
        var part = new RolloutPart(decode, Seconds: 2, OperationsPerSecond: decode.Operations, BytesPerSecond: decode.Bytes / 1.5);
        Assert.Equal((1.5, 0.75), (part.LeastSeconds, part.Share));
    }

    [Fact]
    public void The_limit_is_reached_where_only_the_update_shrinks()
    {
        var grpo = new StepTimes(Keep: 16, Questions: 16, Rollout: 1, Update: 8, Step: 9);
        Assert.Equal(9 / 2.0, StepBench.Limit(grpo, keep: 2));
        Assert.Equal(1, StepBench.Limit(grpo, keep: 16));
    }
}

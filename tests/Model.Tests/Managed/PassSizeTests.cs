using Cppo.Model.Decoders;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Training;
using Cppo.Stages;

namespace Cppo.Model.Tests.Managed;

/// <summary>Sizes that a plan works out without tokens are those of tokens.</summary>
public sealed class PassSizeTests
{
    private static readonly DecoderConfig Config = new()
    {
        VocabSize = 50,
        HiddenSize = 24,
        IntermediateSize = 40,
        NumLayers = 3,
        NumHeads = 4,
        NumKeyValueHeads = 2,
        MaxPositions = 256,
    };

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, 4, 7, 5)]
    [InlineData(3, 6, 33, 40)]
    [InlineData(2, 8, 64, 65)]
    public void The_size_of_a_micro_batch_follows_from_its_lengths(int questions, int completions, int prompt, int completion)
    {
        // No two prompts begin with the same token.
        int[][] prompts = [.. Enumerable.Range(0, questions).Select(i => Enumerable.Repeat(i + 1, prompt).ToArray())];
        TrainingSample[] samples =
        [
            .. Enumerable
                .Range(0, completions)
                .Select(i => new TrainingSample(i * questions / completions, 0, i, new int[completion], new float[completion], 1, 1)),
        ];
        var batch = new MicroBatch(0, 0, prompts, samples, 1 << 20, questions * completions);
        Assert.Equal(PassSize.Of(new PackedRows(batch)), PassSize.Of(questions, completions, prompt, completion));
    }

    [Fact]
    public void Passes_take_more_for_more_that_they_keep()
    {
        var shape = new ModelShape(Config, SimdLevels.Best);
        var size = PassSize.Of(questions: 2, completions: 8, prompt: 30, completion: 40);
        nint inference = PassMemory.Floats(shape, size, 2, keepInputs: false, keepLayers: false),
            recompute = PassMemory.Floats(shape, size, 2, keepInputs: true, keepLayers: false),
            all = PassMemory.Floats(shape, size, 2, keepInputs: true, keepLayers: true);
        Assert.True(inference < recompute && recompute < all);

        // Two further layers (queries, keys, values, context, middle, gate and up, norms' numbers), one further layer's keys and values.
        nint layer = (size.Rows * (48 + 24 + 24 + 80 + 4 + 2)) + (10 * 16);
        Assert.Equal((2 * layer) + (2 * size.Places * 16 * 2), all - recompute);
    }
}

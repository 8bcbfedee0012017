using Cppo.Model.Weights;
using Cppo.Stages;

namespace Cppo.Model.Tests.Engine;

/// <summary>Micro-batches for tests.</summary>
internal static class Samples
{
    /// <summary>A micro-batch of (prompt index, completion) pairs.</summary>
    internal static MicroBatch Batch(int[][] prompts, params (int Prompt, int[] TokenIds)[] completions) =>
        new(
            device: 0,
            index: 0,
            prompts: prompts,
            samples:
            [
                .. completions.Select((c, i) => new TrainingSample(c.Prompt, c.Prompt, i, c.TokenIds, new float[c.TokenIds.Length], 1, 1)),
            ],
            tokenCapacity: 1 << 20,
            numTokens: completions.Sum(c => prompts[c.Prompt].Length + c.TokenIds.Length)
        );

    /// <summary>Row by row, the ids of a padded array where the mask is 1.</summary>
    internal static int[][] Unpad(long[] ids, long[] mask, long[] shape)
    {
        int width = (int)shape[1];
        return
        [
            .. Enumerable
                .Range(0, (int)shape[0])
                .Select(row => Enumerable.Range(row * width, width).Where(i => mask[i] != 0).Select(i => (int)ids[i]).ToArray()),
        ];
    }

    /// <summary>Left-padded prompts followed by right-padded completions, as samples with a prompt each.</summary>
    internal static MicroBatch FromPadded(SafetensorsReader golden, string prefix)
    {
        long[] shape = golden.Find($"{prefix}.input_ids")!.Shape;
        long[] completionShape = golden.Find($"{prefix}.completion_mask")!.Shape;
        long[] ids = golden.ReadInt64($"{prefix}.input_ids"),
            mask = golden.ReadInt64($"{prefix}.attention_mask");
        int width = (int)shape[1],
            promptWidth = width - (int)completionShape[1];
        int[][] Part(int from, int to) =>
            [
                .. Enumerable
                    .Range(0, (int)shape[0])
                    .Select(row =>
                        Enumerable.Range((row * width) + from, to - from).Where(i => mask[i] != 0).Select(i => (int)ids[i]).ToArray()
                    ),
            ];
        return Batch(Part(0, promptWidth), [.. Part(promptWidth, width).Select((completion, row) => (row, completion))]);
    }

    /// <summary>Row by row, the values of a padded array where the completion mask is 1.</summary>
    internal static float[][] Masked(float[] values, int width, MicroBatch batch) =>
        [.. batch.Samples.Select((sample, row) => values.AsSpan(row * width, sample.TokenIds.Length).ToArray())];

    /// <summary>A gradient of the same number for every token.</summary>
    internal static float[][] Constant(float[][] like, float value) =>
        [.. like.Select(row => Enumerable.Repeat(value, row.Length).ToArray())];
}

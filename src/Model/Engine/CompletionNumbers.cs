using Cppo.Stages;

namespace Cppo.Model.Engine;

/// <summary>Numbers of all completion tokens of a micro-batch, M in all, in a row or by sample.</summary>
internal sealed class CompletionNumbers(MicroBatch batch)
{
    private readonly int[] lengths = [.. batch.Samples.Select(sample => sample.TokenIds.Length)];

    /// <summary>[M] to [sample][T].</summary>
    internal float[][] Split(float[] values)
    {
        int start = 0;
        return [.. lengths.Select(length => values[start..(start += length)])];
    }

    /// <summary>Inverse of <see cref="Split"/>.</summary>
    /// <exception cref="ArgumentException">The shape is not that of the samples' completions.</exception>
    internal float[] Join(float[][] values) =>
        values.Select(row => row.Length).SequenceEqual(lengths)
            ? [.. values.SelectMany(row => row)]
            : throw new ArgumentException("The gradient's shape must be that of the policy logprobs, [sample][T].", nameof(values));
}

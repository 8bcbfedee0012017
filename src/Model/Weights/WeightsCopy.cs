using System.Globalization;
using Cppo.Model.Engine;

namespace Cppo.Model.Weights;

/// <summary>Writes the weights of a model directory into another one, some megabytes at a time, in a number type of one's choice.</summary>
public static class WeightsCopy
{
    /// <summary>One file, or shards with their index where the weights exceed <paramref name="shardBytes"/>.</summary>
    /// <param name="from">The weights, which are read twice.</param>
    /// <param name="to">An existing directory without weights.</param>
    /// <param name="type">What they are rounded to.</param>
    /// <param name="shardBytes">The most bytes of a shard, where no parameter is larger.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="ModelFileException">A weight is no finite number, or would be none as this type; nothing was written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> is set.</exception>
    public static void Write(
        HfModelDirectory from,
        string to,
        WeightType type,
        long shardBytes = 4L << 30,
        CancellationToken stop = default
    )
    {
        ArgumentNullException.ThrowIfNull(from);
        HfModelDirectory.WriteWeights(to, [.. from.Streams().Select(tensor => Checked(from.Path, tensor, type, stop))], type, shardBytes);
    }

    private static WeightStream Checked(string path, WeightStream tensor, WeightType type, CancellationToken stop) =>
        tensor with
        {
            Read = (first, into) =>
            {
                stop.ThrowIfCancellationRequested();
                tensor.Read(first, into);
                if (FiniteNumbers.FirstBad(into, type) is >= 0 and var bad)
                {
                    string value = into[bad].ToString(CultureInfo.InvariantCulture);
                    throw new ModelFileException(
                        $"{path}: '{tensor.Name}' has {value}, which is too large for {type}; choose another type."
                    );
                }
            },
        };
}

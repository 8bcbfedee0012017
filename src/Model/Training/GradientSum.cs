using Cppo.Model.Collectives;
using Cppo.Model.Engine;

namespace Cppo.Model.Training;

/// <summary>
/// Adds up the gradients of all devices that train a policy: a left fold in the order of the devices, however these are spread over
/// processes, so that the sum is the same to the last bit.
/// </summary>
/// <param name="ranks">The processes, at least two.</param>
/// <param name="most">Numbers that are exchanged at a time.</param>
public sealed class GradientSum(ICollective ranks, int most = GradientSum.MostAtATime)
{
    /// <summary>Numbers that are exchanged at a time by default; a gigabyte of them.</summary>
    public const int MostAtATime = 1 << 28;

    private readonly List<float[]> before = [];
    private float[] flat = [];

    /// <summary>The sum over the replicas of one process, in the order and shapes of one's gradients.</summary>
    public static IReadOnlyList<NamedArray> Of(IReadOnlyList<ITrainableEngine> replicas)
    {
        var sum = replicas[0].ExportGradients();
        foreach (var replica in replicas.Skip(1))
        {
            foreach (var (total, part) in sum.Zip(replica.ExportGradients()))
            {
                AddTo(total.Values, part.Values);
            }
        }

        return sum;
    }

    /// <summary>
    /// Adds the gradients of the next devices, one of each process, in the order of ranks. All engines have the sum after the last, or
    /// each its own shard of it.
    /// </summary>
    /// <param name="engine">Has this process's gradients.</param>
    /// <param name="isIdle">Whether this process has no device this time.</param>
    /// <param name="turn">How many devices of each process were added before.</param>
    /// <param name="isLast">Whether these are the last.</param>
    /// <param name="purpose">What the processes wait for.</param>
    public void Add(ITrainableEngine engine, bool isIdle, int turn, bool isLast, string purpose)
    {
        int piece = 0;
        Edit(
            engine,
            values =>
            {
                if (isIdle)
                {
                    // What leaves every number as it is when it is added, zeros of both signs included.
                    values.Fill(-0f);
                }

                if (turn > 0 && ranks.Rank == 0)
                {
                    AddTo(before[piece], values);
                    before[piece].CopyTo(values);
                }

                if (isLast && engine.Shards?.Pieces[piece].IsDivided == true)
                {
                    ranks.ReduceScatter(values, purpose);
                }
                else
                {
                    ranks.Sum(values, purpose);
                }

                if (!isLast && ranks.Rank == 0)
                {
                    Keep(piece, values);
                }

                piece++;
            }
        );
        if (isLast)
        {
            before.Clear();
        }
    }

    private void Keep(int piece, ReadOnlySpan<float> values)
    {
        if (piece == before.Count)
        {
            before.Add([]);
        }

        before[piece] = values.ToArray();
    }

    /// <summary>
    /// All gradients of an engine where they lie, else as copies: one array after the other in one buffer, so that there is one exchange
    /// and not one for each of them.
    /// </summary>
    private void Edit(ITrainableEngine engine, GradientEdit edit)
    {
        if (engine.EditGradients(most, edit))
        {
            return;
        }

        var arrays = engine.ExportGradients();
        long total = arrays.Sum(array => (long)array.Values.Length);
        int size = (int)Math.Min(total, most);
        if (flat.Length != size)
        {
            flat = GC.AllocateUninitializedArray<float>(size);
        }

        var next = new Place(0, 0);
        for (long done = 0; done < total; )
        {
            var (filled, after) = Walk(arrays, next, (array, at) => array.CopyTo(flat.AsSpan(at)));
            edit(flat.AsSpan(0, filled));
            Walk(arrays, next, (array, at) => flat.AsSpan(at, array.Length).CopyTo(array));
            next = after;
            done += filled;
        }

        engine.ImportGradients(arrays);
    }

    private static void AddTo(Span<float> sum, ReadOnlySpan<float> parts)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += parts[i];
        }
    }

    /// <summary>Goes over the arrays from a place on, as far as the buffer reaches.</summary>
    /// <returns>The values passed, and the place after them.</returns>
    private (int Count, Place After) Walk(IReadOnlyList<NamedArray> arrays, Place from, Part part)
    {
        int at = 0;
        var (array, offset) = from;
        while (array < arrays.Count && at < flat.Length)
        {
            float[] values = arrays[array].Values;
            int length = Math.Min(values.Length - offset, flat.Length - at);
            part(values.AsSpan(offset, length), at);
            at += length;
            (array, offset) = offset + length == values.Length ? (array + 1, 0) : (array, offset + length);
        }

        return (at, new Place(array, offset));
    }

    private delegate void Part(Span<float> ofArray, int atInBuffer);

    private readonly record struct Place(int Array, int Offset);
}

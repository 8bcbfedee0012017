using Cppo.Model.Collectives;
using Cppo.Model.Engine;

namespace Cppo.Model.Training;

/// <summary>
/// Adds up the gradients of all devices that train a policy: a left fold in the order of the devices, however these are spread over
/// processes, so that the sum is the same to the last bit.
/// </summary>
/// <param name="ranks">The processes, or the replicas of one; at least two.</param>
/// <param name="most">Numbers that are exchanged at a time.</param>
public sealed class GradientSum(ICollective ranks, int most = GradientSum.MostAtATime)
{
    /// <summary>Numbers that are exchanged at a time by default; a gigabyte of them.</summary>
    public const int MostAtATime = 1 << 28;

    private readonly List<float[]> before = [];

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
        // Where a process has one device, nothing is to be added before or after it on the host.
        if (turn == 0 && isLast && ranks is IDeviceCollective devices && engine.SumGradients(devices, purpose))
        {
            return;
        }

        int piece = 0;
        engine.EditGradients(
            most,
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

    private static void AddTo(Span<float> sum, ReadOnlySpan<float> parts)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += parts[i];
        }
    }
}

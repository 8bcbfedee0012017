using Cppo.Model.Collectives;

namespace Cppo.RankProgram;

/// <summary>Ranks of which one is slow, is stopped for a while, or is killed at a call.</summary>
/// <param name="inner">The ranks.</param>
/// <param name="fault">What happens to one of them; the same object for all duplicates.</param>
internal sealed class OrderedRanks(ICollective inner, OrderedFault fault) : ICollective
{
    /// <summary>16 MB: a sum of some milliseconds, so that a kill finds messages on their way.</summary>
    private const int LongSum = 1 << 22;

    public int Rank => inner.Rank;

    public int Size => inner.Size;

    public void Sum(Span<float> values, string purpose)
    {
        if (fault.Begin(purpose))
        {
            SumForEver(purpose);
        }

        inner.Sum(values, purpose);
        fault.End(purpose);
    }

    public void ReduceScatter(Span<float> values, string purpose)
    {
        if (fault.Begin(purpose))
        {
            SumForEver(purpose);
        }

        inner.ReduceScatter(values, purpose);
        fault.End(purpose);
    }

    public void AllGather(Span<float> values, string purpose)
    {
        _ = fault.Begin(purpose);
        inner.AllGather(values, purpose);
        fault.End(purpose);
    }

    public byte[][] Gather(ReadOnlySpan<byte> mine, string purpose)
    {
        _ = fault.Begin(purpose);
        byte[][] all = inner.Gather(mine, purpose);
        fault.End(purpose);
        return all;
    }

    public byte[] Broadcast(ReadOnlySpan<byte> mine, int root, string purpose)
    {
        _ = fault.Begin(purpose);
        byte[] bytes = inner.Broadcast(mine, root, purpose);
        fault.End(purpose);
        return bytes;
    }

    public bool AnyTrue(bool mine, string purpose)
    {
        _ = fault.Begin(purpose);
        bool isTrue = inner.AnyTrue(mine, purpose);
        fault.End(purpose);
        return isTrue;
    }

    public ICollective Duplicate(string purpose) => new OrderedRanks(inner.Duplicate(purpose), fault);

    public void Abort(int exitCode) => inner.Abort(exitCode);

    public void Dispose() => inner.Dispose();

    /// <summary>All ranks sum until one of them is gone: no sum of a small model is long enough to be met in its middle.</summary>
    private void SumForEver(string purpose)
    {
        float[] values = new float[LongSum];
        inner.Sum(values, purpose);
        fault.ActSoon();
        while (true)
        {
            inner.Sum(values, purpose);
        }
    }
}

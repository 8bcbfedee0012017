namespace Cppo.Model.Collectives;

/// <summary>One process: every result is what it gave.</summary>
public sealed class SingleCollective : ICollective
{
    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int Size => 1;

    /// <inheritdoc/>
    public void Sum(Span<float> values, string purpose) { }

    /// <inheritdoc/>
    public void ReduceScatter(Span<float> values, string purpose) { }

    /// <inheritdoc/>
    public void AllGather(Span<float> values, string purpose) { }

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> mine, string purpose) => [mine.ToArray()];

    /// <inheritdoc/>
    public byte[] Broadcast(ReadOnlySpan<byte> mine, int root, string purpose) => mine.ToArray();

    /// <inheritdoc/>
    public bool AnyTrue(bool mine, string purpose) => mine;

    /// <inheritdoc/>
    public ICollective Duplicate(string purpose) => this;

    /// <summary>Nobody else waits: whoever calls it ends by the fault that it has.</summary>
    public void Abort(int exitCode) { }

    /// <inheritdoc/>
    public void Dispose() { }
}

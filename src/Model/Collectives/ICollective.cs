namespace Cppo.Model.Collectives;

/// <summary>
/// What the processes of a run do together. Every process calls the same members in the same order; each call returns when all have
/// called it, and on every rank with the same result, to the last bit.
/// </summary>
/// <remarks>
/// One thread at a time uses an object; two threads use two, by <see cref="Duplicate"/>. <c>purpose</c> says what a call is for, in words
/// that follow "waits for": "the gradients of update 12". Members throw <see cref="CollectiveException"/> where a rank is lost, or does not
/// come within the time limit.
/// </remarks>
public interface ICollective : IDisposable
{
    /// <summary>This process: 0 .. Size - 1.</summary>
    int Rank { get; }

    /// <summary>The number of processes, at least 1.</summary>
    int Size { get; }

    /// <summary>What the calls of this object took so far; nothing where none of them goes to another process.</summary>
    ExchangeTotals Exchanged => default;

    /// <summary>
    /// Replaces values by their sum over ranks. Each element is the left fold ((x0 + x1) + x2) + ... in the order of ranks, so that the sum
    /// is that of one process, whatever the number of chunks, hosts and the launcher.
    /// </summary>
    /// <param name="values">Equally many on every rank.</param>
    /// <param name="purpose">What it is for.</param>
    void Sum(Span<float> values, string purpose);

    /// <summary>
    /// The first half of <see cref="Sum"/>: this rank's chunk of values (<see cref="Chunks"/>) becomes the sum; the rest is undefined.
    /// </summary>
    /// <param name="values">Equally many on every rank.</param>
    /// <param name="purpose">What it is for.</param>
    void ReduceScatter(Span<float> values, string purpose);

    /// <summary>The second half of <see cref="Sum"/>: every rank gets all chunks, each from the rank that has it.</summary>
    /// <param name="values">Equally many on every rank, with this rank's chunk in its place.</param>
    /// <param name="purpose">What it is for.</param>
    void AllGather(Span<float> values, string purpose);

    /// <summary>Every rank's bytes on every rank, in the order of ranks; lengths may differ.</summary>
    byte[][] Gather(ReadOnlySpan<byte> mine, string purpose);

    /// <summary>The bytes of rank <paramref name="root"/> on every rank; those that the others give are not read.</summary>
    byte[] Broadcast(ReadOnlySpan<byte> mine, int root, string purpose);

    /// <summary>Whether it is true on at least one rank.</summary>
    bool AnyTrue(bool mine, string purpose);

    /// <summary>The same ranks for another thread: calls of one object never meet those of the other. Called by all ranks.</summary>
    ICollective Duplicate(string purpose);

    /// <summary>
    /// Ends all processes at once, where one of them can go on no more: the others may wait for it. It may be called by any thread, and
    /// does not return where there is more than one process.
    /// </summary>
    /// <param name="exitCode">Of the processes, as far as the launcher passes it on.</param>
    void Abort(int exitCode);
}

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// Memory that a product reads next and that its tiles ask for beforehand, a part each, so that nobody waits for it. Asking reads nothing
/// and never fails.
/// </summary>
/// <param name="from">Where it begins.</param>
/// <param name="step">Bytes to go on by after each step of a tile's loop.</param>
internal readonly unsafe struct FetchAhead(byte* from, nint step)
{
    private const int Line = 64;

    internal readonly byte* From = from;

    /// <summary>Bytes to go on by after each step; up to two lines.</summary>
    internal readonly nint Step = step;

    /// <summary>What has to be asked for besides <see cref="From"/> in each step: the line after it, or the same.</summary>
    internal nint Second => Step > Line ? Line : 0;

    /// <summary>Nothing but an address that is read anyway: one that belongs to nobody would cost a search for it each time.</summary>
    internal static FetchAhead Nothing(byte* near) => new(near, 0);

    /// <summary>All bytes from one address to another, which <see cref="Over"/> divides.</summary>
    internal static FetchAhead Stretch(byte* from, byte* end) => from < end ? new(from, (nint)(end - from)) : Nothing(end - Line);

    /// <summary>A stretch divided among so many tiles with so many steps each.</summary>
    internal FetchAhead Over(int tiles, nint steps)
    {
        nint all = Math.Max(1, tiles * steps);
        return new(From, Math.Min((Step + all - 1) / all, 2 * Line));
    }

    /// <summary>The next tile's part.</summary>
    internal FetchAhead Next(nint steps) => new(From + (steps * Step), Step);
}

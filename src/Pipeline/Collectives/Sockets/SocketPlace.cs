using System.Globalization;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Collectives.Sockets;

/// <summary>
/// What this process is among those that find one another without a launcher of MPI, by the variables that torchrun sets, too.
/// </summary>
/// <param name="Rank">0 .. Size - 1.</param>
/// <param name="Size">At least 2.</param>
/// <param name="Host">Where rank 0 is, as its own machine and all others know it.</param>
/// <param name="Port">Where rank 0 listens.</param>
internal sealed record SocketPlace(int Rank, int Size, string Host, int Port)
{
    public const string RankVariable = "RANK";
    public const string SizeVariable = "WORLD_SIZE";
    public const string HostVariable = "MASTER_ADDR";
    public const string PortVariable = "MASTER_PORT";

    private const int LastPort = 65_535;

    /// <summary>For sentences: <c>node-1:29500 (MASTER_ADDR, MASTER_PORT)</c>.</summary>
    public string Address => $"{Host}:{Port} ({HostVariable}, {PortVariable})";

    /// <summary>Null where the variables state no other process, or one of them is not set.</summary>
    /// <exception cref="UsageException">They contradict each other.</exception>
    public static SocketPlace? Detect(Func<string, string?> read)
    {
        if (
            read(RankVariable) is not { Length: > 0 } rank
            || Number(read(SizeVariable)) is not (> 1 and var size)
            || read(HostVariable) is not { Length: > 0 } host
            || read(PortVariable) is not { Length: > 0 } port
        )
        {
            return null;
        }

        if (Number(rank) is not { } own || own >= size)
        {
            throw new UsageException($"{RankVariable} is {rank}, and {SizeVariable} is {size}; give ranks from 0 to {size - 1}.");
        }

        return Number(port) is > 0 and <= LastPort and var number
            ? new SocketPlace(own, size, host, number)
            : throw new UsageException($"{PortVariable} is {port}; give a port from 1 to {LastPort} that is free on rank 0's machine.");
    }

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}

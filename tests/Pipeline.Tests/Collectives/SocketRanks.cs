using System.Net;
using System.Net.Sockets;
using Cppo.Pipeline.Collectives.Sockets;

namespace Cppo.Pipeline.Tests.Collectives;

/// <summary>Ranks that are threads of the test, with real sockets between them.</summary>
internal static class SocketRanks
{
    /// <summary>A place at a port that was free a moment ago.</summary>
    public static SocketPlace[] Places(int size)
    {
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)free.LocalEndPoint!).Port;
        return [.. Enumerable.Range(0, size).Select(rank => new SocketPlace(rank, size, "127.0.0.1", port))];
    }

    /// <summary>Does the same on every place, each on a thread of its own; what each returned or threw.</summary>
    public static object?[] Run(IEnumerable<SocketPlace> places, TimeSpan limit, Func<SocketCollective, object?> work)
    {
        Task<object?>[] tasks =
        [
            .. places.Select(place =>
                Task.Factory.StartNew(
                    () =>
                    {
                        try
                        {
                            using var ranks = SocketCollective.Of(SocketWorld.Start(place, limit, _ => { }));
                            return work(ranks);
                        }
                        catch (Exception fault)
                        {
                            return fault;
                        }
                    },
                    TaskCreationOptions.LongRunning
                )
            ),
        ];
        Assert.True(Task.WaitAll(tasks, TimeSpan.FromMinutes(1)), "A rank has not ended.");
        return [.. tasks.Select(task => task.Result)];
    }
}

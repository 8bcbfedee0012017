using System.Net;
using System.Net.Sockets;
using Cppo.Model.Collectives;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Collectives.Sockets;

/// <summary>
/// Where rank 0 takes the connections of the others, for as long as the ranks work together: whoever comes late, twice, from another run or
/// says nothing is refused, and keeps nobody else waiting.
/// </summary>
internal sealed class SocketHost : IDisposable
{
    private const int Backlog = 512;
    private const int MostRefusals = 3;

    /// <summary>A rank says who it is with its first packet.</summary>
    private static readonly TimeSpan LongestGreeting = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(5);

    private readonly SocketPlace place;
    private readonly Socket listener;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim arrivals = new(0);
    private readonly Dictionary<(int Channel, int Rank), SocketLink> come = [];
    private readonly List<string> refusals = [];
    private readonly CancellationTokenSource end = new();

    /// <summary>Listens at the place's port: on this machine alone where its address is that, else on all of its addresses.</summary>
    /// <exception cref="UsageException">The port is taken.</exception>
    public SocketHost(SocketPlace place)
    {
        this.place = place;
        bool isV6 = Socket.OSSupportsIPv6;
        listener = isV6
            ? new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true }
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            var local = LocalOf(place.Host) ?? (isV6 ? IPAddress.IPv6Any : IPAddress.Any);
            listener.Bind(new IPEndPoint(isV6 ? local.MapToIPv6() : local, place.Port));
            listener.Listen(Backlog);
        }
        catch (SocketException fault)
        {
            listener.Dispose();
            throw new UsageException(
                $"rank 0 cannot listen at {place.Address}: {fault.Message}; give a port that is free on its machine. torchrun itself "
                    + "listens at its own: start the processes with these variables by other means."
            );
        }

        _ = AcceptAsync();
    }

    /// <summary>The links of a channel by rank, when all have come; that of rank 0 is null.</summary>
    /// <param name="channel">Which.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="purpose">What for.</param>
    /// <exception cref="CollectiveException">A rank has not come.</exception>
    public SocketLink?[] Meet(int channel, TimeSpan limit, string purpose)
    {
        long since = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            int[] missing;
            lock (gate)
            {
                missing = [.. Enumerable.Range(1, place.Size - 1).Where(rank => !come.ContainsKey((channel, rank)))];
            }

            if (missing.Length == 0)
            {
                break;
            }

            var left = limit - System.Diagnostics.Stopwatch.GetElapsedTime(since);
            if (left <= TimeSpan.Zero || !arrivals.Wait(left))
            {
                throw Refuse(channel, Missing(missing, limit, purpose));
            }
        }

        var links = new SocketLink?[place.Size];
        for (int rank = 1; rank < place.Size; rank++)
        {
            lock (gate)
            {
                links[rank] = come[(channel, rank)];
            }

            try
            {
                links[rank]!.Send(Greeting.Answer(""), LongestAnswer);
            }
            catch (Exception gone) when (gone is IOException or TimeoutException)
            {
                throw Refuse(channel, $"Rank 0 of {place.Size} ({Environment.MachineName}) has lost rank {rank} before {purpose}.");
            }
        }

        return links;
    }

    public void Dispose()
    {
        end.Cancel();
        listener.Dispose();
        lock (gate)
        {
            foreach (var link in come.Values)
            {
                link.Dispose();
            }
        }
    }

    /// <summary>An address of this machine that no other one reaches; null: others must reach this one.</summary>
    private static IPAddress? LocalOf(string host) =>
        host == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address) ? address
        : null;

    private string Missing(int[] ranks, TimeSpan limit, string purpose)
    {
        string who = string.Join(" and ", ranks.Select(rank => $"rank {rank}"));
        lock (gate)
        {
            string strangers = refusals.Count == 0 ? "" : $" Refused were: {string.Join("; ", refusals)}.";
            return string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"Rank 0 of {place.Size} ({Environment.MachineName}) has waited {limit.TotalSeconds:0} s at {place.Address} for {purpose}; "
                    + $"{who} {(ranks.Length == 1 ? "has" : "have")} not come.{strangers}"
            );
        }
    }

    /// <summary>Those that have come hear it, too.</summary>
    private CollectiveException Refuse(int channel, string sentence)
    {
        lock (gate)
        {
            foreach (var (key, link) in come.Where(each => each.Key.Channel == channel))
            {
                Tell(link, sentence);
            }
        }

        return new CollectiveException(sentence);
    }

    private async Task AcceptAsync()
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                _ = GreetAsync(await listener.AcceptAsync(end.Token));
            }
            catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // One that left before it was taken, or no room for one more: the next may come.
                await Task.Delay(LongestAnswer / 50, CancellationToken.None);
            }
        }
    }

    private async Task GreetAsync(Socket socket)
    {
        SocketLink? link = null;
        try
        {
            link = SocketLink.On(socket);
            using var late = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
            late.CancelAfter(LongestGreeting);
            byte[] bytes = new byte[Greeting.Length];
            await using (var stream = new NetworkStream(socket, ownsSocket: false))
            {
                await stream.ReadExactlyAsync(bytes, late.Token);
            }

            Take(link, Greeting.Read(bytes));
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            link?.Dispose();
            socket.Dispose();
        }
    }

    private void Take(SocketLink link, Greeting? greeting)
    {
        string? refusal = greeting is { } known ? RefusalOf(known) : "it is no rank of a run";
        if (refusal is null)
        {
            lock (gate)
            {
                if (come.TryAdd((greeting!.Value.Channel, greeting.Value.Rank), link))
                {
                    _ = arrivals.Release();
                    return;
                }

                refusal = $"rank {greeting.Value.Rank} has come already, from {come[(greeting.Value.Channel, greeting.Value.Rank)].Peer}";
            }
        }

        lock (gate)
        {
            if (refusals.Count < MostRefusals)
            {
                refusals.Add($"{link.Peer}, as {refusal}");
            }
        }

        Tell(
            link,
            $"Rank 0 at {place.Address} takes this process not: {refusal}; each rank of a run is started once, with its own "
                + $"{SocketPlace.RankVariable} and the same {SocketPlace.SizeVariable}."
        );
        link.Dispose();
    }

    private string? RefusalOf(Greeting greeting) =>
        greeting.Size != place.Size ? $"it was started with {SocketPlace.SizeVariable}={greeting.Size}, and rank 0 with {place.Size}"
        : greeting.Rank < 1 || greeting.Rank >= place.Size ? $"it was started with {SocketPlace.RankVariable}={greeting.Rank}"
        : null;

    private static void Tell(SocketLink link, string sentence)
    {
        try
        {
            link.Send(Greeting.Answer(sentence), LongestAnswer);
        }
        catch (Exception gone) when (gone is IOException or TimeoutException)
        {
            // It left before it was told.
        }
    }
}

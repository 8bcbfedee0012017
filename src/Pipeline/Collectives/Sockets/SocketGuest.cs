using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Cppo.Model.Collectives;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Collectives.Sockets;

/// <summary>How a rank comes to rank 0, which may be started later than it.</summary>
/// <param name="place">This rank's.</param>
internal sealed class SocketGuest(SocketPlace place)
{
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The link to rank 0, once all ranks have come.</summary>
    /// <param name="channel">Which of the ranks' channels.</param>
    /// <param name="limit">How long to try, and as long again until rank 0 has heard from all.</param>
    /// <param name="purpose">What for.</param>
    /// <exception cref="UsageException">Rank 0 takes this process not.</exception>
    /// <exception cref="CollectiveException">There is no rank 0.</exception>
    public SocketLink Come(int channel, TimeSpan limit, string purpose)
    {
        long since = Stopwatch.GetTimestamp();
        while (true)
        {
            string fault;
            try
            {
                var link = Connect();
                try
                {
                    link.Send(new Greeting(place.Rank, place.Size, channel).Write(), LongestAttempt);
                    RequireWelcome(link, limit + LongestAttempt);
                    return link;
                }
                catch
                {
                    link.Dispose();
                    throw;
                }
            }
            catch (TimeoutException)
            {
                fault = "what listens there says nothing";
            }
            catch (Exception gone) when (gone is IOException or SocketException)
            {
                fault = gone.Message;
            }

            if (Stopwatch.GetElapsedTime(since) > limit)
            {
                throw new CollectiveException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Rank {place.Rank} of {place.Size} ({Environment.MachineName}) has tried for {limit.TotalSeconds:0} s to reach "
                            + $"rank 0 at {place.Address} for {purpose}: {fault}."
                    )
                );
            }

            Thread.Sleep(Pause);
        }
    }

    private SocketLink Connect()
    {
        // One for both kinds of addresses, of which the name may have several.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var late = new CancellationTokenSource(LongestAttempt);
            socket.ConnectAsync(place.Host, place.Port, late.Token).AsTask().GetAwaiter().GetResult();
            return SocketLink.On(socket);
        }
        catch (Exception fault)
        {
            socket.Dispose();
            throw fault is OperationCanceledException ? new IOException("no answer to a connection") : fault;
        }
    }

    private static void RequireWelcome(SocketLink link, TimeSpan limit)
    {
        byte[] answer = new byte[Greeting.AnswerLength];
        link.Receive(answer, limit);
        if (Greeting.RefusalOf(answer) is not { } length)
        {
            throw new IOException("what listens there is no rank 0");
        }

        if (length > 0)
        {
            byte[] text = new byte[length];
            link.Receive(text, LongestAttempt);
            throw new UsageException(Encoding.UTF8.GetString(text));
        }
    }
}

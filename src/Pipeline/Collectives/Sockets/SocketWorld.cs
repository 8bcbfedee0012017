using System.Buffers.Binary;
using System.Text;
using Cppo.Model.Collectives;

namespace Cppo.Pipeline.Collectives.Sockets;

/// <summary>
/// Ranks that no launcher holds together. Beside the channels of their calls each has a line to rank 0, on which a thread listens: one that
/// ends without a good-bye ends all, and so does one that says why.
/// </summary>
internal sealed class SocketWorld : IDisposable
{
    private const byte GoodBye = 1;
    private const byte Fault = 2;
    private const byte End = 3;
    private const int MessageLength = 5;
    private const int LongestSentence = 4096;

    /// <summary>How long a process may go on after a fault, to say what happened; then it is ended.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWord = TimeSpan.FromSeconds(2);

    private readonly SocketPlace place;
    private readonly SocketHost? host;
    private readonly Action<int> exit;
    private readonly Lock gate = new();
    private readonly List<SocketLink> links = [];
    private readonly SocketLink?[] lines;
    private volatile CollectiveException? failure;
    private int channels;
    private bool isEnded;

    private SocketWorld(SocketPlace place, TimeSpan limit, Action<int> exit)
    {
        (this.place, Limit, this.exit) = (place, limit, exit);
        host = place.Rank == 0 ? new SocketHost(place) : null;
        lines = [];
        try
        {
            lines = Open("the start");
        }
        catch
        {
            host?.Dispose();
            throw;
        }

        foreach (var (rank, line) in lines.Index())
        {
            if (line is not null)
            {
                new Thread(() => Listen(rank, line)) { IsBackground = true, Name = $"line to rank {rank}" }.Start();
            }
        }
    }

    public int Rank => place.Rank;

    public int Size => place.Size;

    /// <summary>How long a call waits without anything arriving.</summary>
    public TimeSpan Limit { get; }

    /// <summary>For sentences: "Rank 1 of 4 (host)".</summary>
    public string Name => $"Rank {Rank} of {Size} ({Environment.MachineName})";

    /// <summary>Meets the others; called by all of them.</summary>
    /// <param name="place">This process's.</param>
    /// <param name="limit">How long the start and every call may wait.</param>
    /// <param name="exit">Ends this process.</param>
    public static SocketWorld Start(SocketPlace place, TimeSpan limit, Action<int> exit) => new(place, limit, exit);

    /// <summary>A channel of one's own for a thread; all ranks open theirs in one order.</summary>
    /// <returns>By rank: rank 0's links to all others, another one's to rank 0 alone.</returns>
    public SocketLink?[] Open(string purpose)
    {
        ThrowIfFailed();
        int channel = channels++;
        var opened = host is not null ? host.Meet(channel, Limit, purpose) : [new SocketGuest(place).Come(channel, Limit, purpose)];
        lock (gate)
        {
            links.AddRange(opened.OfType<SocketLink>());
        }

        return opened;
    }

    public void ThrowIfFailed()
    {
        if (failure is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>
    /// Notes that this process can go on no more, tells the others why, and gives the fault to throw, which is the first one. Threads that
    /// wait end, and all processes at the latest after a while.
    /// </summary>
    public CollectiveException Fail(string sentence)
    {
        var fault = new CollectiveException(sentence);
        if (Interlocked.CompareExchange(ref failure, fault, null) is { } earlier)
        {
            return earlier;
        }

        Tell(Fault, Encoding.UTF8.GetBytes(sentence));
        Close();
        new Thread(() =>
        {
            Thread.Sleep(Grace);
            if (!isEnded)
            {
                Console.Error.WriteLine(sentence);
                exit(1);
            }
        })
        {
            IsBackground = true,
            Name = "end of all ranks",
        }.Start();
        return fault;
    }

    /// <summary>The fault of a link that is closed: what another rank says about it, or <paramref name="sentence"/>.</summary>
    public CollectiveException Lost(string sentence)
    {
        for (int look = 0; look < 100 && failure is null; look++)
        {
            Thread.Sleep(10);
        }

        return Fail(sentence);
    }

    /// <summary>Ends all processes.</summary>
    public void Abort(int exitCode)
    {
        byte[] code = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(code, exitCode);
        Tell(End, code);
        exit(exitCode);
    }

    /// <summary>At the end of the work: the others need not miss this one.</summary>
    public void Dispose()
    {
        isEnded = true;
        Tell(GoodBye, []);
        Close();
        host?.Dispose();
    }

    private void Tell(byte what, byte[] bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, LongestSentence)];
        byte[] message = new byte[MessageLength + bytes.Length];
        message[0] = what;
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(1), bytes.Length);
        bytes.CopyTo(message, MessageLength);
        foreach (var line in lines.OfType<SocketLink>())
        {
            try
            {
                line.Send(message, LongestWord);
            }
            catch (Exception gone) when (gone is IOException or TimeoutException)
            {
                // It needs no telling any more.
            }
        }
    }

    private void Close()
    {
        lock (gate)
        {
            links.ForEach(link => link.Dispose());
        }
    }

    private void Listen(int rank, SocketLink line)
    {
        try
        {
            byte[] head = new byte[MessageLength];
            line.Receive(head, TimeSpan.Zero);
            byte[] bytes = new byte[Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(1)), 0, LongestSentence)];
            line.Receive(bytes, LongestWord);
            if (head[0] == Fault)
            {
                _ = Fail(Encoding.UTF8.GetString(bytes));
            }
            else if (head[0] == End && bytes.Length == sizeof(int))
            {
                Abort(BinaryPrimitives.ReadInt32LittleEndian(bytes));
            }
        }
        catch (Exception gone) when (gone is IOException or TimeoutException)
        {
            if (!isEnded && failure is null)
            {
                _ = Fail($"{Name} has lost rank {rank}: it has ended, or its machine or the link to it is gone.");
            }
        }
    }
}

using System.Net.Sockets;

namespace Cppo.Pipeline.Collectives.Sockets;

/// <summary>A connection between rank 0 and another rank, for whole messages.</summary>
/// <param name="socket">Connected; closed with this object, which ends what waits on it.</param>
/// <param name="peer">Where the other end is, for sentences.</param>
internal sealed class SocketLink(Socket socket, string peer) : IDisposable
{
    /// <summary>
    /// After so many silent seconds the system asks whether the other machine is there, and gives it up after some questions.
    /// </summary>
    private const int SecondsUntilAsked = 5;
    private const int Questions = 3;

    /// <summary>Where the other end is.</summary>
    public string Peer => peer;

    /// <summary>A link on a socket that sends at once, and hears when the other machine is gone.</summary>
    public static SocketLink On(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SecondsUntilAsked);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, SecondsUntilAsked);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Questions);
        return new SocketLink(socket, $"{socket.RemoteEndPoint}");
    }

    /// <summary>Sends all of it.</summary>
    /// <param name="bytes">All of it.</param>
    /// <param name="limit">How long nothing may leave, because the other end takes nothing.</param>
    /// <exception cref="TimeoutException">That long it took nothing.</exception>
    /// <exception cref="IOException">The other end is gone.</exception>
    public void Send(ReadOnlySpan<byte> bytes, TimeSpan limit)
    {
        while (bytes.Length > 0)
        {
            try
            {
                socket.SendTimeout = (int)limit.TotalMilliseconds;
                bytes = bytes[socket.Send(bytes)..];
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                throw Told(fault);
            }
        }
    }

    /// <summary>Receives as many bytes as there is room for.</summary>
    /// <param name="room">All of it is filled.</param>
    /// <param name="limit">How long nothing may arrive; zero: for ever.</param>
    /// <exception cref="TimeoutException">That long nothing arrived.</exception>
    /// <exception cref="IOException">The other end is gone.</exception>
    public void Receive(Span<byte> room, TimeSpan limit)
    {
        while (room.Length > 0)
        {
            int received;
            try
            {
                socket.ReceiveTimeout = (int)limit.TotalMilliseconds;
                received = socket.Receive(room);
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                throw Told(fault);
            }

            if (received == 0)
            {
                throw new EndOfStreamException($"{peer} has closed the connection");
            }

            room = room[received..];
        }
    }

    /// <summary>What was sent still arrives.</summary>
    public void Dispose()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The other end is gone, or it was done before.
        }

        socket.Dispose();
    }

    private static Exception Told(Exception fault) =>
        fault is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock }
            ? new TimeoutException(fault.Message, fault)
            : new IOException(fault.Message, fault);
}

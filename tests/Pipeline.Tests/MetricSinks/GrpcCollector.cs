using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cppo.Pipeline.Tests.MetricSinks;

/// <summary>
/// As <see cref="Collector"/>, in the form of gRPC: as much of HTTP/2 as its client needs, frame by frame, without encryption.
/// </summary>
internal sealed class GrpcCollector : TelemetryReceiver, IDisposable
{
    private const int Data = 0;
    private const int Headers = 1;
    private const int Settings = 4;
    private const int Ping = 6;
    private const int WindowUpdate = 8;
    private const int Ended = 1;
    private const int HeadersEnded = 4;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public GrpcCollector()
    {
        listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        _ = AcceptAsync();
    }

    public string Url { get; }

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                await stream.ReadExactlyAsync(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length]);
                await SendAsync(stream, Settings, 0, 0, []);
                var streams = new Dictionary<int, (string Method, MemoryStream Body)>();
                byte[] head = new byte[9];
                while (true)
                {
                    await stream.ReadExactlyAsync(head);
                    byte[] payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                    await stream.ReadExactlyAsync(payload);
                    await TakeAsync(stream, streams, head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
                }
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                // The client has gone.
            }
        }
    }

    private async Task TakeAsync(
        NetworkStream stream,
        Dictionary<int, (string Method, MemoryStream Body)> streams,
        int type,
        int flags,
        int id,
        byte[] payload
    )
    {
        switch (type)
        {
            case Settings or Ping when (flags & Ended) == 0:
                await SendAsync(stream, type, Ended, 0, type == Ping ? payload : []);
                break;
            case Headers:
                string text = Encoding.Latin1.GetString(payload);
                streams[id] = (
                    text.Contains("MetricsService/Export", StringComparison.Ordinal) ? "/v1/metrics" : "/v1/traces",
                    new MemoryStream()
                );
                Assert.Contains("Service/Export", text, StringComparison.Ordinal);
                break;
            case Data:
                streams[id].Body.Write(payload);
                if (payload.Length > 0)
                {
                    byte[] more = new byte[4];
                    BinaryPrimitives.WriteInt32BigEndian(more, payload.Length);
                    await SendAsync(stream, WindowUpdate, 0, 0, more);
                }

                if ((flags & Ended) != 0)
                {
                    // A byte that says whether it is compressed, four of the length, and the message.
                    byte[] message = streams[id].Body.ToArray();
                    Assert.Equal((0, message.Length - 5), (message[0], BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(1))));
                    Requests.Enqueue((streams[id].Method, "application/grpc", message[5..]));
                    await SendAsync(stream, Headers, HeadersEnded, id, [0x88, .. Field("content-type", "application/grpc")]);
                    await SendAsync(stream, Data, 0, id, new byte[5]);
                    await SendAsync(stream, Headers, HeadersEnded | Ended, id, Field("grpc-status", "0"));
                }

                break;
            default:
                break;
        }
    }

    /// <summary>A header field in the form of HPACK that no table remembers.</summary>
    private static byte[] Field(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private static async Task SendAsync(NetworkStream stream, int type, int flags, int id, byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        (frame[0], frame[1], frame[2]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length);
        (frame[3], frame[4]) = ((byte)type, (byte)flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, 9);
        await stream.WriteAsync(frame);
    }
}

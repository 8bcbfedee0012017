using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>A server on this machine that answers one request a connection, also in ways that a proper one would not.</summary>
internal sealed class RawServer : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly string name;
    private readonly Func<HubRequest, HubReply> answer;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closed = new();
    private readonly Task serving;
    private int numOpen;

    public RawServer(string name, Func<HubRequest, HubReply> answer)
    {
        (this.name, this.answer) = (name, answer);
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    public ConcurrentQueue<HubRequest> Requests { get; } = new();

    /// <summary>Bytes of bodies that were handed to the system, by path without query.</summary>
    public ConcurrentDictionary<string, long> Served { get; } = new();

    /// <summary>Waits until nobody is being answered.</summary>
    public async Task QuietAsync()
    {
        while (Volatile.Read(ref numOpen) > 0)
        {
            await Task.Delay(5);
        }
    }

    public void Dispose()
    {
        closed.Cancel();
        listener.Stop();
        serving.Wait(TimeSpan.FromSeconds(5));
        closed.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!closed.IsCancellationRequested)
        {
            try
            {
                _ = TalkAsync(await listener.AcceptTcpClientAsync(closed.Token));
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Interlocked.Increment(ref numOpen);
                // What is on its way when a reader is killed is what these hold.
                client.SendBufferSize = 1 << 14;
                var stream = client.GetStream();
                if (await ReadAsync(stream) is not { } request)
                {
                    return;
                }

                Requests.Enqueue(request);
                await WriteAsync(stream, request.Target.Split('?')[0], answer(request));
                client.Client.Shutdown(SocketShutdown.Send);
                byte[] rest = new byte[256];
                while (await stream.ReadAsync(rest, closed.Token) > 0) { }
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The reader left, as it may.
            }
            finally
            {
                Interlocked.Decrement(ref numOpen);
            }
        }
    }

    private async Task<HubRequest?> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        byte[] one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, closed.Token) == 0)
            {
                return null;
            }

            text.Append((char)one[0]);
        }

        string[] lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines[1..]
            .Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
        return new HubRequest(name, lines[0].Split(' ')[1], headers);
    }

    private async Task WriteAsync(NetworkStream stream, string path, HubReply reply)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} Answer\r\nConnection: close\r\n");
        head.Append(
            reply.IsChunked
                ? "Transfer-Encoding: chunked\r\n"
                : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {reply.Announced ?? reply.Body.Length}\r\n")
        );
        foreach (var (header, value) in reply.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{header}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), closed.Token);
        if (reply.Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, closed.Token);
        }

        int end = reply.CutAfter ?? reply.Body.Length;
        int step = reply.Pace > 0 ? reply.Pace : Math.Max(1, end);
        for (int at = 0; at < end; at += step)
        {
            var part = reply.Body.AsMemory(at, Math.Min(step, end - at));
            if (reply.IsChunked)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"), closed.Token);
            }

            await stream.WriteAsync(part, closed.Token);
            Served.AddOrUpdate(path, part.Length, (_, before) => before + part.Length);
            if (reply.IsChunked)
            {
                await stream.WriteAsync("\r\n"u8.ToArray(), closed.Token);
            }

            if (reply.Pace > 0)
            {
                await Task.Delay(Pause, closed.Token);
            }
        }

        if (reply.IsChunked && reply.CutAfter is null)
        {
            await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), closed.Token);
        }
    }
}

using System.Net;
using Cppo.Pipeline.Tests.CustomRewards;

namespace Cppo.Pipeline.Tests.MetricSinks;

/// <summary>A collector of OpenTelemetry on this machine that takes protobuf in HTTP; or one that never answers, or refuses.</summary>
internal sealed class Collector : TelemetryReceiver, IDisposable
{
    private readonly HttpListener listener = new();
    private readonly CancellationTokenSource closed = new();
    private readonly bool hangs;
    private readonly int status;

    public Collector(bool hangs = false, int status = 200)
    {
        (this.hangs, this.status) = (hangs, status);
        Url = $"http://127.0.0.1:{RewardServer.FreePort()}";
        listener.Prefixes.Add(Url + "/");
        listener.Start();
        _ = ServeAsync();
    }

    public string Url { get; }

    public void Dispose()
    {
        closed.Cancel();
        listener.Close();
        closed.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!closed.IsCancellationRequested)
        {
            try
            {
                _ = AnswerAsync(await listener.GetContextAsync());
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            Requests.Enqueue((context.Request.Url!.AbsolutePath, context.Request.ContentType, body.ToArray()));
            await Task.Delay(hangs ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, closed.Token);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/x-protobuf";
            context.Response.ContentLength64 = 0;
            context.Response.Close();
        }
        catch (Exception error)
            when (error is OperationCanceledException or HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client has gone, or the test is over.
        }
    }
}

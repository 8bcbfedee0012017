using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Tests.CustomRewards;

/// <summary>What a request was and what it gets.</summary>
/// <param name="Number">From 0, in the order of arrival.</param>
/// <param name="Body">The request's JSON.</param>
/// <param name="Headers">Its header fields.</param>
internal sealed record RewardCall(int Number, JsonObject Body, WebHeaderCollection Headers)
{
    public JsonObject[] Items => [.. Body["items"]!.AsArray().Select(item => item!.AsObject())];
}

/// <summary>The server's reply; no reply at all where <see cref="Hangs"/>.</summary>
internal sealed record RewardReply(int Status, string Body, bool Hangs = false, params (string Name, string Value)[] Headers)
{
    public static RewardReply Hanging { get; } = new(0, "", Hangs: true);

    public static RewardReply Ok(string body) => new(200, body);

    /// <summary>A reward for each item: its number of tokens.</summary>
    public static RewardReply Tokens(RewardCall call) =>
        Ok(
            new JsonObject
            {
                ["rewards"] = new JsonArray([.. call.Items.Select(item => (JsonNode)(double)(int)item["numTokens"]!)]),
                ["reasons"] = new JsonArray([.. call.Items.Select(item => (JsonNode)$"{item["numTokens"]} tokens")]),
            }.ToJsonString()
        );
}

/// <summary>A server on this machine that answers by a script and remembers what it was asked.</summary>
internal sealed class RewardServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Func<RewardCall, RewardReply> script;
    private readonly Task serving;
    private readonly CancellationTokenSource closed = new();
    private int numCalls;
    private int running;

    public RewardServer(Func<RewardCall, RewardReply> script)
    {
        this.script = script;
        Url = $"http://127.0.0.1:{FreePort()}/score";
        listener.Prefixes.Add(Url + "/");
        listener.Start();
        serving = ServeAsync();
    }

    public string Url { get; }

    public ConcurrentQueue<RewardCall> Calls { get; } = new();

    /// <summary>The most requests at a time.</summary>
    public int MostAtATime { get; private set; }

    /// <summary>How long each answer takes.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Completed by the first request.</summary>
    public TaskCompletionSource FirstCall { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        closed.Cancel();
        listener.Close();
        serving.Wait(TimeSpan.FromSeconds(5));
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
            lock (Calls)
            {
                MostAtATime = Math.Max(MostAtATime, ++running);
            }

            Assert.Equal("POST", context.Request.HttpMethod);
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var body = JsonNode.Parse(await reader.ReadToEndAsync())!.AsObject();
            var call = new RewardCall(Interlocked.Increment(ref numCalls) - 1, body, new WebHeaderCollection { context.Request.Headers });
            Calls.Enqueue(call);
            var reply = script(call);
            FirstCall.TrySetResult();
            await Task.Delay(reply.Hangs ? Timeout.InfiniteTimeSpan : Latency, closed.Token);
            context.Response.StatusCode = reply.Status;
            foreach (var (name, value) in reply.Headers)
            {
                context.Response.Headers[name] = value;
            }

            lock (Calls)
            {
                running--;
            }
            // Without a length an empty body is ended twice, and the connection's next answer begins with what is left.
            byte[] answer = Encoding.UTF8.GetBytes(reply.Body);
            context.Response.ContentLength64 = answer.Length;
            await context.Response.OutputStream.WriteAsync(answer);
            context.Response.Close();
        }
        catch (Exception error)
            when (error is OperationCanceledException or HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client has gone, or the test is over.
        }
    }
}

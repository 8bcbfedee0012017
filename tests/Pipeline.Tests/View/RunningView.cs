using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.View;

namespace Cppo.Pipeline.Tests.View;

/// <summary>A server of <c>view</c> about some directories, and a client.</summary>
internal sealed class RunningView : IAsyncDisposable
{
    private readonly ViewServer server;
    private readonly HttpClient client;

    private readonly ConcurrentQueue<string> notices;

    private RunningView(ViewServer server, ConcurrentQueue<string> notices)
    {
        (this.server, this.notices) = (server, notices);
        client = new HttpClient { BaseAddress = server.Address };
    }

    public int Port => server.Port;

    public static async Task<RunningView> StartAsync(params string[] places)
    {
        var notices = new ConcurrentQueue<string>();
        return new RunningView(
            await ViewServer.StartAsync(RunCatalogue.Open(places), PageBundle.Carried, 0, notices.Enqueue, default),
            notices
        );
    }

    public async Task<JsonObject> JsonAsync(string address)
    {
        using var answer = await client.GetAsync(address);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{address}: {(int)answer.StatusCode} {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>A page of groups, once all files are read.</summary>
    public async Task<JsonObject> GroupsAsync(string run, string query = "")
    {
        for (int turn = 0; ; turn++)
        {
            var page = await JsonAsync($"api/runs/{run}/groups?{query}");
            if ((bool)page["indexed"]!["done"]!)
            {
                return page;
            }

            Assert.True(turn < 200, "The index is not done.");
            await Task.Delay(50);
        }
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => client.SendAsync(request);

    public async Task<HttpStatusCode> StatusAsync(string address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>The status of a request as no client would write it.</summary>
    public async Task<int> RawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        string? first = await reader.ReadLineAsync();
        return first is null ? 0 : int.Parse(first.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();

        // Lines about requests that failed for a reason of the program's.
        Assert.Empty(notices);
    }
}

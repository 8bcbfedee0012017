using System.Net;
using System.Net.Sockets;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Files;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cppo.Pipeline.View;

/// <summary>
/// Serves the page on this machine alone, by ASP.NET's own server. It reads no settings from files or the environment, changes no file, and
/// does nothing while nobody asks.
/// </summary>
internal sealed class ViewServer : IAsyncDisposable
{
    private const int MostConnections = 64;
    private const int MostHeaderBytes = 16 * 1024;
    private readonly WebApplication application;
    private readonly ViewApi api;

    private ViewServer(WebApplication application, ViewApi api, int port) => (this.application, this.api, Port) = (application, api, port);

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>Where the page is.</summary>
    public Uri Address => new(FormattableString.Invariant($"http://127.0.0.1:{Port}/"));

    /// <summary>Starts.</summary>
    /// <param name="catalogue">What may be looked at.</param>
    /// <param name="bundle">The page.</param>
    /// <param name="port">The port; 0: one that is free.</param>
    /// <param name="notice">Takes a line about each request that failed for a reason of the program's.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="UsageException">The port is taken.</exception>
    public static async Task<ViewServer> StartAsync(
        RunCatalogue catalogue,
        PageBundle bundle,
        int port,
        Action<string> notice,
        CancellationToken cancel
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = 0;
            server.Limits.MaxConcurrentConnections = MostConnections;
            server.Limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
            server.Listen(IPAddress.Loopback, port);
        });
        var application = builder.Build();
        var api = new ViewApi(catalogue, bundle);
        ViewGuard? guard = null;
        application.Run(context => AnswerAsync(context, api, Volatile.Read(ref guard), notice));
        try
        {
            await application.StartAsync(cancel);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            await api.DisposeAsync();
            await application.DisposeAsync();
            throw new UsageException(
                FormattableString.Invariant($"--port {port}: 127.0.0.1 cannot be listened on there ({Reason(fault)}); name another port, ")
                    + "or 0 for one that is free."
            );
        }

        int bound = new Uri(application.Urls.First()).Port;
        Volatile.Write(ref guard, new ViewGuard(bound));
        return new ViewServer(application, api, bound);
    }

    /// <summary>Ends it; requests in progress have a moment.</summary>
    public async ValueTask DisposeAsync()
    {
        using var moment = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await application.StopAsync(moment.Token);
        }
        catch (OperationCanceledException)
        {
            // They are abandoned.
        }

        await application.DisposeAsync();
        await api.DisposeAsync();
    }

    private static string Reason(Exception fault) => fault is SocketException ? fault.Message : "another program has the port";

    private static async Task AnswerAsync(HttpContext context, ViewApi api, ViewGuard? guard, Action<string> notice)
    {
        var response = context.Response;
        ViewGuard.Protect(response);
        ViewAnswer answer;
        try
        {
            (guard ?? throw new RequestFault(503, "The server is starting; ask again.")).Require(context.Request);
            string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
            string[] parts = target.Split('?', 2);
            answer = await api.AnswerAsync(parts[0], parts.Length > 1 ? parts[1] : null, context.RequestAborted);
        }
        catch (RequestFault fault)
        {
            answer = Refuse(response, fault.Status, fault.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception fault)
        {
            // One request's failure ends no other's.
            notice($"warning: a request failed: {fault.Message}");
            answer = Refuse(response, 500, $"The request failed: {fault.Message}");
        }

        response.ContentType = answer.Type;
        response.ContentLength = answer.Bytes.Length;
        await response.Body.WriteAsync(answer.Bytes, context.RequestAborted);
    }

    private static ViewAnswer Refuse(HttpResponse response, int status, string sentence)
    {
        response.StatusCode = status;
        if (status == 405)
        {
            response.Headers.Allow = HttpMethods.Get;
        }

        return ViewAnswer.Json(
            PageJson.Bytes(json =>
            {
                json.WriteStartObject();
                json.WriteString("error", sentence);
                json.WriteEndObject();
            })
        );
    }
}

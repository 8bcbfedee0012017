using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Cppo.View.Tests.Browsers;

/// <summary>A page, and everything about it that must not be: messages of errors, requests to other hosts, dialogs.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    /// <summary>A machine that is busy with other tests is given as long for what takes a moment.</summary>
    internal const int PatienceMs = 120_000;

    private readonly ConcurrentQueue<string> faults = new();
    private readonly string address;

    internal WatchedPage(IPage page, string address)
    {
        Page = page;
        this.address = address;
        page.SetDefaultTimeout(PatienceMs);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                faults.Enqueue($"console {message.Type}: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => faults.Enqueue($"exception: {error}");
        page.Dialog += async (_, dialog) =>
        {
            faults.Enqueue($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Request += (_, request) =>
        {
            if (!IsOurs(request.Url))
            {
                faults.Enqueue($"request to {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Goes to a view by its fragment and waits until it stands.</summary>
    public async Task GoAsync(string fragment)
    {
        await Page.GotoAsync(address + fragment);
        await Settle();
    }

    /// <summary>Waits until nothing is being read any more.</summary>
    public async Task Settle()
    {
        await Page.Locator("main").WaitForAsync();
        await Page.WaitForFunctionAsync("() => !document.querySelector('.notice-busy') && !/Reading/.test(document.body.innerText)");
    }

    /// <summary>What the address says from its fragment's sign on.</summary>
    public Task<string> FragmentAsync() => Page.EvaluateAsync<string>("() => location.hash");

    /// <summary>Waits until the first value of a setting in the address is this; empty where there is none.</summary>
    public Task SettingIsAsync(string name, string value) =>
        Page.WaitForFunctionAsync(
            "([name, value]) => (new URLSearchParams(location.hash.split('?')[1] ?? '').get(name) ?? '') === value",
            new[] { name, value }
        );

    /// <summary>Nothing happened that must not, and the page is not wider than its window.</summary>
    public async Task AssertCalmAsync()
    {
        Assert.Empty(faults);
        int excess = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(excess <= 0, $"{await FragmentAsync()} is {excess} pixels wider than the window.");
    }

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();

    private bool IsOurs(string url)
    {
        var target = new Uri(url);
        return target.Scheme is "data" or "blob"
            || (target.GetLeftPart(UriPartial.Authority) == new Uri(address).GetLeftPart(UriPartial.Authority) && !target.IsFile)
            || (target.IsFile && target.LocalPath == new Uri(address).LocalPath);
    }
}

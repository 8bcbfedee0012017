using Microsoft.Playwright;

namespace Cppo.View.Tests.Browsers;

/// <summary>The browser of all tests, started once.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Path of the browser: <c>CPPO_CHROMIUM</c>, or where Debian and others put it; null where there is none.</summary>
    public static string? Path { get; } =
        Environment.GetEnvironmentVariable("CPPO_CHROMIUM") is { Length: > 0 } named ? named : Array.Find(Places, File.Exists);

    /// <summary>Whether tests fail without a browser instead of being skipped.</summary>
    public static bool IsRequired { get; } = Environment.GetEnvironmentVariable("CPPO_BROWSER") == "required";

    public async Task InitializeAsync()
    {
        if (Path is null)
        {
            Assert.False(IsRequired, BrowserFactAttribute.Advice);
            return;
        }

        Assertions.SetDefaultExpectTimeout(WatchedPage.PatienceMs);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Path,
                Timeout = WatchedPage.PatienceMs,

                // A root's Chromium starts without its sandbox only; what it opens here are our own pages.
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            }
        );
    }

    /// <summary>A page of its own, with nothing kept of earlier ones.</summary>
    public async Task<WatchedPage> OpenAsync(string address, Look look)
    {
        var context = await browser!.NewContextAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = look.Size,
                ColorScheme = look.IsDark ? ColorScheme.Dark : ColorScheme.Light,
                HasTouch = look.IsPhone,
                IsMobile = look.IsPhone,
                DeviceScaleFactor = look.IsPhone ? 2 : 1,
                ReducedMotion = ReducedMotion.Reduce,
            }
        );
        var page = new WatchedPage(await context.NewPageAsync(), address);
        await page.GoAsync("");
        return page;
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
    }
}

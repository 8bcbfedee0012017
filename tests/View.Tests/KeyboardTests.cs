using System.Text.RegularExpressions;
using Cppo.View.Tests.Browsers;
using Cppo.View.Tests.Runs;
using Microsoft.Playwright;

namespace Cppo.View.Tests;

/// <summary>The page without a mouse, and its switch between light and dark.</summary>
[Collection(ViewedPages.Name)]
public sealed class KeyboardTests(ViewedRuns runs, Chromium chromium)
{
    [BrowserFact]
    public async Task Keys_go_to_views_groups_and_help()
    {
        await using var page = await chromium.OpenAsync(runs.Served, Look.All["light"]);
        await page.GoAsync("#/curves?runs=first");
        var keys = page.Page.Keyboard;
        await keys.PressAsync("?");
        await page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" }).WaitForAsync();
        await keys.PressAsync("Escape");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await keys.PressAsync("2");
        await page.Page.Locator(".group-row").First.WaitForAsync();
        await keys.PressAsync("j");
        await page.Page.Locator(".completion").First.WaitForAsync();
        string first = await page.FragmentAsync();
        await keys.PressAsync("j");
        await page.Page.WaitForFunctionAsync("before => location.hash !== before", first);
        await keys.PressAsync("k");
        await page.Page.WaitForFunctionAsync("before => location.hash === before", first);
        await keys.PressAsync("/");
        await keys.TypeAsync("apples 2");
        await page.Page.WaitForFunctionAsync("() => location.hash.includes('text=apples+2')");
        await page.AssertCalmAsync();
    }

    [BrowserFact]
    public async Task Arrows_read_a_charts_values_and_plus_zooms()
    {
        await using var page = await chromium.OpenAsync(runs.Served, Look.All["light"]);
        await page.GoAsync("#/curves?runs=first&chart=reward_mean");
        var chart = page.Page.GetByRole(AriaRole.Group, new() { Name = "Reward, mean, over updates" });
        await chart.Locator("canvas").WaitForAsync();
        await chart.FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Page.Locator(".tip")).ToHaveTextAsync(new Regex("^1 updates"));
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Page.Locator(".tip")).ToHaveTextAsync(new Regex("^2 updates"));
        await page.Page.Keyboard.PressAsync("+");
        await page.Page.WaitForFunctionAsync("() => location.hash.includes('zoom=')");
        await page.Page.Keyboard.PressAsync("0");
        await page.Page.WaitForFunctionAsync("() => !location.hash.includes('zoom=')");
        await page.AssertCalmAsync();
    }

    [BrowserFact]
    public async Task Everything_that_is_clicked_is_reached_by_tab_and_shows_the_focus()
    {
        await using var page = await chromium.OpenAsync(runs.Served, Look.All["light"]);
        await page.GoAsync("#/configuration?runs=first&runs=second");
        string[] missed = await page.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("a, button, input, select, summary")]
              .filter(element => element.tabIndex < 0 && !element.disabled)
              .map(element => element.outerHTML.slice(0, 80))
            """
        );
        Assert.Empty(missed);
        string[] unnamed = await page.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("button, input, select, a")]
              .filter(element => !(element.ariaLabel || element.labels?.length || element.textContent.trim()))
              .map(element => element.outerHTML.slice(0, 80))
            """
        );
        Assert.Empty(unnamed);
        for (int press = 0; press < 6; press++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            Assert.NotEqual("none", await page.Page.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle"));
        }
    }

    [BrowserTheory]
    [InlineData("served")]
    [InlineData("report")]
    public async Task The_switch_turns_light_into_dark_and_back(string surface)
    {
        await using var page = await chromium.OpenAsync(runs.AddressOf(surface), Look.All["light"]);
        const string Ground = "() => getComputedStyle(document.body).backgroundColor";
        string light = await page.Page.EvaluateAsync<string>(Ground);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show dark" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show light" }).WaitForAsync();
        string dark = await page.Page.EvaluateAsync<string>(Ground);
        Assert.NotEqual(light, dark);
        await page.Page.ReloadAsync();
        await page.Settle();
        Assert.Equal(dark, await page.Page.EvaluateAsync<string>(Ground));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show light" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show dark" }).WaitForAsync();
        Assert.Equal(light, await page.Page.EvaluateAsync<string>(Ground));
        await page.AssertCalmAsync();
    }
}

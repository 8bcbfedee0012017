using System.Globalization;
using Cppo.View.Tests.Browsers;
using Cppo.View.Tests.Runs;
using Microsoft.Playwright;

namespace Cppo.View.Tests;

/// <summary>A thousand hostile texts in questions, answers, reasons, completions and configuration: each is shown as text.</summary>
[Collection(ViewedPages.Name)]
public sealed class HostileTextsTests(ViewedRuns runs, Chromium chromium)
{
    /// <summary>As much of a completion as the page lays out at first.</summary>
    private const int Shown = 3000;

    /// <summary>The texts of the completions on the page, by their indexes; what asks for more is no part of them.</summary>
    private const string ReadCompletions = """
        () => Object.fromEntries([...document.querySelectorAll(".completion")].flatMap(card => {
          const text = card.querySelector(".text").cloneNode(true);
          text.querySelectorAll("button").forEach(button => button.remove());
          const names = card.querySelector(".completion-head .muted").textContent.trim().split(/\s+/);
          return names.map(name => [name.slice(1), text.textContent]);
        }))
        """;

    /// <summary>The ids of the groups: an update and a place in it.</summary>
    private static readonly string[] Groups =
    [
        .. Enumerable.Range(0, 4).SelectMany(step => Enumerable.Range(0, 16).Select(place => $"{step}.{place}")),
    ];

    /// <summary>Elements in the texts beside those that the page makes itself.</summary>
    private const string CountStrangers = """
        () => [...document.querySelectorAll(".text *, .group-row *, .facts *, td *, th *")]
          .filter(element => !element.matches("span, bdi, b, button, time, div.text, svg.swatch, svg.swatch line")).length
        """;

    [BrowserTheory]
    [InlineData("served")]
    [InlineData("report")]
    public async Task A_thousand_completions_are_shown_as_text(string surface)
    {
        await using var page = await chromium.OpenAsync(runs.AddressOf(surface), Look.All["light"]);
        var seen = new HashSet<int>();
        foreach (string group in Groups)
        {
            // Over the list, so that nothing of the group before is taken for this one's.
            await page.GoAsync("#/completions?runs=hostile&tokens=off");
            await page.Page.GetByText("Choose a group").WaitForAsync();
            await page.GoAsync($"#/completions?runs=hostile&tokens=off&group={group}");
            await page.Page.Locator(".completion, .pane-detail .notice-fault").First.WaitForAsync();
            if (await page.Page.GetByText("left out of the report").CountAsync() > 0)
            {
                continue;
            }

            var texts = await page.Page.EvaluateAsync<Dictionary<string, string>>(ReadCompletions);
            Assert.Equal(16, texts.Count);
            int first = FirstNumber(group);
            foreach (var (index, text) in texts)
            {
                int number = (first + int.Parse(index, CultureInfo.InvariantCulture) - 1) % HostileTexts.Count;
                string whole = HostileTexts.Of(number);
                Assert.Equal(VisibleText.Of(whole.Length > Shown ? whole[..Shown] : whole), text);
                seen.Add(number);
            }

            Assert.Equal(0, await page.Page.EvaluateAsync<int>(CountStrangers));
        }

        // A report may leave groups out; what is served has all.
        Assert.Equal(surface == "served" ? HostileTexts.Count : seen.Count, seen.Count);
        Assert.True(seen.Count >= 100, $"Only {seen.Count} texts were seen.");
        Assert.Contains(seen, number => HostileTexts.Of(number).Contains('\0', StringComparison.Ordinal));
        await page.AssertCalmAsync();
    }

    [BrowserTheory]
    [InlineData("served", "light")]
    [InlineData("served", "phone")]
    [InlineData("report", "dark")]
    public async Task Hostile_questions_and_configurations_are_shown_as_text(string surface, string look)
    {
        await using var page = await chromium.OpenAsync(runs.AddressOf(surface), Look.All[look]);
        foreach (string view in new[] { "curves", "completions", "timeline", "configuration" })
        {
            await page.GoAsync($"#/{view}?runs=hostile&runs=first");
            await page.Page.GetByRole(AriaRole.Region, new() { Name = "The chosen runs" }).WaitForAsync();
            Assert.Equal(0, await page.Page.EvaluateAsync<int>(CountStrangers));
            await page.AssertCalmAsync();
        }

        var shown = page.Page.Locator(".config").First;
        await shown.GetByText("<img src=x onerror=alert(1)>").First.WaitForAsync();
        string config = await shown.InnerTextAsync();
        Assert.Contains(VisibleText.Of(HostileTexts.Of(1)).Split('<')[0], config, StringComparison.Ordinal);
        Assert.Contains("<img src=x onerror=alert(1)>", config, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task More_of_a_line_of_a_megabyte_is_shown_when_asked_for()
    {
        await using var page = await chromium.OpenAsync(runs.Served, Look.All["light"]);
        string group = Groups.First(id => FirstNumber(id) / 16 == 249 / 16);
        await page.GoAsync($"#/completions?runs=hostile&tokens=off&group={group}");
        await page.Page.Locator(".completion").First.WaitForAsync();
        var text = page.Page.Locator(".completion .text").Filter(new() { HasText = "characters" }).First;
        int before = (await text.TextContentAsync())!.Length;
        await text.GetByRole(AriaRole.Button).ClickAsync();
        await page.Page.WaitForFunctionAsync(
            "before => [...document.querySelectorAll('.completion .text')].some(text => text.textContent.length > before + 40000)",
            before
        );
        await page.AssertCalmAsync();
    }

    /// <summary>The number of the first text of a group, whose id is its update and its place there.</summary>
    private static int FirstNumber(string group)
    {
        int[] parts = [.. group.Split('.').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        return ((parts[0] * 256) + (parts[1] * 16)) % HostileTexts.Count;
    }
}

using System.Text.RegularExpressions;
using Cppo.Model.Tests;
using Cppo.View.Tests.Browsers;
using Cppo.View.Tests.Runs;
using Microsoft.Playwright;

namespace Cppo.View.Tests;

/// <summary>Another run's answers to the same question, beside those of a group.</summary>
[Collection(ViewedPages.Name)]
public sealed class BesideTests(ViewedRuns runs, Chromium chromium) : IDisposable
{
    private const string Word = "The twin says: ";
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [BrowserTheory]
    [InlineData("served", "light")]
    [InlineData("served", "phone")]
    [InlineData("report", "dark")]
    public async Task Another_runs_answers_to_the_same_question_are_laid_beside_a_group(string surface, string look)
    {
        string[] places = [directory.File("first"), directory.File("twin")];
        CopyOfRun.Write(runs.DirectoryOf("first"), places[0]);
        CopyOfRun.Write(runs.DirectoryOf("first"), places[1], Word);
        string file = directory.File("report.html");
        await ServedView.RunAsync(["report", .. places, "--output", file]);
        using var view = await ServedView.StartAsync(places);
        await using var page = await chromium.OpenAsync(surface == "served" ? view.Address : new Uri(file).AbsoluteUri, Look.All[look]);
        await page.GoAsync("#/completions?runs=first&runs=twin&of=first&tokens=off&group=0.0");
        var select = page.Page.GetByLabel("Beside it, the same question in");
        await Assertions.Expect(select.Locator("option")).ToContainTextAsync(["no other group", "twin, update 1"]);
        await select.SelectOptionAsync("0.0@twin");
        var other = page.Page.GetByRole(AriaRole.Region, new() { Name = "The other group" });
        await Assertions.Expect(other.GetByRole(AriaRole.Heading)).ToHaveTextAsync("twin, update 1");
        var mine = page.Page.GetByRole(AriaRole.Region, new() { Name = "This group" });
        await Assertions.Expect(mine.GetByRole(AriaRole.Heading)).ToHaveTextAsync("first, update 1");
        int count = await mine.Locator(".completion").CountAsync();
        await Assertions.Expect(other.Locator(".completion")).ToHaveCountAsync(count);
        for (int place = 0; place < count; place++)
        {
            string text = (await mine.Locator(".completion .text").Nth(place).TextContentAsync())!;
            await Assertions.Expect(other.Locator(".completion .text").Nth(place)).ToHaveTextAsync(Word + text);
        }

        await page.SettingIsAsync("beside", "0.0@twin");
        await page.AssertCalmAsync();

        // The link shows both again; without the other there is one column.
        await page.Page.ReloadAsync();
        await Assertions.Expect(other.Locator(".completion")).ToHaveCountAsync(count);
        await Assertions.Expect(select).ToHaveValueAsync("0.0@twin");
        await select.SelectOptionAsync("");
        await Assertions.Expect(other).ToHaveCountAsync(0);
        await Assertions.Expect(page.Page.Locator(".completion .text").First).Not.ToHaveTextAsync(new Regex($"^{Word}"));
        await page.AssertCalmAsync();
        await view.EndAsync();
    }
}

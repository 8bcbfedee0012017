using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cppo.Model.Tests;
using Cppo.Pipeline.Tests.Cli;
using Cppo.View.Tests.Browsers;
using Cppo.View.Tests.Runs;
using Microsoft.Playwright;

namespace Cppo.View.Tests;

/// <summary>Pages that are open while a run begins, trains and ends: they follow it without being loaded again.</summary>
[Collection(ViewedPages.Name)]
public sealed class GrowingRunTests(ViewedRuns runs, Chromium chromium) : IDisposable
{
    private const int Updates = 12;
    private const string Mark = "() => { window.isAsLoaded = true; }";
    private const string IsMarked = "() => window.isAsLoaded === true";

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [BrowserFact]
    public async Task Open_pages_follow_a_run_from_its_beginning_to_its_end()
    {
        CopyOfRun.Write(runs.DirectoryOf("first"), directory.File("done"));
        using var view = await ServedView.StartAsync([directory.Path]);
        await using var curves = await chromium.OpenAsync(view.Address, Look.All["light"]);
        await curves.GoAsync("#/curves?runs=live");
        await curves.Page.GetByText("There is no run live here.").WaitForAsync();
        await curves.Page.EvaluateAsync(Mark);

        // It is halted after some updates, so that it is seen on its way however fast the machine is.
        using var trainer = new ChildProgram(
            ViewedRuns.Training(directory.Path, "live", $"run.updates={Updates}", $"evaluation.every={Updates / 2}")
        );
        await UntilAsync(() => Lines().Length > 0, trainer);
        await trainer.SignalAsync("STOP");
        var (updates, groups) = (Lines().Length, Groups());
        Assert.InRange(updates, 1, Updates - 1);
        var facts = curves.Page.GetByRole(AriaRole.Region, new() { Name = "The chosen runs" });
        await Assertions.Expect(facts).ToContainTextAsync($"{updates} of {Updates} running");
        var evaluations = curves.Page.GetByRole(AriaRole.Region, new() { Name = "Evaluations" }).Locator("tbody tr");
        await curves.Page.GetByText("Evaluations as a table").ClickAsync();
        int evaluated = await evaluations.CountAsync();
        Assert.InRange(evaluated, 1, 2);
        await ReadsOnToAsync(curves, updates);

        await using var completions = await chromium.OpenAsync(view.Address, Look.All["phone"]);
        await completions.GoAsync("#/completions?runs=live");
        await completions.Page.GetByText($"{groups} groups").WaitForAsync();
        await completions.Page.EvaluateAsync(Mark);
        await using var group = await chromium.OpenAsync(view.Address, Look.All["dark"]);
        await group.GoAsync($"#/completions?runs=live&group={await LastGroupAsync(completions)}");
        await group.Page.Locator(".completion").First.WaitForAsync();
        await Assertions.Expect(group.Page.GetByRole(AriaRole.Link, new() { Name = "Next" })).ToHaveCountAsync(0);
        await group.Page.EvaluateAsync(Mark);

        await trainer.SignalAsync("CONT");
        Assert.Equal(0, await trainer.EndAsync(ServedView.Patience));
        await Assertions.Expect(facts).ToContainTextAsync($"{Updates} of {Updates} finished");
        await Assertions.Expect(facts.Locator("[data-name=Accuracy]")).ToHaveTextAsync(new Regex("%? → .*[0-9]"));
        await Assertions.Expect(evaluations).ToHaveCountAsync(3);
        await ReadsOnToAsync(curves, Updates);
        await group.Page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        await Assertions.Expect(group.Page.Locator(".group h2")).ToContainTextAsync($"Update {updates + 1}");
        await completions.Page.GetByRole(AriaRole.Button, new() { Name = $"Show {Groups() - groups} new groups" }).ClickAsync();
        await completions.Page.GetByText($"{Groups()} groups").WaitForAsync();
        foreach (var page in new[] { curves, completions, group })
        {
            Assert.True(await page.Page.EvaluateAsync<bool>(IsMarked));
            await page.AssertCalmAsync();
        }

        await view.EndAsync();
    }

    [BrowserFact]
    public async Task A_page_goes_on_with_a_server_that_was_started_anew()
    {
        CopyOfRun.Write(runs.DirectoryOf("first"), directory.File("run"));
        var (opened, port) = await StartAndOpenAsync();
        await using var page = opened;
        await page.Page.EvaluateAsync(Mark);
        await page.Page.GetByText("does not answer").WaitForAsync();

        // Another run under the same name, and one more.
        Directory.Delete(directory.File("run"), recursive: true);
        CopyOfRun.Write(runs.DirectoryOf("second"), directory.File("run"));
        CopyOfRun.Write(runs.DirectoryOf("first"), directory.File("other"));
        using var view = await ServedView.StartAsync([directory.Path], port);
        await Assertions.Expect(page.Page.GetByText("does not answer")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Page.Locator(".runs li")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Page.Locator("[data-name=Seed]")).ToHaveTextAsync("2");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Configuration" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".config")).ToContainTextAsync("3E-05");
        Assert.True(await page.Page.EvaluateAsync<bool>(IsMarked));
        await view.EndAsync();

        async Task<(WatchedPage Page, int Port)> StartAndOpenAsync()
        {
            using var first = await ServedView.StartAsync([directory.Path]);
            var page = await chromium.OpenAsync(first.Address, Look.All["light"]);
            await page.GoAsync("#/curves?runs=run");
            await Assertions.Expect(page.Page.Locator("[data-name=Seed]")).ToHaveTextAsync("1");
            await first.EndAsync();
            return (page, new Uri(first.Address).Port);
        }
    }

    [BrowserFact]
    public async Task A_sweep_that_is_written_later_gets_its_tab_and_is_read_again_when_it_changes()
    {
        CopyOfRun.Write(runs.DirectoryOf("first"), directory.File("run"));
        using var view = await ServedView.StartAsync([directory.Path]);
        await using var page = await chromium.OpenAsync(view.Address, Look.All["light"]);
        await page.GoAsync("#/curves?runs=run");
        var tab = page.Page.GetByRole(AriaRole.Link, new() { Name = "Sweeps" });
        await Assertions.Expect(tab).ToHaveCountAsync(0);
        HostileSweep.Write(directory.File("table"));
        await tab.ClickAsync();
        await Assertions.Expect(page.Page.Locator("tbody tr")).ToHaveCountAsync(20);
        await File.WriteAllTextAsync(System.IO.Path.Combine(directory.File("table"), "methods.csv"), "method,accuracy\nGRPO,0.5\n");
        await Assertions.Expect(page.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await page.AssertCalmAsync();
        await view.EndAsync();
    }

    /// <summary>The reward's curve can be read up to an update, and no further.</summary>
    private static async Task ReadsOnToAsync(WatchedPage page, int update)
    {
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Reward, mean" }).First.ScrollIntoViewIfNeededAsync();
        var chart = page.Page.GetByRole(AriaRole.Group, new() { Name = "Reward, mean, over updates" });
        await chart.Locator("canvas").WaitForAsync();
        await chart.FocusAsync();
        var end = chart.Locator(".tip-x").Filter(new() { HasTextRegex = new Regex($"^{update} ") });
        for (int press = 0; press < 1000 && await end.CountAsync() == 0; press++)
        {
            await page.Page.Keyboard.PressAsync("ArrowRight");
            await Task.Delay(50);
        }

        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await Task.Delay(500);
        await Assertions.Expect(end).ToHaveCountAsync(1);
    }

    private static async Task<string> LastGroupAsync(WatchedPage completions)
    {
        await completions.Page.GetByLabel("Order").First.SelectOptionAsync("-step");
        await completions.SettingIsAsync("sort", "-step");
        string address = await completions.Page.EvaluateAsync<string>(
            "() => location.origin + '/api/runs/live/groups?sort=step&limit=200'"
        );
        var groups = JsonNode.Parse(await (await completions.Page.APIRequest.GetAsync(address)).TextAsync())!["groups"]!.AsArray();
        return (string)groups[^1]!["id"]!;
    }

    private static async Task UntilAsync(Func<bool> isSo, ChildProgram trainer)
    {
        while (!isSo())
        {
            Assert.False(trainer.HasExited, trainer.Said);
            await Task.Delay(20);
        }
    }

    private string[] Lines()
    {
        string path = System.IO.Path.Combine(directory.File("live"), "metrics.jsonl");
        if (!File.Exists(path))
        {
            return [];
        }

        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string text = reader.ReadToEnd();
        return [.. text.Split('\n').SkipLast(1)];
    }

    private int Groups() => Lines().Sum(line => (int)JsonNode.Parse(line)!["questions"]!);
}

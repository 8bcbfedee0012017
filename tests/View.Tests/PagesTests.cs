using Cppo.View.Tests.Browsers;
using Cppo.View.Tests.Runs;
using Microsoft.Playwright;

namespace Cppo.View.Tests;

/// <summary>Every page of <c>view</c> and of a report, clicked through on each kind of screen.</summary>
[Collection(ViewedPages.Name)]
public sealed class PagesTests(ViewedRuns runs, Chromium chromium)
{
    private const string Two = "runs=first&runs=second";

    public static TheoryData<string, string> Everywhere
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string surface in new[] { "served", "report" })
            {
                foreach (string look in Look.All.Keys)
                {
                    all.Add(surface, look);
                }
            }

            return all;
        }
    }

    private Task<WatchedPage> OpenAsync(string surface, string look) => chromium.OpenAsync(runs.AddressOf(surface), Look.All[look]);

    [BrowserTheory]
    [MemberData(nameof(Everywhere))]
    public async Task Curves_are_drawn_for_several_runs_over_any_axis(string surface, string look)
    {
        await using var page = await OpenAsync(surface, look);
        await page.GoAsync($"#/curves?{Two}");
        await page.Page.Locator(".chart canvas").First.WaitForAsync();
        foreach (string axis in new[] { "question", "token", "second", "update" })
        {
            await page.Page.GetByRole(AriaRole.Button, new() { Name = axis, Exact = true }).ClickAsync();
            await page.SettingIsAsync("x", axis == "update" ? "" : axis);
        }

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Logarithmic axis: KL to the reference" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Slider).FillAsync("0.6");
        await page.SettingIsAsync("smooth", "0.6");
        await page.SettingIsAsync("log", "kl");
        await page.Page.GetByText("Evaluations as a table").ClickAsync();
        await Assertions
            .Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Evaluations" }).Locator("tbody tr"))
            .ToHaveCountAsync(6);

        // The facts of the runs stand at the top.
        var facts = page.Page.GetByRole(AriaRole.Region, new() { Name = "The chosen runs" });
        await Assertions.Expect(facts).ToContainTextAsync("base-model");
        await Assertions.Expect(facts).ToContainTextAsync("train.csv");

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Reward, mean" }).ClickAsync();
        await page.SettingIsAsync("chart", "reward_mean");
        await page.Page.Locator(".chart-alone canvas").WaitForAsync();
        await page.AssertCalmAsync();
    }

    [BrowserTheory]
    [MemberData(nameof(Everywhere))]
    public async Task Completions_are_found_filtered_and_opened(string surface, string look)
    {
        await using var page = await OpenAsync(surface, look);
        await page.GoAsync("#/completions?runs=first&runs=second&of=first");
        await page.Page.GetByText("64 groups", new() { Exact = false }).First.WaitForAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Filters" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "kept", Exact = true }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "neither right" }).ClickAsync();
        await page.Settle();
        await page.SettingIsAsync("fate", "kept");
        await page.SettingIsAsync("kind", "neither");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await page.Page.GetByText("64 groups", new() { Exact = false }).First.WaitForAsync();
        await page.Page.GetByLabel("Order").First.SelectOptionAsync("-spread");
        await page.SettingIsAsync("sort", "-spread");

        // Whichever order the list is in by now.
        var kept = page.Page.Locator(".group-row").Filter(new() { Has = page.Page.Locator(".fate-kept") });
        await kept.Filter(new() { Has = page.Page.Locator(".fate-pruned") }).First.ClickAsync();
        await page.Page.Locator(".completion").First.WaitForAsync();
        await page.Page.Locator(".badge-kept").First.WaitForAsync();
        await page.Page.Locator(".badge-pruned").First.WaitForAsync();
        await page.Page.Locator(".token").Nth(10).WaitForAsync();
        await page.Page.Locator(".token[class*='shade-']:not(.shade-0)").First.WaitForAsync();
        await page.Page.GetByLabel("Shade tokens by logprob").UncheckAsync();
        await Assertions.Expect(page.Page.Locator(".token")).ToHaveCountAsync(0);
        await page.AssertCalmAsync();
    }

    [BrowserTheory]
    [MemberData(nameof(Everywhere))]
    public async Task Timeline_configuration_and_sweeps_are_reached_by_their_tabs(string surface, string look)
    {
        await using var page = await OpenAsync(surface, look);
        await page.GoAsync($"#/curves?{Two}");
        var tabs = page.Page.GetByRole(AriaRole.Navigation, new() { Name = "Views" });
        await tabs.GetByRole(AriaRole.Link, new() { Name = "Timeline" }).ClickAsync();
        await page.Page.Locator(".lane svg").First.WaitForAsync();
        await Assertions.Expect(page.Page.Locator(".lane svg")).ToHaveCountAsync(6);
        await page.Page.GetByText("As a table").ClickAsync();
        await page.AssertCalmAsync();

        await tabs.GetByRole(AriaRole.Link, new() { Name = "Configuration" }).ClickAsync();
        var differences = page.Page.GetByRole(AriaRole.Region, new() { Name = "Differences of configurations" });
        await Assertions.Expect(differences).ToContainTextAsync("update.learningRate");
        await Assertions.Expect(differences).ToContainTextAsync("prune.keep");
        await Assertions.Expect(differences).Not.ToContainTextAsync("rollout.group");
        await page.Page.GetByText("All keys of").First.ClickAsync();
        await page.AssertCalmAsync();

        await tabs.GetByRole(AriaRole.Link, new() { Name = "Sweeps" }).ClickAsync();
        await page.Page.Locator(".figures img").WaitForAsync();
        await page.Page.WaitForFunctionAsync("() => document.querySelector('.figures img').naturalWidth > 0");
        await Assertions.Expect(page.Page.Locator("tbody")).ToContainTextAsync("<script>alert(0)</script>");
        await page.AssertCalmAsync();
    }

    [BrowserTheory]
    [InlineData("served")]
    [InlineData("report")]
    public async Task A_link_shows_what_it_was_copied_from_and_back_and_forward_work(string surface)
    {
        await using var page = await OpenAsync(surface, "light");
        await page.GoAsync("#/completions?of=second&runs=first&runs=second&sort=-reward");
        await page.Page.Locator(".group-row").First.ClickAsync();
        await page.Page.Locator(".completion").First.WaitForAsync();
        string link = await page.FragmentAsync();
        string heading = await page.Page.Locator(".group h2").InnerTextAsync();
        await page.Page.GoBackAsync();
        await page.Page.GetByText("Choose a group").WaitForAsync();
        await page.Page.GoForwardAsync();
        await page.Page.Locator(".completion").First.WaitForAsync();
        Assert.Equal(link, await page.FragmentAsync());

        await using var other = await OpenAsync(surface, "light");
        await other.GoAsync(link);
        await other.Page.Locator(".completion").First.WaitForAsync();
        await Assertions.Expect(other.Page.Locator(".group h2")).ToHaveTextAsync(heading);
        await page.AssertCalmAsync();
        await other.AssertCalmAsync();
    }

    [BrowserFact]
    public async Task An_address_that_names_nothing_is_told_in_a_sentence()
    {
        await using var page = await OpenAsync("report", "light");
        await page.GoAsync("#/curves?runs=nobody");
        await page.Page.GetByText("There is no run nobody here.").WaitForAsync();
        await page.GoAsync("#/completions?runs=first&group=999.0");
        await page.Page.Locator(".pane-detail").GetByText("left out").WaitForAsync();
        await page.AssertCalmAsync();
    }
}

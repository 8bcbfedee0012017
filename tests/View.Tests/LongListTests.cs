using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cppo.View.Tests.Browsers;
using Cppo.View.Tests.Runs;
using Microsoft.Playwright;

namespace Cppo.View.Tests;

/// <summary>A list of 100,000 groups: rows are made for what is in view alone, however far one scrolls.</summary>
[Collection(ViewedPages.Name)]
public sealed class LongListTests(ViewedRuns runs, Chromium chromium)
{
    private const int Groups = 100_000;
    private const int Scrolls = 40;

    [BrowserFact]
    public async Task A_hundred_thousand_groups_are_scrolled_through_with_few_rows_at_a_time()
    {
        await using var page = await chromium.OpenAsync(runs.Served, Look.All["light"]);
        await page.Page.RouteAsync("**/api/runs/first/groups?*", AnswerAsync);
        await page.GoAsync("#/completions?runs=first");
        await page.Page.GetByText("100\u2009000 groups").WaitForAsync();
        var list = page.Page.Locator(".group-list");
        for (int scroll = 0; scroll < Scrolls; scroll++)
        {
            await list.EvaluateAsync("list => { list.scrollTop = list.scrollHeight; }");
            int read = (scroll + 2) * 100;
            await page.Page.WaitForFunctionAsync(
                "rows => document.querySelector('.group-list ol').getBoundingClientRect().height >= rows * 80",
                read
            );
            Assert.InRange(await list.Locator("li").CountAsync(), 1, 60);
        }

        await Assertions.Expect(list.Locator("li").Last).ToContainTextAsync(new Regex("Update [45]"));
        await page.AssertCalmAsync();
    }

    /// <summary>Answers as the server does, of a run that has 100,000 groups.</summary>
    private static Task AnswerAsync(IRoute route)
    {
        string? cursor = System.Web.HttpUtility.ParseQueryString(new Uri(route.Request.Url).Query)["cursor"];
        int start = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        var answer = new
        {
            run = "first",
            total = Groups,
            next = (start + 100).ToString(CultureInfo.InvariantCulture),
            indexed = new
            {
                groups = Groups,
                files = 1,
                filesOf = 1,
                done = true,
                faults = Array.Empty<string>(),
            },
            search = (object?)null,
            groups = Enumerable.Range(start, 100).Select(Entry),
        };
        return route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = JsonSerializer.Serialize(answer) });
    }

    private static object Entry(int number) =>
        new
        {
            id = string.Create(CultureInfo.InvariantCulture, $"{number / 1000}.{number % 1000}"),
            step = number / 1000,
            update = (number / 1000) + 1,
            questionId = $"train.csv:{number}",
            question = $"Question {number}",
            questionCut = false,
            completions = 16,
            matching = 16,
            distinct = 16,
            kept = 2,
            fates = new Dictionary<string, int>
            {
                ["kept"] = 2,
                ["pruned"] = 14,
                ["zero_advantage"] = 0,
                ["no_room"] = 0,
                ["too_long"] = 0,
            },
            kinds = new Dictionary<string, int>
            {
                ["format_and_answer"] = 16,
                ["neither"] = 0,
                ["format_only"] = 0,
                ["answer_only"] = 0,
            },
            rewardMean = 0.5,
            rewardStd = 0.25,
            rewardMin = 0,
            rewardMax = 1,
            tokensMean = 20,
            tokensMax = 40,
            advantageMax = 1,
        };
}

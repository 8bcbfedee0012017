using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Bench;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Tests.Browse;
using Cppo.Pipeline.Tests.Sinks;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.View;

public sealed class ViewGroupsTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    /// <summary>The groups of a directory as the program's own reader has them, which shares no code with the index.</summary>
    private static BrowsedGroup[] Groups(string run)
    {
        string completions = Path.Combine(run, "completions");
        return
        [
            .. RolloutFiles
                .Steps(completions)
                .SelectMany(step => RecordedGroups.Read(RolloutFiles.Find(completions, step)!, step, default)),
        ];
    }

    private static string[] Ids(JsonObject page) => [.. page["groups"]!.AsArray().Select(group => (string)group!["id"]!)];

    [Fact]
    public async Task Filters_orders_and_pages_are_those_of_the_completions()
    {
        await new ViewRun(Groups: 60, Updates: 4, GroupSize: 5, Tokens: 24).WriteAsync(directory.Of("run"), default);
        var all = Groups(directory.Of("run"));
        await using var view = await RunningView.StartAsync(directory.Of("run"));
        await view.GroupsAsync("run");
        (string Query, Func<BrowsedCompletion, bool> Meets)[] filters =
        [
            ("", _ => true),
            ("fate=kept", each => each.Fate == "kept"),
            ("fate=pruned&kind=format_only", each => each.Fate == "pruned" && each.Kind() == "format_only"),
            ("kind=neither&kind=answer_only", each => each.Kind() is "neither" or "answer_only"),
            ("rewardMin=1&rewardMax=2", each => each.Reward is >= 1 and <= 2),
            ("tokensMin=7&tokensMax=9", each => each.TokenIds.Length is >= 7 and <= 9),
            ("fate=no_room", each => each.Fate == "no_room"),
        ];
        (string Name, Func<BrowsedGroup, double> By)[] sorts =
        [
            ("step", group => group.Step),
            ("reward", group => group.Completions.Average(each => each.Reward)),
            ("spread", group => Spread(group)),
            ("tokens", group => group.Completions.Average(each => (double)each.TokenIds.Length)),
            ("kept", group => group.Completions.Count(each => each.Fate == "kept")),
            ("advantage", group => group.Completions.Max(each => Math.Abs(each.Advantage))),
            ("distinct", group => group.Completions.Select(each => each.Text).Distinct().Count()),
        ];
        foreach (var (query, meets) in filters)
        {
            foreach (var (name, by) in sorts)
            {
                foreach (string sign in new[] { "", "-" })
                {
                    // Sums of the same numbers may differ in the last bit; groups that differ by that alone are taken as they come.
                    var expected = all.Where(group => group.Completions.Any(meets));
                    var pages = await PagesAsync(view, $"{query}&sort={sign}{name}&limit=7");
                    var got = pages.SelectMany(page => page["groups"]!.AsArray()).Select(group => group!.AsObject()).ToArray();
                    Assert.Equal(expected.Select(group => group.Id).Order(), got.Select(group => (string)group["id"]!).Order());
                    double[] keys = [.. got.Select(group => Math.Round(by(all.Single(each => each.Id == (string)group["id"]!)), 9))];
                    Assert.Equal(sign == "" ? keys.Order() : keys.OrderDescending(), keys);
                    Assert.All(pages, page => Assert.Equal(got.Length, (int)page["total"]!));
                    Assert.All(
                        got,
                        group =>
                            Assert.Equal(
                                all.Single(each => each.Id == (string)group["id"]!).Completions.Count(meets),
                                (int)group["matching"]!
                            )
                    );
                }
            }
        }
    }

    private static double Spread(BrowsedGroup group)
    {
        double mean = group.Completions.Average(each => each.Reward);
        return Math.Sqrt(group.Completions.Sum(each => Math.Pow(each.Reward - mean, 2)) / (group.Completions.Count - 1));
    }

    private static async Task<List<JsonObject>> PagesAsync(RunningView view, string query)
    {
        var pages = new List<JsonObject>();
        string? next = null;
        do
        {
            pages.Add(await view.JsonAsync($"api/runs/run/groups?{query.TrimStart('&')}{(next is null ? "" : $"&cursor={next}")}"));
            next = (string?)pages[^1]["next"];
        } while (next is not null);
        return pages;
    }

    [Fact]
    public async Task An_entry_of_the_list_is_what_its_completions_say()
    {
        await new ViewRun(Groups: 12, Updates: 2, GroupSize: 6, Tokens: 20).WriteAsync(directory.Of("run"), default);
        await using var view = await RunningView.StartAsync(directory.Of("run"));
        var page = await view.GroupsAsync("run");
        foreach (var (entry, group) in page["groups"]!.AsArray().Zip(Groups(directory.Of("run"))))
        {
            var expected = JsonNode.Parse(PageJson.Bytes(json => GroupSummary.Of(group).Write(json)))!.AsObject();
            Assert.Equal(expected.Select(member => member.Key), entry!.AsObject().Select(member => member.Key));
            foreach (var (key, value) in expected)
            {
                if (value is JsonValue number && number.TryGetValue(out double stated))
                {
                    Assert.Equal(stated, (double)entry[key]!, 1e-9);
                }
                else
                {
                    Assert.Equal(value!.ToJsonString(), entry[key]!.ToJsonString());
                }
            }
        }
    }

    [Fact]
    public async Task A_group_has_every_completion_with_its_fate_rewards_and_tokens()
    {
        await SampleRun.WriteAsync(directory.Of("run"), 3);
        await using var view = await RunningView.StartAsync(directory.Of("run"));
        var batch = HandMadeBatch.Create(3);
        for (int place = 0; place < batch.Groups.Length; place++)
        {
            var group = await view.JsonAsync(string.Create(CultureInfo.InvariantCulture, $"api/runs/run/groups/3.{place}"));
            var rollout = batch.Groups[place].Advantaged.Scored.Rollout;
            Assert.Equal(
                (4, rollout.Question.Text, rollout.Question.Answer, "<1> <2>"),
                ((int)group["update"]!, (string)group["question"]!, (string)group["answer"]!, (string)group["prompt"]!)
            );
            Assert.Equal(HandMadeBatch.Time, DateTimeOffset.Parse((string)group["generatedAt"]!, CultureInfo.InvariantCulture));
            Assert.Equal(place == 0 ? null : $"3.{place - 1}", (string?)group["previous"]);
            Assert.Equal(place == 2 ? null : $"3.{place + 1}", (string?)group["next"]);
            Assert.Contains("tokenizer is not there", (string)group["noTokens"]!, StringComparison.Ordinal);
            foreach (var (completion, shown) in rollout.Completions.Zip(group["completions"]!.AsArray()))
            {
                Assert.Equal(completion.Text, (string)shown!["text"]!);
                Assert.Equal(completion.TokenIds, shown["tokens"]!["ids"]!.AsArray().Select(id => (int)id!));
                Assert.Equal(completion.GenerationLogprobs, shown["tokens"]!["logprobs"]!.AsArray().Select(logprob => (float)logprob!));
                Assert.Null(shown["tokens"]!["pieces"]);
                Assert.Equal(batch.Groups[place].Advantaged.Advantages[completion.Index], (double)shown["advantage"]!);
                Assert.Equal(completion.Index, (double)shown["rewards"]!["accuracy"]!);
                Assert.Equal(0.5, (double)shown["rewards"]!["tag_count"]!);
                Assert.Equal($"rule {completion.Index % 2}", (string)shown["rewardReason"]!);
                Assert.Equal(completion.Index == 0 ? "format_only" : "format_and_answer", (string)shown["kind"]!);
            }
        }

        var first = await view.JsonAsync("api/runs/run/groups/3.0");
        Assert.Equal(["kept", "pruned", "pruned", "kept"], first["completions"]!.AsArray().Select(each => (string)each!["fate"]!));
        Assert.Equal([0, null, null, 1], first["completions"]!.AsArray().Select(each => (int?)each!["microBatch"]));
        var last = await view.JsonAsync("api/runs/run/groups/3.2");
        Assert.Equal(["too_long", "kept", "no_room", "pruned"], last["completions"]!.AsArray().Select(each => (string)each!["fate"]!));
    }

    [Fact]
    public async Task Completions_of_one_text_are_told_as_the_same()
    {
        await SampleRun.WriteAsync(directory.Of("run"), SampleRun.Config, SampleRun.Batch(0, "q", "a", "b", "a", "a"));
        await using var view = await RunningView.StartAsync(directory.Of("run"));
        var group = await view.JsonAsync("api/runs/run/groups/0.0");
        Assert.Equal(
            ["[0,2,3]", "[1]", "[0,2,3]", "[0,2,3]"],
            group["completions"]!.AsArray().Select(each => each!["same"]!.ToJsonString())
        );
        Assert.Equal(2, (int)(await view.GroupsAsync("run"))["groups"]![0]!["distinct"]!);
    }

    [Fact]
    public async Task A_search_finds_texts_whatever_their_case_in_question_answer_and_completions()
    {
        await SampleRun.WriteAsync(
            directory.Of("run"),
            SampleRun.Config,
            SampleRun.Batch(0, "Äpfel", "100 % of _it_", "x"),
            SampleRun.Batch(1, "pears", "a 'quote'); DROP TABLE groups; --", "y"),
            SampleRun.Batch(2, "plums", "z", "100 percent")
        );
        await using var view = await RunningView.StartAsync(directory.Of("run"));
        await view.GroupsAsync("run");
        foreach (
            var (text, ids) in new (string, string[])[]
            {
                ("ÄPFEL", ["0.0"]),
                ("100 %", ["0.0"]),
                ("_it_", ["0.0"]),
                ("100", ["0.0", "2.0"]),
                ("'quote'); drop table", ["1.0"]),
                (".*", []),
                ("Z", ["2.0"]),
            }
        )
        {
            var page = await view.JsonAsync($"api/runs/run/groups?text={Uri.EscapeDataString(text)}");
            Assert.Equal(ids, Ids(page));
            Assert.Equal((3, 3, true), ((int)page["search"]!["searched"]!, (int)page["search"]!["of"]!, (bool)page["search"]!["done"]!));
            Assert.Equal((ids.Length, null), ((int)page["total"]!, (string?)page["next"]));
        }

        var first = await view.JsonAsync("api/runs/run/groups?text=100&limit=1&sort=-step");
        Assert.Equal(["2.0"], Ids(first));
        var second = await view.JsonAsync($"api/runs/run/groups?text=100&limit=1&sort=-step&cursor={(string)first["next"]!}");
        Assert.Equal(["0.0"], Ids(second));
    }

    [Fact]
    public async Task A_question_is_found_in_other_updates_and_other_runs()
    {
        await SampleRun.WriteAsync(
            directory.Of("a"),
            SampleRun.Config,
            SampleRun.Batch(0, "one", "x"),
            SampleRun.Batch(1, "two", "x"),
            SampleRun.Batch(4, "one", "y")
        );
        await SampleRun.WriteAsync(directory.Of("b"), SampleRun.Config, SampleRun.Batch(3, "one", "z"), SampleRun.Batch(5, "three", "z"));
        await using var view = await RunningView.StartAsync(directory.Path);
        await view.GroupsAsync("a");
        await view.GroupsAsync("b");
        var others = await view.JsonAsync("api/runs/a/groups/0.0/others");
        Assert.Equal(
            [("b", "3.0"), ("a", "4.0")],
            others["groups"]!.AsArray().Select(each => ((string)each!["run"]!, (string)each["id"]!))
        );
        Assert.Equal(2, (int)others["total"]!);
        Assert.Empty((await view.JsonAsync("api/runs/a/groups/1.0/others"))["groups"]!.AsArray());
    }

    [Fact]
    public async Task Files_that_appear_change_or_go_while_it_is_looked_at_are_followed()
    {
        string run = directory.Of("run");
        await SampleRun.WriteAsync(run, SampleRun.Config, SampleRun.Batch(0, "zero", "x"));
        await using var view = await RunningView.StartAsync(run);
        Assert.Equal(["0.0"], Ids(await view.GroupsAsync("run")));
        await SampleRun.WriteCompletionsAsync(run, SampleRun.Batch(1, "one", "x"));
        Assert.Equal(["0.0", "1.0"], await UntilAsync(view, ids => ids.Length == 2));
        await SampleRun.WriteCompletionsAsync(run, SampleRun.Batch(1, "another one", "x", "y"));
        await UntilAsync(view, ids => ids.Length == 2, "question", "another one");
        Assert.Equal(2, (await view.JsonAsync("api/runs/run/groups/1.0"))["completions"]!.AsArray().Count);
        File.Delete(Path.Combine(run, "completions", "step-000000.parquet"));
        Assert.Equal(["1.0"], await UntilAsync(view, ids => ids.Length == 1));
    }

    [Fact]
    public async Task A_damaged_file_is_told_and_the_others_are_shown()
    {
        string run = directory.Of("run");
        await SampleRun.WriteAsync(run, SampleRun.Config, SampleRun.Batch(0, "zero", "x"), SampleRun.Batch(1, "one", "x"));
        string damaged = Path.Combine(run, "completions", "step-000000.parquet");
        byte[] bytes = await File.ReadAllBytesAsync(damaged);
        Array.Fill(bytes, (byte)0xFF, 4, bytes.Length - 12);
        await File.WriteAllBytesAsync(damaged, bytes);
        await using var view = await RunningView.StartAsync(run);
        var page = await view.GroupsAsync("run");
        Assert.Equal(["1.0"], Ids(page));
        string fault = (string)Assert.Single(page["indexed"]!["faults"]!.AsArray())!;
        Assert.StartsWith($"{damaged} cannot be read as a run's completions: ", fault, StringComparison.Ordinal);
    }

    private static async Task<string[]> UntilAsync(RunningView view, Func<string[], bool> isThere, string? key = null, string? value = null)
    {
        for (int turn = 0; turn < 100; turn++)
        {
            var page = await view.GroupsAsync("run");
            bool has = key is null || page["groups"]!.AsArray().Any(group => (string?)group![key] == value);
            if (isThere(Ids(page)) && has)
            {
                return Ids(page);
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("The change did not show.");
    }
}

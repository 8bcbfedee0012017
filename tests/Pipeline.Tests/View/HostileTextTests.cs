using System.Text;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Tests.Browse;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.View;

/// <summary>Texts that a model, a dataset or a configuration may hold, and that a page must not obey, on their way to it.</summary>
public sealed class HostileTextTests : IDisposable
{
    private const int Count = 1000;

    private static readonly string[] Parts =
    [
        "<script>alert(1)</script>",
        "</script><!--",
        "<img src=x onerror=alert(1)>",
        "\"'`&<>",
        "]]>",
        "\0",
        "\u0001\u001b[31m\u007f\u0085\u009b",
        "\u202e\u2066\u200f\u061c",
        "\u2028\u2029",
        "\ufeff",
        "\ufffd",
        "🦆\u0301",
        "\\u003c\\\"",
        "{{constructor.constructor('x')()}}",
        "javascript:alert(1)",
        "\r\n\t",
        "=cmd|'/c calc'!A0",
        "%00%2e%2e/",
        "$1 $path '); DROP TABLE groups; --",
    ];

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private static string Text(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (int part = random.Next(1, 12); part > 0; part--)
        {
            text.Append(Parts[random.Next(Parts.Length)]).Append((char)random.Next(0x20, 0xD800));
        }

        return seed == Count - 1 ? new string('<', 1 << 20) : text.ToString();
    }

    [Fact]
    public async Task A_thousand_hostile_texts_in_questions_and_completions_come_back_as_they_are()
    {
        var batches = Enumerable.Range(0, 10).Select(step => Batch(step)).ToArray();
        await SampleRun.WriteAsync(directory.Of("run"), SampleRun.Config, batches);
        await using var view = await RunningView.StartAsync(directory.Of("run"));
        await view.GroupsAsync("run");
        int seen = 0;
        for (int step = 0; step < 10; step++)
        {
            var group = await view.JsonAsync($"api/runs/run/groups/{step}.0");
            Assert.Equal(Text(step * 100), (string)group["question"]!);
            Assert.Equal(Text(step * 100), (string)group["answer"]!);
            foreach (var completion in group["completions"]!.AsArray())
            {
                Assert.Equal(Text((step * 100) + (int)completion!["index"]!), (string)completion["text"]!);
                Assert.Equal(Text(step * 100), (string)completion["rewardReason"]!);
                seen++;
            }
        }

        Assert.Equal(Count, seen);
        string report = directory.Of("report.html");
        new RunReport(RunCatalogue.Open([directory.Of("run")]), 64 << 20, PageBundle.Carried, Assert.Fail).Write(report, default);
        string html = await File.ReadAllTextAsync(report);
        var details = OfflineData.Of(html)["groups"]!["run"]!["details"]!;
        for (int seed = 0; seed < Count; seed++)
        {
            Assert.Equal(Text(seed), (string)details[$"{seed / 100}.0"]!["completions"]![seed % 100]!["text"]!);
        }

        Assert.DoesNotContain("alert(1)", html, StringComparison.Ordinal);

        static Stages.TrainingBatch Batch(int step) =>
            SampleRun.Batch(step, Text(step * 100), [.. Enumerable.Range(0, 100).Select(index => Text((step * 100) + index))]);
    }

    [Fact]
    public async Task A_hostile_configuration_comes_back_as_text_and_half_a_surrogate_pair_stays_as_it_is_written()
    {
        string[] texts = [.. Enumerable.Range(0, 50).Select(Text)];
        var keys = new JsonObject
        {
            ["formatVersion"] = 2,
            ["run"] = new JsonObject { ["name"] = texts[0], ["updates"] = 3 },
        };
        foreach (var (number, text) in texts.Index())
        {
            keys[$"key {number} {text}"] = text;
        }

        string json = keys.ToJsonString()[..^1] + ",\"half\":\"a\\ud800b\",\"\\udc00\":[\"\\ud800\"]}";
        await SampleRun.WriteAsync(directory.Of("run"), json, SampleRun.Batch(0, "q", "c"));
        await using var view = await RunningView.StartAsync(directory.Of("run"));
        var config = (await view.JsonAsync("api/runs/run"))["config"]!.AsArray();
        foreach (var (number, text) in texts.Index())
        {
            var key = config.Single(each => ((string)each!["key"]!).StartsWith($"key {number} ", StringComparison.Ordinal))!;
            Assert.Equal($"key {number} {text}", (string)key["key"]!);
            Assert.Equal(text, (string)JsonNode.Parse((string)key["value"]!)!);
        }

        Assert.Contains(config, each => (string)each!["key"]! == "half" && (string)each["value"]! == "\"a\\ud800b\"");
        Assert.Contains(config, each => (string)each!["key"]! == "\\udc00" && (string)each["value"]! == "[\"\\ud800\"]");
    }

    [Fact]
    public async Task Hostile_names_of_runs_are_names_and_their_directories_are_no_patterns()
    {
        string[] names = ["a*b", "[ab]", "x?y", "it's", "space and ü", "%2e%2e", "a#b&c=d", "<img src=x>", "-- DROP TABLE groups"];
        foreach (var (number, name) in names.Index())
        {
            await SampleRun.WriteAsync(directory.Of("runs", name), SampleRun.Config, SampleRun.Batch(0, $"question {number}", "c"));
        }

        await using var view = await RunningView.StartAsync(directory.Of("runs"));
        var runs = (await view.JsonAsync("api/runs"))["runs"]!.AsArray();
        Assert.Equal(names.Order(StringComparer.Ordinal), runs.Select(run => (string)run!["id"]!).Order(StringComparer.Ordinal));
        foreach (var (number, name) in names.Index())
        {
            string id = Uri.EscapeDataString(name).Replace(".", "%2E", StringComparison.Ordinal);
            var page = await view.GroupsAsync(id);
            Assert.Empty(page["indexed"]!["faults"]!.AsArray());
            Assert.Equal($"question {number}", (string)page["groups"]![0]!["question"]!);
            Assert.Equal("c", (string)(await view.JsonAsync($"api/runs/{id}/groups/0.0"))["completions"]![0]!["text"]!);
        }
    }
}

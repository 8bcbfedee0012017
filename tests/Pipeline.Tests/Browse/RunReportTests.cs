using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Cppo.Pipeline.Bench;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Tests.Telemetry;
using Cppo.Pipeline.Tests.View;

namespace Cppo.Pipeline.Tests.Browse;

public sealed class RunReportTests : IDisposable
{
    private static readonly PageBundle Page = PageBundle.Of([
        (
            "index.html",
            Encoding.UTF8.GetBytes(
                "<!doctype html><html><head><script type=\"module\" crossorigin src=\"./assets/a.js\"></script>"
                    + "<link rel=\"stylesheet\" crossorigin href=\"./assets/a.css\"></head><body><div id=\"app\"></div></body></html>"
            )
        ),
        ("assets/a.js", Encoding.UTF8.GetBytes("const a = '</script><!--</body>';\r\nrun($&, `$'`);")),
        ("assets/a.css", Encoding.UTF8.GetBytes("p { color: red; } /* </style> */")),
    ]);

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private string Write(long bytes, params string[] places)
    {
        string path = directory.Of("out.html");
        new RunReport(RunCatalogue.Open(places), bytes, Page, Assert.Fail).Write(path, default);
        return File.ReadAllText(path);
    }

    [Fact]
    public async Task The_data_are_what_the_server_answers()
    {
        await SampleRun.WriteAsync(directory.Of("runs", "a"), 0, 1, 2);
        await SampleRun.WriteAsync(directory.Of("runs", "b c"), 0);
        var data = OfflineData.Of(Write(8 << 20, directory.Of("runs")));
        await using var view = await RunningView.StartAsync(directory.Of("runs"));
        foreach (string path in data["answers"]!.AsObject().Select(answer => answer.Key).Where(path => path != "/api/runs"))
        {
            string query = path.EndsWith("timeline", StringComparison.Ordinal) ? "?from=0&count=60" : "";
            Assert.Equal((await view.JsonAsync(path + query)).ToJsonString(), data["answers"]![path]!.ToJsonString());
        }

        var list = data["answers"]!["/api/runs"]!;
        Assert.Equal((await view.JsonAsync("api/runs"))["runs"]!.ToJsonString(), list["runs"]!.ToJsonString());
        Assert.Empty(list["offline"]!["leftOut"]!.AsArray());
        foreach (var (run, query) in new[] { ("a", "a"), ("b c", "b%20c") })
        {
            var groups = data["groups"]![run]!;
            var page = await view.GroupsAsync(query);
            Assert.Equal(page["groups"]!.ToJsonString(), groups["items"]!.ToJsonString());
            Assert.Null(groups["leftOut"]);
            foreach (string id in page["groups"]!.AsArray().Select(group => (string)group!["id"]!))
            {
                var (online, offline) = (await view.JsonAsync($"api/runs/{query}/groups/{id}"), groups["details"]![id]!.AsObject());
                foreach (string inTheirOrder in new[] { "previous", "next", "generatedAt" })
                {
                    online.Remove(inTheirOrder);
                    offline.Remove(inTheirOrder);
                }

                Assert.Equal(online.ToJsonString(), offline.ToJsonString());
            }
        }
    }

    [Fact]
    public async Task One_file_with_the_page_inlined_whose_policy_lets_nothing_else_run_or_be_loaded()
    {
        await SampleRun.WriteAsync(directory.Of("a"), 0);
        string html = Write(8 << 20, directory.Of("a"));
        string script = Regex.Match(html, "<script type=\"module\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value;
        string style = Regex.Match(html, "<style>(.*?)</style>", RegexOptions.Singleline).Groups[1].Value;
        Assert.Equal("const a = '<\\/script><\\!--</body>';\nrun($&, `$'`);", script);
        Assert.Equal("p { color: red; } /* <\\/style> */", style);
        Assert.Contains(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                + $"script-src 'sha256-{Hash(script)}'; style-src 'sha256-{Hash(style)}'; img-src data:; base-uri 'none'; "
                + "form-action 'none'\">",
            html,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("src=\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"", html, StringComparison.Ordinal);
        Assert.EndsWith("</script>\n</body></html>", html, StringComparison.Ordinal);

        static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData(64 << 10)]
    [InlineData(160 << 10)]
    public async Task A_size_limits_the_groups_which_come_evenly_from_the_updates(int bytes)
    {
        await new ViewRun(Groups: 400, Updates: 10, GroupSize: 8, Tokens: 60).WriteAsync(directory.Of("run"), default);
        string html = Write(bytes, directory.Of("run"));
        Assert.InRange(html.Length, bytes / 2, bytes + 24_000);
        var groups = OfflineData.Of(html)["groups"]!["run"]!;
        int[] steps = [.. groups["items"]!.AsArray().Select(group => (int)group!["step"]!)];
        Assert.Equal((400, steps.Length), ((int)groups["total"]!, (int)groups["included"]!));
        Assert.InRange(steps.Length, 10, 399);
        int[] counts = [.. steps.CountBy(step => step).Select(step => step.Value)];
        Assert.Equal(10, counts.Length);
        Assert.InRange(counts.Max() - counts.Min(), 0, 2);
        Assert.StartsWith($"{400 - steps.Length} of 400 groups were left out", (string)groups["leftOut"]!, StringComparison.Ordinal);
        var list = OfflineData.Of(html)["answers"]!["/api/runs"]!;
        Assert.Equal((string)groups["leftOut"]!, (string)Assert.Single(list["offline"]!["leftOut"]!.AsArray())!);
        Assert.Equal(10, OfflineData.Of(html)["answers"]!["/api/runs/run/metrics"]!["series"]!["reward_mean"]!.AsArray().Count);
    }

    [Fact]
    public async Task Addresses_are_shown_without_queries_and_headers_only_as_references()
    {
        const string Config = """
            {"run":{"name":"a"},"reward":{"parts":[{"name":"accuracy"},{"name":"judge","url":"https://me:mi-ne@h/score?key=s3cret#top",
             "headers":{"Authorization":"Bearer env:JUDGE","X-Team":"team-s3cret"}}]}}
            """;
        await SampleRun.WriteAsync(directory.Of("a"), Config, SampleRun.Batch(0, "q", "c"));
        string html = Write(8 << 20, directory.Of("a"));
        string text = OfflineData.Text(html);
        var parts = OfflineData.Of(html)["answers"]!["/api/runs/a"]!["config"]!
            .AsArray()
            .Single(key => (string)key!["key"]! == "reward.parts");
        Assert.Contains("\"https://h/score\"", (string)parts!["value"]!, StringComparison.Ordinal);
        Assert.Contains("Bearer env:JUDGE", text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("mi-ne", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Differences_are_told_by_key_and_what_earlier_programs_meant_is_none()
    {
        await SampleRun.WriteAsync(
            directory.Of("a"),
            """{"run":{"name":"a","seed":1},"update":{"learningRate":1E-05},"rollout":{"topP":1}}"""
        );
        await SampleRun.WriteAsync(directory.Of("b"), """{"run":{"name":"b","seed":1},"update":{"learningRate":2E-05},"x":[1, 2]}""");
        await using var view = await RunningView.StartAsync(directory.Path);
        var told = await view.JsonAsync("api/differences?run=b&run=a");
        Assert.Equal("[\"b\",\"a\"]", told["runs"]!.ToJsonString());
        Assert.Equal(
            [
                ("run.name", "[\"\\u0022b\\u0022\",\"\\u0022a\\u0022\"]", false),
                ("update.learningRate", "[\"2E-05\",\"1E-05\"]", true),
                ("x", "[\"[1,2]\",null]", true),
            ],
            told["keys"]!.AsArray().Select(key => ((string)key!["key"]!, key["values"]!.ToJsonString(), (bool)key["determines"]!))
        );
        Assert.Equal(2, (int)told["same"]!);
    }

    [Fact]
    public void A_sweep_has_its_tables_figures_and_text()
    {
        string sweep = Directory.CreateDirectory(directory.Of("table1")).FullName;
        File.WriteAllText(Path.Combine(sweep, "results.md"), "# A <b>title</b>\n\ntext\n");
        File.WriteAllText(Path.Combine(sweep, "methods.csv"), "method,accuracy\n\"a, \"\"b\"\"\",0.5\nc,\n");
        File.WriteAllText(Path.Combine(sweep, "reward.svg"), "<svg/>");
        var data = OfflineData.Of(Write(8 << 20, sweep))["answers"]!;
        Assert.Equal("A <b>title</b>", (string)data["/api/runs"]!["sweeps"]![0]!["title"]!);
        var answer = data["/api/sweeps/table1"]!;
        var table = Assert.Single(answer["tables"]!.AsArray())!;
        Assert.Equal(("methods", 2), ((string)table["name"]!, (int)table["rowsOf"]!));
        Assert.Equal(["method", "accuracy"], table["columns"]!.AsArray().Select(cell => (string)cell!));
        Assert.Equal(
            ["a, \"b\"", "0.5", "c", ""],
            table["rows"]!.AsArray().SelectMany(row => row!.AsArray()).Select(cell => (string)cell!)
        );
        Assert.Equal("<svg/>", (string)answer["figures"]![0]!["svg"]!);
        Assert.Equal("# A <b>title</b>\n\ntext\n", (string)answer["text"]!);
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Memory;
using Cppo.Pipeline.View;

namespace Cppo.Pipeline.Bench;

/// <summary>
/// How long the server of <c>view</c> takes for pages about a run: the first ones from its start, then filters and searches over the whole
/// index, each the median of several turns.
/// </summary>
/// <param name="Rows">Names and seconds.</param>
/// <param name="Groups">Groups in the run.</param>
/// <param name="PeakBytes">The most memory that the process held, the client that asks included.</param>
internal sealed record ViewBench(IReadOnlyList<(string Name, double Seconds)> Rows, long Groups, long PeakBytes)
{
    private static readonly (string Name, string Query)[] Pages =
    [
        ("a page", "limit=50"),
        ("last updates first", "sort=-step"),
        ("filter: kept", "fate=kept"),
        ("filter: kind and reward", "kind=format_only&rewardMin=0.5&rewardMax=1.5"),
        ("filter: length", "tokensMin=10&tokensMax=12"),
        ("filter: pruned, right, sorted by spread", "fate=pruned&kind=format_and_answer&sort=-spread"),
        ("filter: question", "question=train.csv:7"),
        ("filter: updates", "stepMin=10&stepMax=12"),
        ("sort: reward", "sort=-reward"),
    ];

    /// <summary>Measures; <paramref name="repeat"/> turns of each.</summary>
    public static async Task<ViewBench> RunAsync(string directory, int repeat, Action<string> notice, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        var catalogue = RunCatalogue.Open([directory]);
        await using var server = await ViewServer.StartAsync(catalogue, PageBundle.Carried, port: 0, notice, stop);
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(2) };
        string run = $"api/runs/{Uri.EscapeDataString(catalogue.Runs[0].Id)}";
        var rows = new List<(string, double)>();
        await client.GetStringAsync("", stop);
        await client.GetStringAsync("api/runs", stop);
        rows.Add(("from the start to the list of runs", Stopwatch.GetElapsedTime(start).TotalSeconds));
        await client.GetStringAsync($"{run}/groups", stop);
        rows.Add(("from the start to the first page of groups", Stopwatch.GetElapsedTime(start).TotalSeconds));
        var page = await UntilIndexedAsync(client, run, stop);
        rows.Add(("from the start to the whole index", Stopwatch.GetElapsedTime(start).TotalSeconds));
        foreach (var (name, query) in Pages)
        {
            rows.Add((name, await MedianAsync(client, $"{run}/groups?{query}", repeat, stop)));
        }

        rows.Add(
            ("the page after, sorted", await MedianAsync(client, await NextAsync(client, $"{run}/groups?sort=-reward", stop), repeat, stop))
        );
        string group = $"{run}/groups/{(string)page["groups"]![0]!["id"]!}";
        rows.Add(("a group", await MedianAsync(client, group, repeat, stop)));
        rows.Add(("a question's other groups", await MedianAsync(client, $"{group}/others", repeat, stop)));
        rows.Add(("metrics", await MedianAsync(client, $"{run}/metrics", repeat, stop)));
        rows.Add(("how far the runs are", await MedianAsync(client, "api/state", repeat, stop)));
        rows.Add(("search: first answer", await SecondsAsync(client, $"{run}/groups?text=Pears%20eats%20pears", stop)));
        rows.Add(("search: a text that is nowhere", await WholeSearchAsync(client, $"{run}/groups?text=plums", stop)));
        return new ViewBench(rows, (long)page["total"]!, ProcessMemory.PeakBytes());
    }

    /// <summary>A line each.</summary>
    public IEnumerable<string> Describe() =>
        [
            .. Rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Name, -44} {1000 * row.Seconds, 8:0.0} ms")),
            string.Create(CultureInfo.InvariantCulture, $"{Groups} groups; {PeakBytes / 1048576} MiB at most"),
        ];

    /// <summary>One JSON object in one line.</summary>
    public string ToJson() =>
        new JsonObject
        {
            ["groups"] = Groups,
            ["peak_bytes"] = PeakBytes,
            ["seconds"] = new JsonObject(Rows.Select(row => KeyValuePair.Create(row.Name, (JsonNode?)Math.Round(row.Seconds, 4)))),
        }.ToJsonString();

    private static async Task<JsonNode> UntilIndexedAsync(HttpClient client, string run, CancellationToken stop)
    {
        while (true)
        {
            var page = JsonNode.Parse(await client.GetStringAsync($"{run}/groups?limit=1", stop))!;
            if ((bool)page["indexed"]!["done"]!)
            {
                return page;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
        }
    }

    private static async Task<string> NextAsync(HttpClient client, string address, CancellationToken stop)
    {
        var page = JsonNode.Parse(await client.GetStringAsync(address, stop))!;
        return $"{address}&cursor={(string?)page["next"]}";
    }

    private static async Task<double> MedianAsync(HttpClient client, string address, int repeat, CancellationToken stop)
    {
        await client.GetStringAsync(address, stop);
        var seconds = new List<double>();
        for (int turn = 0; turn < repeat; turn++)
        {
            seconds.Add(await SecondsAsync(client, address, stop));
        }

        return BenchClock.Median(seconds);
    }

    private static async Task<double> SecondsAsync(HttpClient client, string address, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        await client.GetStringAsync(address, stop);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> WholeSearchAsync(HttpClient client, string address, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        string? next = null;
        do
        {
            string whole = next is null ? address : $"{address}&cursor={next}";
            next = (string?)JsonNode.Parse(await client.GetStringAsync(whole, stop))!["next"];
        } while (next is not null);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

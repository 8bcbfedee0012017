using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Tests.Run;

namespace Cppo.Pipeline.Tests.Sweep;

[Collection(RunsCollection.Name)]
public sealed class SweepFaultTests(SmallModel model) : IDisposable
{
    private readonly SweepFolder folder = new(model);

    [RunFact]
    public async Task RunAsync_fileOfACellChanged_isRefusedAndNothingIsWritten()
    {
        string file = folder.Sweep("changed", """ "reference": "GRPO" """);
        await folder.RunAsync([file]);
        string cell = Directory.EnumerateDirectories(folder.Of("cells")).First();
        File.AppendAllText(Path.Combine(cell, "metrics.jsonl"), "{}\n");
        Directory.Delete(folder.Of("out"), recursive: true);

        var fault = await Assert.ThrowsAsync<DataException>(() => folder.RunAsync([file]));

        Assert.Contains("metrics.jsonl was changed since its cell ended; remove", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Of("out")));
    }

    [RunFact]
    public async Task RunAsync_cellThatFails_isNamedAndOthersGoOn()
    {
        string axes = """
            "axes": [{ "points": [
              { "name": "short", "set": ["update.microBatchTokens=42"] },
              { "name": "CPPO", "set": ["prune.keep=2"] }
            ] }],
            """;
        string report = """
            "columns": ["accuracy"], "kinds": ["short", "CPPO"], "answers": ["short", "CPPO"],
            "claims": [{ "claim": "order", "methods": ["CPPO", "short"] }], "figures": [{ "figure": "reward" }]
            """;
        string file = folder.Sweep("fails", report, axes);
        string next = folder.Sweep("next", """ "columns": ["accuracy"] """);

        var (outcome, output, notices) = await folder.RunAsync([file, next]);

        Assert.Equal(2, outcome.NumFailed);
        Assert.Contains("Completions of short: no cell has ended.", output, StringComparison.Ordinal);
        Assert.Contains("| undecided |", output, StringComparison.Ordinal);
        Assert.Equal(6, (await folder.RowsAsync("next", "cells")).Length);
        Assert.Contains("failed: short, seed 1: question", notices, StringComparison.Ordinal);
        Assert.Contains("failed: short, seed 2", output, StringComparison.Ordinal);
        Assert.Equal(["CPPO", "CPPO"], (await folder.RowsAsync("fails", "cells")).Select(row => row["method"]));
    }

    [RunFact]
    public async Task RunAsync_axisThatIsNoKey_isRefusedAtItsPlaceAndNothingIsWritten()
    {
        string file = folder.Sweep("key", "", """ "axes": [{ "key": "prune.kep", "values": ["2"] }], """);

        var fault = await Assert.ThrowsAsync<ConfigException>(() => folder.RunAsync([file]));

        Assert.Contains("key.json:", fault.Message, StringComparison.Ordinal);
        Assert.Contains("prune.kep: is no key; did you mean prune.keep?", fault.Message, StringComparison.Ordinal);
        Assert.Single(fault.Faults);
        Assert.False(Directory.Exists(folder.Of("cells")));
        Assert.False(Directory.Exists(folder.Of("out")));
    }

    [RunFact]
    public async Task RunAsync_kindsOfAMethodWithoutUpdates_areRefusedBeforeAnythingIsMade()
    {
        var fault = await Assert.ThrowsAsync<ConfigException>(() => folder.RunAsync([folder.Sweep("none", """ "kinds": ["base"] """)]));

        Assert.Contains("report.kinds: names base, which makes no update", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Of("cells")));
    }

    [RunFact]
    public async Task RunAsync_epochsWithRefill_areRefused()
    {
        string axes = """ "axes": [{ "points": [{ "name": "refill", "set": ["allocation.dropZeroAdvantage=true"] }] }], """;

        var fault = await Assert.ThrowsAsync<ConfigException>(() => folder.RunAsync([folder.Sweep("refill", "", axes)]));

        Assert.Contains("epochs: cannot be counted for refill", fault.Message, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task RunAsync_completionsOfACellChanged_areNotCounted()
    {
        string file = folder.Sweep("counted", """ "kinds": ["CPPO"] """);
        await folder.RunAsync([file]);
        foreach (string cell in Directory.EnumerateDirectories(folder.Of("cells")).Where(cell => SweepFolder.Metrics(cell).Length == 3))
        {
            File.Delete(Directory.EnumerateFiles(Path.Combine(cell, "completions"), "*.parquet").First());
        }

        var (outcome, _, notices) = await folder.RunAsync([file]);

        Assert.Equal(1, outcome.NumFailed);
        Assert.Contains("counted cannot be reported", notices, StringComparison.Ordinal);
        Assert.Contains("was changed since its cell ended", notices, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task RunAsync_documentWithoutAPlace_isRefused()
    {
        string document = folder.Of("doc.md");
        File.WriteAllText(document, "# Title\n");

        var fault = await Assert.ThrowsAsync<UsageException>(() => folder.RunAsync([folder.Sweep("nowhere", "")], document: document));

        Assert.Contains("has no place for nowhere; add the lines <!-- results nowhere -->", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}

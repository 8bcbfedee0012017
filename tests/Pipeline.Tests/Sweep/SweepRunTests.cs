using System.Text.Json.Nodes;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sweep;
using Cppo.Pipeline.Sweep.Cells;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Sweep;

[Collection(RunsCollection.Name)]
public sealed class SweepRunTests : IDisposable
{
    private const string Axes = """
        "axes": [{ "points": [
          { "name": "base", "set": ["run.updates=0"] },
          { "name": "GRPO", "set": ["prune.rule=none"] },
          { "name": "CPPO", "set": ["prune.keep=2"] }
        ] }],
        """;

    private static readonly string[] ResultNames = ["answers", "cells", "methods"];

    private readonly TemporaryDirectory directory = new();

    public SweepRunTests(SmallModel model)
    {
        File.WriteAllText(directory.Of("small.json"), SmallRun.Configure(model, model.ModelPath));
    }

    [RunFact]
    public async Task RunAsync_oneEpoch_reportsQuestionsStepsAccuracyAndTime()
    {
        string file = Sweep("full", """ "reference": "GRPO", "kinds": ["CPPO"], "answers": ["GRPO", "CPPO"] """);

        var (outcome, output, _) = await RunAsync([file]);

        Assert.Equal(new SweepOutcome(0, IsStopped: false), outcome);
        var cells = await RowsAsync("full", "cells");
        Assert.Equal(6, cells.Length);

        // Twelve questions: GRPO takes 2 an update, CPPO keeping half 4; two passes.
        Assert.All(cells.Where(cell => cell["method"] == "GRPO"), cell => Assert.Equal(("6", "12", "12"), Counts(cell)));
        Assert.All(cells.Where(cell => cell["method"] == "CPPO"), cell => Assert.Equal(("3", "6", "12"), Counts(cell)));
        Assert.All(cells.Where(cell => cell["method"] == "base"), cell => Assert.Equal(("0", "0", "0"), Counts(cell)));
        Assert.All(cells, cell => Assert.InRange(double.Parse(cell["accuracy_test"]!), 0, 1));
        Assert.Contains("| right format and answer |", output, StringComparison.Ordinal);
        Assert.Contains("the only one right", output, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], cells.Where(cell => cell["method"] == "CPPO").Select(cell => cell["seed"]));
        Assert.All(ResultNames, name => Assert.True(File.Exists(directory.Of("out", "full", $"{name}.csv")), name));
        Assert.All(ResultNames, name => Assert.True(File.Exists(directory.Of("out", "full", $"{name}.parquet")), name));
    }

    [RunFact]
    public async Task RunAsync_again_makesNoCellAndGivesTheSame()
    {
        string file = Sweep("again", """ "reference": "GRPO" """);
        var (_, first, _) = await RunAsync([file]);

        var (_, second, notices) = await RunAsync([file]);

        Assert.Equal(first, second);
        Assert.Contains("6 of 6 cells are there from before", notices, StringComparison.Ordinal);
        Assert.DoesNotContain("cell 1 of", notices, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task RunAsync_twoSweeps_shareCells()
    {
        string first = Sweep("one", """ "reference": "GRPO" """);
        string second = Sweep("two", """ "reference": "CPPO" """);

        var (_, _, notices) = await RunAsync([first, second]);

        Assert.Contains("cell 6 of 6", notices, StringComparison.Ordinal);
        Assert.Equal(await IdsAsync("one"), await IdsAsync("two"));
    }

    [RunFact]
    public async Task RunAsync_interrupted_goesOnToTheSameNumbers()
    {
        string file = Sweep("cut", """ "reference": "GRPO" """);
        await RunAsync([file], cells: "straight");
        var straight = await RowsAsync("cut", "cells");
        using var stop = new CancellationTokenSource();

        var (stopped, _, notices) = await RunAsync(
            [file],
            cells: "cut",
            stop: stop,
            onLine: line => line.Contains("cell 2", StringComparison.Ordinal)
        );
        Assert.True(stopped.IsStopped);
        Assert.Contains("the same command goes on from here", notices, StringComparison.Ordinal);
        await RunAsync([file], cells: "cut");

        var continued = await RowsAsync("cut", "cells");
        string[] timed = ["seconds", "rollout_seconds", "update_seconds"];
        Assert.Equal(
            straight.Select(row => string.Join(' ', row.Where(cell => !timed.Contains(cell.Key)))),
            continued.Select(row => string.Join(' ', row.Where(cell => !timed.Contains(cell.Key))))
        );
    }

    [RunFact]
    public async Task RunAsync_cellThatWasKilled_beginsAnew()
    {
        string file = Sweep("killed", """ "reference": "GRPO" """);
        await RunAsync([file]);
        string cell = Directory.EnumerateDirectories(directory.Of("cells")).First(path => Metrics(path).Length == 6);
        string whole = File.ReadAllText(Path.Combine(cell, "model", "model.safetensors"));

        // As a kill leaves it: no record, no checkpoint, half a file of metrics.
        File.Delete(Path.Combine(cell, "cell.json"));
        Directory.Delete(Path.Combine(cell, "checkpoints"), recursive: true);
        File.WriteAllLines(Path.Combine(cell, "metrics.jsonl"), Metrics(cell).Take(3));
        await RunAsync([file]);

        Assert.Equal(6, Metrics(cell).Length);
        Assert.Equal(whole, File.ReadAllText(Path.Combine(cell, "model", "model.safetensors")));
    }

    [RunFact]
    public async Task RunAsync_fileOfACellChanged_isRefusedAndNothingIsWritten()
    {
        string file = Sweep("changed", """ "reference": "GRPO" """);
        await RunAsync([file]);
        string cell = Directory.EnumerateDirectories(directory.Of("cells")).First();
        File.AppendAllText(Path.Combine(cell, "metrics.jsonl"), "{}\n");
        Directory.Delete(directory.Of("out"), recursive: true);

        var fault = await Assert.ThrowsAsync<DataException>(() => RunAsync([file]));

        Assert.Contains("metrics.jsonl was changed since its cell ended; remove", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory.Of("out")));
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
        string file = Sweep("fails", """ "columns": ["accuracy"] """, axes);

        var (outcome, output, notices) = await RunAsync([file]);

        Assert.Equal(2, outcome.NumFailed);
        Assert.Contains("failed: short, seed 1: question", notices, StringComparison.Ordinal);
        Assert.Contains("failed: short, seed 2", output, StringComparison.Ordinal);
        Assert.Equal(["CPPO", "CPPO"], (await RowsAsync("fails", "cells")).Select(row => row["method"]));
    }

    [RunFact]
    public async Task RunAsync_axisThatIsNoKey_isRefusedAtItsPlaceAndNothingIsWritten()
    {
        string file = Sweep("key", "", """ "axes": [{ "key": "prune.kep", "values": ["2"] }], """);

        var fault = await Assert.ThrowsAsync<ConfigException>(() => RunAsync([file]));

        Assert.Contains("key.json:", fault.Message, StringComparison.Ordinal);
        Assert.Contains("prune.kep: is no key; did you mean prune.keep?", fault.Message, StringComparison.Ordinal);
        Assert.Single(fault.Faults);
        Assert.False(Directory.Exists(directory.Of("cells")));
        Assert.False(Directory.Exists(directory.Of("out")));
    }

    [RunFact]
    public async Task RunAsync_document_takesTheResultsInTheirPlace()
    {
        string file = Sweep("placed", """ "reference": "GRPO", "figures": [{ "figure": "reward" }] """);
        string document = directory.Of("doc.md");
        File.WriteAllText(document, "# Title\n\nBefore.\n\n<!-- results placed -->\nold\n<!-- end placed -->\n\nAfter.\n");

        await RunAsync([file], document: document);

        string text = File.ReadAllText(document);
        Assert.StartsWith("# Title\n\nBefore.\n\n<!-- results placed -->\n\n|", text, StringComparison.Ordinal);
        Assert.EndsWith("<!-- end placed -->\n\nAfter.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("old", text, StringComparison.Ordinal);
        Assert.Contains("(figures/placed-reward.svg)", text, StringComparison.Ordinal);
        Assert.True(File.Exists(directory.Of("figures", "placed-reward.svg")));
    }

    [RunFact]
    public async Task RunAsync_documentWithoutAPlace_isRefused()
    {
        string document = directory.Of("doc.md");
        File.WriteAllText(document, "# Title\n");

        var fault = await Assert.ThrowsAsync<UsageException>(() => RunAsync([Sweep("nowhere", "")], document: document));

        Assert.Contains("has no place for nowhere; add the lines <!-- results nowhere -->", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();

    private static (string? Updates, string? Steps, string? Questions) Counts(Dictionary<string, string?> cell) =>
        (cell["updates"], cell["optimizer_steps"], cell["questions"]);

    private static string[] Metrics(string cell) => File.ReadAllLines(Path.Combine(cell, "metrics.jsonl"));

    private string Sweep(string name, string report, string axes = Axes)
    {
        string path = directory.Of($"{name}.json");
        string text = $$"""
            {
              "name": "{{name}}", "base": {{JsonValue.Create(directory.Of("small.json"))!.ToJsonString()}}, "epochs": 1, "seeds": [1, 2],
              {{axes}}
              "report": { {{report}} }
            }
            """;
        File.WriteAllText(path, text);
        return path;
    }

    private async Task<(SweepOutcome Outcome, string Output, string Notices)> RunAsync(
        string[] files,
        string cells = "cells",
        string? document = null,
        CancellationTokenSource? stop = null,
        Func<string, bool>? onLine = null
    )
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var notices = new LineWatcher(line =>
        {
            if (onLine?.Invoke(line) == true)
            {
                stop!.Cancel();
            }
        });
        var settings = new SweepSettings
        {
            CellsDirectory = directory.Of(cells),
            OutputDirectory = directory.Of("out"),
            Document = document,
        };
        var run = new SweepRun(settings, output, new SweepProgress(notices, width: 0, TimeProvider.System));
        var outcome = await Task.Run(() => run.RunAsync(SweepFiles.Load(files), stop?.Token ?? default, default));
        return (outcome, output.ToString(), notices.ToString());
    }

    private async Task<string?[]> IdsAsync(string sweep) => [.. (await RowsAsync(sweep, "cells")).Select(row => row["cell"])];

    private async Task<Dictionary<string, string?>[]> RowsAsync(string sweep, string name)
    {
        string path = directory.Of("out", sweep, $"{name}.parquet");
        var (columns, _) = await ParquetRows.ColumnsAsync(path, path, default);
        string[] names = [.. columns.Select(column => column.Name)];
        var rows = new List<Dictionary<string, string?>>();
        await foreach (var row in ParquetRows.ReadAsync(path, path, names, default))
        {
            rows.Add(names.Zip(row.Values).ToDictionary(cell => cell.First, cell => cell.Second));
        }

        return [.. rows];
    }

    private sealed class LineWatcher(Action<string> onLine) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            onLine(value ?? "");
        }
    }
}

using Cppo.Pipeline.Sweep;
using Cppo.Pipeline.Tests.Run;

namespace Cppo.Pipeline.Tests.Sweep;

[Collection(RunsCollection.Name)]
public sealed class SweepRunTests(SmallModel model) : IDisposable
{
    private static readonly string[] ResultNames = ["answers", "cells", "methods"];

    private readonly SweepFolder folder = new(model);

    [RunFact]
    public async Task RunAsync_oneEpoch_reportsQuestionsStepsAccuracyAndTime()
    {
        string file = folder.Sweep("full", """ "reference": "GRPO", "kinds": ["CPPO"], "answers": ["GRPO", "CPPO"] """);

        var (outcome, output, _) = await folder.RunAsync([file]);

        Assert.Equal(new SweepOutcome(0, IsStopped: false), outcome);
        var cells = await folder.RowsAsync("full", "cells");
        Assert.Equal(6, cells.Length);

        // Twelve questions: GRPO takes 2 an update, CPPO keeping half 4; two passes.
        Assert.All(cells.Where(cell => cell["method"] == "GRPO"), cell => Assert.Equal(("6", "12", "12"), Counts(cell)));
        Assert.All(cells.Where(cell => cell["method"] == "CPPO"), cell => Assert.Equal(("3", "6", "12"), Counts(cell)));
        Assert.All(cells.Where(cell => cell["method"] == "base"), cell => Assert.Equal(("0", "0", "0"), Counts(cell)));
        Assert.All(cells, cell => Assert.InRange(double.Parse(cell["accuracy_test"]!), 0, 1));
        Assert.Contains("| right format and answer |", output, StringComparison.Ordinal);
        Assert.Contains("the only one right", output, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], cells.Where(cell => cell["method"] == "CPPO").Select(cell => cell["seed"]));
        Assert.All(ResultNames, name => Assert.True(File.Exists(folder.Of("out", "full", $"{name}.csv")), name));
        Assert.All(ResultNames, name => Assert.True(File.Exists(folder.Of("out", "full", $"{name}.parquet")), name));
    }

    [RunFact]
    public async Task RunAsync_again_makesNoCellAndGivesTheSame()
    {
        string file = folder.Sweep("again", """ "reference": "GRPO" """);
        var (_, first, _) = await folder.RunAsync([file]);

        var (_, second, notices) = await folder.RunAsync([file]);

        Assert.Equal(first, second);
        Assert.Contains("6 of 6 cells are there from before", notices, StringComparison.Ordinal);
        Assert.DoesNotContain("cell 1 of", notices, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task RunAsync_twoSweeps_shareCells()
    {
        string first = folder.Sweep("one", """ "reference": "GRPO" """);
        string second = folder.Sweep("two", """ "reference": "CPPO" """);

        var (_, _, notices) = await folder.RunAsync([first, second]);

        Assert.Contains("cell 6 of 6", notices, StringComparison.Ordinal);
        Assert.Equal(await folder.IdsAsync("one"), await folder.IdsAsync("two"));
    }

    [RunFact]
    public async Task RunAsync_interrupted_goesOnToTheSameNumbers()
    {
        string file = folder.Sweep("cut", """ "reference": "GRPO" """);
        await folder.RunAsync([file], cells: "straight");
        var straight = await folder.RowsAsync("cut", "cells");
        using var stop = new CancellationTokenSource();

        var (stopped, _, notices) = await folder.RunAsync(
            [file],
            cells: "cut",
            stop: stop,
            onLine: line => line.Contains("cell 2", StringComparison.Ordinal)
        );
        Assert.True(stopped.IsStopped);
        Assert.Contains("the same command goes on from here", notices, StringComparison.Ordinal);
        await folder.RunAsync([file], cells: "cut");

        var continued = await folder.RowsAsync("cut", "cells");
        string[] timed = ["seconds", "rollout_seconds", "update_seconds"];
        Assert.Equal(
            straight.Select(row => string.Join(' ', row.Where(cell => !timed.Contains(cell.Key)))),
            continued.Select(row => string.Join(' ', row.Where(cell => !timed.Contains(cell.Key))))
        );
    }

    [RunFact]
    public async Task RunAsync_cellThatWasKilled_beginsAnew()
    {
        string file = folder.Sweep("killed", """ "reference": "GRPO" """);
        await folder.RunAsync([file]);
        string cell = Directory.EnumerateDirectories(folder.Of("cells")).First(path => SweepFolder.Metrics(path).Length == 6);
        string whole = File.ReadAllText(Path.Combine(cell, "model", "model.safetensors"));

        // As a kill leaves it: no record, no checkpoint, half a file of metrics.
        File.Delete(Path.Combine(cell, "cell.json"));
        Directory.Delete(Path.Combine(cell, "checkpoints"), recursive: true);
        File.WriteAllLines(Path.Combine(cell, "metrics.jsonl"), SweepFolder.Metrics(cell).Take(3));
        await folder.RunAsync([file]);

        Assert.Equal(6, SweepFolder.Metrics(cell).Length);
        Assert.Equal(whole, File.ReadAllText(Path.Combine(cell, "model", "model.safetensors")));
    }

    [RunFact]
    public async Task RunAsync_axisOverThreads_isNotOneCell()
    {
        string file = folder.Sweep("threads", "", """ "axes": [{ "key": "model.threads", "values": ["1", "2"] }], """);

        await folder.RunAsync([file]);

        string?[] ids = await folder.IdsAsync("threads");
        Assert.Equal(4, ids.Distinct().Count());
    }

    [RunFact]
    public async Task RunAsync_document_takesTheResultsInTheirPlace()
    {
        string file = folder.Sweep("placed", """ "reference": "GRPO", "figures": [{ "figure": "reward" }] """);
        string document = folder.Of("doc.md");
        File.WriteAllText(document, "# Title\n\n<!-- results placed -->\nold\n<!-- end placed -->\n\nAfter.\n");

        // What is written to it meanwhile stays.
        await folder.RunAsync(
            [file],
            document: document,
            onLine: line =>
            {
                if (line.Contains("cell 1 of", StringComparison.Ordinal))
                {
                    File.WriteAllText(
                        document,
                        File.ReadAllText(document).Replace("# Title\n\n", "# Title\n\nBefore.\n\n", StringComparison.Ordinal)
                    );
                }

                return false;
            }
        );

        string text = File.ReadAllText(document);
        Assert.StartsWith("# Title\n\nBefore.\n\n<!-- results placed -->\n\n|", text, StringComparison.Ordinal);
        Assert.EndsWith("<!-- end placed -->\n\nAfter.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("old", text, StringComparison.Ordinal);
        Assert.Contains("(figures/placed-reward.svg)", text, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.Of("figures", "placed-reward.svg")));
    }

    public void Dispose() => folder.Dispose();

    private static (string? Updates, string? Steps, string? Questions) Counts(Dictionary<string, string?> cell) =>
        (cell["updates"], cell["optimizer_steps"], cell["questions"]);
}

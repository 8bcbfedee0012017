using System.Text.Json.Nodes;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Sweep;
using Cppo.Pipeline.Sweep.Cells;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Sweep;

/// <summary>A folder with a pipeline file of the small model, sweeps over it, and what they leave.</summary>
internal sealed class SweepFolder : IDisposable
{
    private const string Axes = """
        "axes": [{ "points": [
          { "name": "base", "set": ["run.updates=0"] },
          { "name": "GRPO", "set": ["prune.rule=none"] },
          { "name": "CPPO", "set": ["prune.keep=2"] }
        ] }],
        """;

    private readonly TemporaryDirectory directory = new();

    public SweepFolder(SmallModel model) => File.WriteAllText(Of("small.json"), SmallRun.Configure(model, model.ModelPath));

    public string Of(params string[] names) => directory.Of(names);

    public void Dispose() => directory.Dispose();

    public static string[] Metrics(string cell) => File.ReadAllLines(Path.Combine(cell, "metrics.jsonl"));

    public string Sweep(string name, string report, string axes = Axes)
    {
        string path = Of($"{name}.json");
        string text = $$"""
            {
              "name": "{{name}}", "base": {{JsonValue.Create(Of("small.json"))!.ToJsonString()}}, "epochs": 1, "seeds": [1, 2],
              {{axes}}
              "report": { {{report}} }
            }
            """;
        File.WriteAllText(path, text);
        return path;
    }

    public async Task<(SweepOutcome Outcome, string Output, string Notices)> RunAsync(
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
            CellsDirectory = Of(cells),
            OutputDirectory = Of("out"),
            Document = document,
        };
        var run = new SweepRun(settings, output, new SweepProgress(notices, width: 0, TimeProvider.System));
        var outcome = await Task.Run(() => run.RunAsync(SweepFiles.Load(files), stop?.Token ?? default, default));
        return (outcome, output.ToString(), notices.ToString());
    }

    public async Task<string?[]> IdsAsync(string sweep) => [.. (await RowsAsync(sweep, "cells")).Select(row => row["cell"])];

    public async Task<Dictionary<string, string?>[]> RowsAsync(string sweep, string name)
    {
        string path = Of("out", sweep, $"{name}.parquet");
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

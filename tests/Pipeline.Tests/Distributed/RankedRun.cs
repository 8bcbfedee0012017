using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cppo.Model.Tests.Collectives;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Replay;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Tests.Run;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>Small runs by ranks that are threads of the test, and what all that a run leaves is compared by.</summary>
internal static class RankedRun
{
    /// <summary>What each rank has said, and how it ended.</summary>
    public sealed record Rank(RunOutcome Outcome, string Output, string Notices);

    /// <summary>A run below a directory; each rank may have keys of its own, and rank 0 may be stopped at a line.</summary>
    public static Rank[] Run(
        SmallModel model,
        string directory,
        int size,
        string[] set,
        Func<int, string[]>? own = null,
        string? stopAt = null
    ) =>
        ThreadRanks.Run(
            size,
            all =>
            {
                using var ranks = new RunRanks(all);
                var config = SmallRun.Read(model, directory, [.. set, .. own?.Invoke(all.Rank) ?? []]);
                using var stop = new CancellationTokenSource();
                var (output, notices) = (new Watched(stopAt, stop), new StringWriter());
                var outcome = TrainingRun.ExecuteAsync(config, output, notices, stop.Token, default, ranks: ranks).GetAwaiter().GetResult();
                return new Rank(outcome, output.ToString(), notices.ToString());
            }
        );

    /// <summary>The keys that give one process as many devices.</summary>
    public static string[] Devices(int count)
    {
        string list = $"[{string.Join(',', Enumerable.Repeat("\"cpu\"", count))}]";
        return [$"update.devices={list}", $"rollout.devices={list}"];
    }

    /// <summary>All that two runs of the same numbers have in common, by name.</summary>
    public static async Task<SortedDictionary<string, string>> LeftAsync(string run)
    {
        var left = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var small = new SmallRun(run, IsStopped: false, "");
        foreach (var (line, index) in small.Metrics.Select((line, index) => (line, index)))
        {
            left[$"metrics {index}"] = Numbers(line);
        }

        foreach (var (line, index) in small.Evaluations.Select((line, index) => (line, index)))
        {
            left[$"evaluations {index}"] = Numbers(line);
        }

        foreach (var (row, index) in (await small.RowsAsync()).Select((row, index) => (row, index)))
        {
            left[$"row {index}"] = row.Text;
        }

        foreach (string file in Directory.EnumerateFiles(run, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(run, file);
            bool isTimed = name.EndsWith("state.json", StringComparison.Ordinal) || name.EndsWith(".parquet", StringComparison.Ordinal);
            bool isOfRun = !name.Contains(Path.DirectorySeparatorChar) && name is not "saved.json";
            left[name] = isTimed || isOfRun ? "there" : Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        }

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "config.json")))!;
        config["run"]!.AsObject().Remove("directory");
        config["run"]!.AsObject().Remove("resume");
        left["config.json"] = config.ToJsonString();
        return left;
    }

    private static string Numbers(JsonObject line) =>
        string.Join(
            '\n',
            line.Where(pair => !LineComparison.IsOfTheMachine(pair.Key)).Select(pair => $"{pair.Key}={pair.Value?.ToJsonString()}")
        );

    /// <summary>Cancels when a line with some text is written.</summary>
    private sealed class Watched(string? text, CancellationTokenSource stop) : StringWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (text is not null && value?.Contains(text, StringComparison.Ordinal) == true)
            {
                stop.Cancel();
            }
        }
    }
}

using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>
/// What runs of ranks start from, and what one process with as many devices leaves of them, made once. The model is the embedded one: its
/// optimizer's state is long enough to be divided among four ranks, with a rest that is not.
/// </summary>
public sealed class RankBed : IDisposable
{
    /// <summary>Of every run: as little as still has pruned completions, several micro-batches and steps.</summary>
    private static readonly string[] Small = ["rollout.maxNewTokens=16", "update.questionsPerDevice=1"];

    private readonly TemporaryDirectory directory = new();
    private readonly SmallModel questions = new();
    private readonly Dictionary<string, SortedDictionary<string, string>> alone = [];

    public RankBed() => File.WriteAllText(PipelineFile, SmallRun.Configure(questions, Repository.Path("data/base-model")));

    /// <summary>The pipeline file of every run.</summary>
    public string PipelineFile => directory.Of("small.json");

    public void Dispose()
    {
        questions.Dispose();
        directory.Dispose();
    }

    /// <summary>The command line after <c>train</c> of a run in a directory.</summary>
    internal string[] Line(string below, IEnumerable<string> set) =>
        [PipelineFile, .. Small.Concat(set).Append($"run.directory={below}").SelectMany(key => new[] { "--set", key })];

    /// <summary>What one process leaves of a run with so many devices.</summary>
    internal async Task<SortedDictionary<string, string>> AloneAsync(int devices, params string[] set)
    {
        string key = $"{devices} {string.Join(' ', set)}";
        if (!alone.TryGetValue(key, out var left))
        {
            string below = directory.Of($"alone-{alone.Count}");
            string[] all = [.. Small, .. set, .. RankedRun.Devices(devices), $"run.directory={below}"];
            var config = ConfigLoader.Parse(await File.ReadAllTextAsync(PipelineFile), PipelineFile, all);
            await Task.Run(() => TrainingRun.ExecuteAsync(config, TextWriter.Null, TextWriter.Null, default, default));
            alone[key] = left = await RankedRun.LeftAsync(Path.Combine(below, "small"));
        }

        return left;
    }
}

/// <summary>Runs of processes that launchers start, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class RanksCollection : ICollectionFixture<RankBed>
{
    public const string Name = "ranks";
}

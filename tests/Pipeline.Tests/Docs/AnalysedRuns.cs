using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Docs;

/// <summary>
/// The two runs that the page about analysis speaks of, cut short: <c>runs/default</c> of the embedded default, and <c>runs/grpo</c>,
/// which does not prune. All four kinds of completions occur in them. Made once for all tests of the collection.
/// </summary>
public sealed class AnalysedRuns : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private Task<(SmallRun Default, SmallRun Grpo)>? runs;

    /// <summary>Where <c>runs</c> lies.</summary>
    internal string DirectoryPath => directory.Path;

    /// <summary>Both runs. Tests of one collection ask one after the other.</summary>
    internal Task<(SmallRun Default, SmallRun Grpo)> MakeAsync() => runs ??= MakeBothAsync();

    public void Dispose() => directory.Dispose();

    private async Task<(SmallRun Default, SmallRun Grpo)> MakeBothAsync() =>
        (
            await RunAsync("default", "run.updates=4", "update.maxStaleness=1"),
            await RunAsync("grpo", "run.updates=6", "prune.rule=none", "update.questionsPerDevice=3")
        );

    private async Task<SmallRun> RunAsync(string name, params string[] set)
    {
        string runs = directory.Of("runs");
        var config = ConfigLoader.Load(
            Repository.Path("pipeline.json"),
            [
                $"run.directory={runs}",
                $"run.name={name}",
                $"model.path={Repository.Path("data/base-model")}",
                $"data.train.path={Repository.Path("data/train.csv")}",
                $"data.test.path={Repository.Path("data/test.csv")}",
                "data.test.limit=20",
                "checkpoint.every=0",
                .. set,
            ]
        );
        var output = new StringWriter();
        await Task.Run(() => TrainingRun.ExecuteAsync(config, output, output, default, default));
        return new SmallRun(Path.Combine(runs, name), IsStopped: false, output.ToString());
    }
}

/// <summary>Tests that share the two runs, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class AnalysedRunsCollection : ICollectionFixture<AnalysedRuns>
{
    public const string Name = "analysed runs";
}

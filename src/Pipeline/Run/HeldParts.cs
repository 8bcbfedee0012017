using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Telemetry;
using Cppo.Rewards;
using Cppo.Stages;

namespace Cppo.Pipeline.Run;

/// <summary>
/// What the program that runs a pipeline holds in memory, where others have files, and whom of it the run tells how it goes.
/// </summary>
internal sealed record HeldParts
{
    /// <summary>Nothing is held, nobody told.</summary>
    public static HeldParts None { get; } = new();

    /// <summary>The training questions, at least one; null: those of <c>data.train</c>.</summary>
    public Question[]? Train { get; init; }

    /// <summary>The test questions, at least one; null: those of <c>data.test</c>.</summary>
    public Question[]? Test { get; init; }

    /// <summary>The rewards by name.</summary>
    public IReadOnlyDictionary<string, IGroupReward> Rewards { get; init; } = new Dictionary<string, IGroupReward>();

    /// <summary>The same as parts of a configuration.</summary>
    public IReadOnlyList<RewardPartConfig> RewardParts { get; init; } = [];

    /// <summary>Called after each update, when its line is on disk; what it throws ends the run.</summary>
    public Action<UpdateMetrics>? OnUpdate { get; init; }

    /// <summary>The same of evaluations.</summary>
    public Action<EvaluationMetrics>? OnEvaluation { get; init; }

    /// <summary>The same of an update's completions, before <see cref="OnUpdate"/>.</summary>
    public Action<TrainingBatch>? OnCompletions { get; init; }

    /// <summary>The configuration that says what is in memory.</summary>
    public PipelineConfig In(PipelineConfig config) =>
        config with
        {
            Data = config.Data with { Train = DatasetOf(Train, config.Data.Train), Test = DatasetOf(Test, config.Data.Test) },
            Reward = RewardParts.Count == 0 ? config.Reward : config.Reward with { Parts = [.. FilesOf(config), .. RewardParts] },
        };

    /// <summary>A sink that also tells of the completions, once they are written.</summary>
    public IRolloutSink Beside(IRolloutSink sink) => OnCompletions is null ? sink : new TellingSink(sink, OnCompletions);

    // A run's own config.json has the parts that were in memory, too.
    private IEnumerable<RewardPartConfig> FilesOf(PipelineConfig config) =>
        config.Reward.Parts.Where(part => !(InMemory.IsIn(part.Assembly) && Rewards.ContainsKey(part.Name)));

    // The keys of columns and rows have no meaning for what is no file. An answer may be missing, as where a reward needs none.
    private static DatasetConfig DatasetOf(Question[]? questions, DatasetConfig stated) =>
        questions is null ? stated : new DatasetConfig { Path = InMemory.DatasetOf(questions), EmptyAnswers = "allow" };

    private sealed class TellingSink(IRolloutSink sink, Action<TrainingBatch> tell) : IRolloutSink
    {
        public async Task WriteAsync(TrainingBatch batch, CancellationToken cancel)
        {
            await sink.WriteAsync(batch, cancel);
            tell(batch);
        }

        public ValueTask DisposeAsync() => sink.DisposeAsync();
    }
}

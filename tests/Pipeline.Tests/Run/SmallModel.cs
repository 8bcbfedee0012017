using Cppo.Model.Decoders;
using Cppo.Pipeline.BaseModel;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>
/// What runs start from: twelve questions, six test questions, and a model of two layers that has seen enough examples to write tags, so
/// that its rewards differ. Made once for all tests of the collection.
/// </summary>
public sealed class SmallModel : IDisposable
{
    public const string System = "Reason in <think>, answer in <answer>.";

    private readonly TemporaryDirectory directory = new();
    private readonly Lazy<string> model;
    private readonly Dictionary<int, SmallRun> straight = [];

    public SmallModel()
    {
        QuestionFiles.Write(
            QuestionTasks.Default,
            new QuestionCounts(Seed: 7, Train: 12, Test: 6, Schooling: 1, Habits: 960),
            DataPath,
            ExamplesPath
        );
        model = new(Train);
    }

    public string DataPath => directory.Of("data");

    public string ExamplesPath => directory.Of("examples");

    /// <summary>The model's Hugging Face directory.</summary>
    public string ModelPath => model.Value;

    internal static DecoderConfig Architecture { get; } =
        new()
        {
            VocabSize = 320,
            HiddenSize = 32,
            IntermediateSize = 64,
            NumLayers = 2,
            NumHeads = 4,
            NumKeyValueHeads = 2,
            MaxPositions = 192,
            RopeTheta = 10_000,
            TieWordEmbeddings = true,
        };

    /// <summary>The uninterrupted run of the configuration with a staleness; made once.</summary>
    internal async Task<SmallRun> StraightAsync(int staleness)
    {
        if (!straight.TryGetValue(staleness, out var run))
        {
            straight[staleness] = run = await SmallRun.RunAsync(
                this,
                directory.Of($"straight-{staleness}"),
                $"update.maxStaleness={staleness}"
            );
        }

        return run;
    }

    public void Dispose() => directory.Dispose();

    private string Train()
    {
        string path = directory.Of("model");
        SupervisedRun.Execute(
            new SupervisedRunSettings
            {
                ExamplesPath = Path.Combine(ExamplesPath, "habits.jsonl"),
                OutputDirectory = path,
                Architecture = Architecture,
                System = System,
                ExamplesPerStep = 12,
                LearningRate = 6e-3,
                Threads = 1,
            },
            TextWriter.Null,
            default
        );
        return path;
    }
}

/// <summary>Tests that share the model, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class RunsCollection : ICollectionFixture<SmallModel>
{
    public const string Name = "runs";
}

using System.Text.Json.Nodes;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>Names of the hub in the place of paths: what the cache has is taken, and a run keeps the commit that it began with.</summary>
[Collection(RunsCollection.Name)]
public sealed class HubRunTests(SmallModel model) : IDisposable
{
    private const string First = "1111111111111111111111111111111111111111";
    private const string Second = "2222222222222222222222222222222222222222";

    private readonly TemporaryDirectory directory = new();
    private readonly string organisation = $"cppo-{Guid.NewGuid():N}"[..20];

    public void Dispose() => directory.Dispose();

    private string Model => $"{organisation}/small";

    private string Data => $"{organisation}/rows";

    [RunFact]
    public async Task A_run_of_names_is_that_of_paths_and_is_continued_at_its_commit_when_the_branch_has_moved()
    {
        Cache("models", "small", First, Directory.EnumerateFiles(model.ModelPath));
        Cache("datasets", "rows", First, [.. Directory.EnumerateFiles(model.DataPath)], "main");
        string[] named = [$"model.path={Model}", $"data.train.path={Data}", $"data.test.path={Data}"];
        var stopped = await SmallRun.RunUntilAsync(model, directory.Path, "after 2 updates", [.. named, "evaluation.every=2"]);
        var recorded = JsonNode.Parse(File.ReadAllText(stopped.Of("config.json")))!;
        Assert.Equal($"{Model}@{First}", (string)recorded["model"]!["path"]!);
        Assert.Equal($"datasets/{Data}@{First}/main/train.csv", (string)recorded["data"]!["train"]!["path"]!);
        Assert.Equal($"datasets/{Data}@{First}/main/test.csv", (string)recorded["data"]!["test"]!["path"]!);

        // What the branches mean now could not be trained from.
        Cache("models", "small", Second, []);
        Cache("datasets", "rows", Second, []);
        var resumed = await SmallRun.RunAsync(model, directory.Path, [.. named, "run.resume=true"]);
        Assert.Equal((await model.StraightAsync(0)).Weights, resumed.Weights);
        var generated = await TinyModelFolder.RunAsync(
            "",
            "generate",
            $"{Model}@{First}",
            "Count 1 pear.",
            "--max-tokens",
            "3",
            "--threads",
            "1"
        );
        Assert.Equal(0, generated.ExitCode);
        Assert.Contains($"model: {Model}@{First}, in the hub's cache\n", generated.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_names_the_command()
    {
        var (code, _, error) = await TinyModelFolder.RunAsync("", "generate", Model, "x");
        Assert.Equal(2, code);
        Assert.Equal(
            $"{Model} is neither a directory here nor in the hub's cache, {HubProcess.Cache}; this fetches it: "
                + $"{ProgramCall.Of($"get {Model}")}\n",
            error
        );
        (code, _, error) = await TinyModelFolder.RunAsync("", "eval", Model, "--set", "data.test.path=x.csv");
        Assert.Equal(2, code);
        Assert.Contains(ProgramCall.Of($"get {Model}"), error, StringComparison.Ordinal);
        (code, _, error) = await TinyModelFolder.RunAsync("x", "tokenize", Model);
        Assert.Equal(2, code);
        Assert.Contains(ProgramCall.Of($"get {Model}"), error, StringComparison.Ordinal);

        string[] faults = Faults($"model.path={Model}@v2", $"data.train.path={Data}", $"data.test.path=hf://datasets/{Data}@{First}/x.csv");
        Assert.Contains(faults, fault => fault.Contains($"model.path: {Model}@v2 is neither", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains(ProgramCall.Of($"get {Model}@v2"), StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains(ProgramCall.Of($"get datasets/{Data}"), StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains(ProgramCall.Of($"get datasets/{Data}@{First}/x.csv"), StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_of_which_another_program_fetched_a_part_names_the_command_that_completes_it()
    {
        string config = directory.Of("config.json");
        File.WriteAllText(config, "{}");
        Cache("models", "small", First, [config]);
        Assert.EndsWith(
            $"; this fetches what is missing: {ProgramCall.Of($"get {Model}@{First}")}",
            Assert.Throws<UsageException>(() => ModelPlace.Find(Model, _ => { })).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(Faults($"model.path={Model}"), fault => fault.Contains("this fetches what is missing", StringComparison.Ordinal));
    }

    [Fact]
    public void Several_files_of_a_split_are_named()
    {
        string rows = directory.Of("train.csv");
        File.WriteAllText(rows, "question,answer\na,1\n");
        Cache("datasets", "rows", First, [rows], "main");
        Cache("datasets", "rows", First, [rows], "socratic");
        Assert.Contains(
            Faults($"data.train.path={Data}"),
            fault =>
                fault.Contains(
                    $"has 2 files of the split train; name one of them: datasets/{Data}/main/train.csv, datasets/{Data}/socratic/train.csv",
                    StringComparison.Ordinal
                )
        );
        var config = Read($"data.train.path=datasets/{Data}/socratic/train.csv");
        Assert.Equal(
            Path.Combine(HubProcess.Cache, $"datasets--{organisation}--rows", "snapshots", First, "socratic", "train.csv"),
            config.Data.Train.Path
        );
        Assert.Contains($"datasets/{Data}@{First}/socratic/train.csv", ConfigWriter.Write(config), StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_in_shards_is_refused_with_their_names_instead_of_read_in_part()
    {
        string[] shards = [.. Enumerable.Range(0, 6).Select(shard => directory.Of($"train-0000{shard}-of-00006.parquet"))];
        Array.ForEach(shards, shard => File.WriteAllText(shard, ""));
        Cache("datasets", "rows", First, shards, "main");
        string first = string.Join(", ", shards.Take(4).Select(shard => $"datasets/{Data}/main/{Path.GetFileName(shard)}"));
        Assert.Contains(
            Faults($"data.train.path={Data}"),
            fault => fault.Contains($"has 6 files of the split train; name one of them: {first} and 2 more", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Datasets_to_check_and_models_to_measure_are_named_as_elsewhere()
    {
        Cache("models", "small", First, Directory.EnumerateFiles(model.ModelPath));
        Cache("datasets", "rows", First, [.. Directory.EnumerateFiles(model.DataPath)], "main");
        foreach (
            string[] line in new string[][]
            {
                ["lint-data", $"datasets/{Data}", $"datasets/{Data}"],
                ["bench", "tokenize", Model, Path.Combine(model.DataPath, "train.csv"), "--repeat", "1"],
                ["bench", "rollout", "--config", Model, "--questions", "1", "--group", "2", "--prompt", "8", "--completion", "4"],
            }
        )
        {
            var (code, output, error) = await TinyModelFolder.RunAsync("", line);
            Assert.True(code == 0 || (code == 1 && line[0] == "lint-data"), $"{string.Join(' ', line)}: {output}{error}");
        }

        foreach (string[] line in new string[][] { ["lint-data", $"datasets/{Data}x"], ["bench", "tokenize", $"{Model}x", "x.txt"] })
        {
            var (code, _, error) = await TinyModelFolder.RunAsync("", line);
            Assert.Equal(2, code);
            Assert.Contains(ProgramCall.Of($"get {line[^(line[0] == "bench" ? 2 : 1)]}"), error, StringComparison.Ordinal);
        }

        Cache("datasets", "rows", First, [Path.Combine(model.DataPath, "train.csv")], "socratic");
        var (refused, _, sentence) = await TinyModelFolder.RunAsync("", "lint-data", $"datasets/{Data}");
        Assert.Equal(2, refused);
        Assert.Contains($"name one of them: datasets/{Data}/main/train.csv, datasets/{Data}/socratic", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_here_goes_before_a_name_of_the_hub()
    {
        var config = Read("model.path=data/base-model", "data.train.path=data/train.csv");
        Assert.Equal(("data/base-model", "data/train.csv"), (config.Model.Path, config.Data.Train.Path));
        string here = Path.GetRelativePath(Directory.GetCurrentDirectory(), directory.Path);
        Assert.Null(HubPlace.Meant(Path.Combine(here, "small"), HubKind.Model));
    }

    private static PipelineConfig Read(params string[] set) =>
        ConfigLoader.Parse("""{"data":{"train":{"path":"a.csv"}},"evaluation":{"before":false,"after":false}}""", "x.json", set);

    private string[] Faults(params string[] set)
    {
        string file = directory.Of("pipeline.json");
        File.WriteAllText(file, """{"data":{"train":{"path":"a.csv"},"test":{"path":"b.csv"}}}""");
        var fault = Assert.Throws<ConfigException>(() => ConfigLoader.Load(file, set, PathRules.All));
        return fault.Message.Split('\n');
    }

    /// <summary>Puts files into the cache as a commit, which the main branch means then.</summary>
    private void Cache(string kind, string name, string commit, IEnumerable<string> files, string below = ".")
    {
        string repository = Path.Combine(HubProcess.Cache, $"{kind}--{organisation}--{name}");
        string snapshot = Path.Combine(repository, "snapshots", commit, below);
        Directory.CreateDirectory(snapshot);
        foreach (string file in files)
        {
            File.Copy(file, Path.Combine(snapshot, Path.GetFileName(file)));
        }

        Directory.CreateDirectory(Path.Combine(repository, "refs"));
        File.WriteAllText(Path.Combine(repository, "refs", "main"), commit);
    }
}

using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text.Json.Nodes;
using Cppo.Model.Adapters;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>Runs that train an adapter.</summary>
[Collection(RunsCollection.Name)]
public sealed class LoraRunTests(SmallModel model) : IDisposable
{
    private static readonly string[] Keys = ["model.lora.rank=4", "model.lora.alpha=8", "objective.beta=0.04", "update.learningRate=1e-2"];

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunTheory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_killed_run_continues_to_the_same_bits(int staleness)
    {
        string[] keys = [.. Keys, $"update.maxStaleness={staleness}"];
        var straight = await SmallRun.RunAsync(model, directory.Of("straight"), keys);
        var error = await SmallRun.CancelAsync(model, directory.Of("killed"), "after 2 updates", [.. keys, "evaluation.every=2"]);
        Assert.IsAssignableFrom<OperationCanceledException>(error);
        var resumed = await SmallRun.RunAsync(model, directory.Of("killed"), [.. keys, "run.resume=true"]);
        Assert.Equal(Hashes(straight), Hashes(resumed));
        string[] files =
        [
            Path.Combine("model", AdapterDirectory.WeightsFileName),
            Path.Combine("checkpoints", "step-000004", "optimizer.bin"),
            Path.Combine("checkpoints", "step-000004", "policy", AdapterDirectory.WeightsFileName),
        ];
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(straight.Of(file)), File.ReadAllBytes(resumed.Of(file))));
    }

    [RunFact]
    public async Task A_run_leaves_the_adapter_alone_and_every_command_finds_its_base()
    {
        var run = await SmallRun.RunAsync(model, directory.Path, [.. Keys, "update.passes=1"]);
        string checkpoint = run.Of("checkpoints", "step-000003");
        Assert.Equal([AdapterDirectory.ConfigFileName, AdapterDirectory.WeightsFileName], Names(Path.Combine(checkpoint, "policy")));
        Assert.DoesNotContain("config.json", Names(run.Of("model")));
        Assert.Contains("tokenizer.json", Names(run.Of("model")));
        long adapterBytes = new FileInfo(run.Of("model", AdapterDirectory.WeightsFileName)).Length;
        Assert.True(adapterBytes < new FileInfo(Path.Combine(model.ModelPath, "model.safetensors")).Length / 2);
        Assert.InRange(new FileInfo(Path.Combine(checkpoint, "optimizer.bin")).Length, adapterBytes, (2 * adapterBytes) + 10_000);

        // The policy begins as the base, which is the reference, and leaves it.
        double[] kl = [.. run.Metrics.Select(line => (double)line["kl"]!)];
        Assert.InRange(kl[0], 0, 1e-9);
        Assert.True(kl[3] > 1e-6, string.Join(", ", kl));
        byte[] file = File.ReadAllBytes(run.Of("model", AdapterDirectory.WeightsFileName));
        int header = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal(Convert.ToHexStringLower(XxHash128.Hash(file.AsSpan(header))), Hashes(run)[^1]);
        Assert.Equal(4, Hashes(run).Distinct().Count());

        Assert.Equal(run.Of("model"), ModelPlace.Find(run.DirectoryPath, _ => { }).Model.Path);
        foreach (string path in new[] { run.DirectoryPath, run.Of("checkpoints", "3"), run.Of("model") })
        {
            var (code, output, error) = await TinyModelFolder.RunAsync("", "generate", path, "How many?", "--max-tokens", "5");
            Assert.True(code == 0 && output.Length > 0, error);
        }

        var replay = await TinyModelFolder.RunAsync("", "replay", run.DirectoryPath, "--step", "3");
        Assert.True(replay.ExitCode == 0, replay.Output + replay.Error);
        await AssertMergedAsync(run.DirectoryPath);
        await AssertMergedAsync(run.Of("checkpoints", "3"));
    }

    [RunFact]
    public async Task A_base_that_was_changed_or_taken_away_is_told()
    {
        string moved = directory.Of("base");
        CopyFiles(model.ModelPath, moved);
        var run = await SmallRun.RunAsync(model, directory.Path, [.. Keys, "run.updates=1", $"model.path={moved}"]);
        using (var weights = HfModelDirectory.Open(moved))
        {
            var changed = weights.ReadAll().Select(weight => weight with { Values = [.. weight.Values.Select(v => v * 1.01f)] }).ToArray();
            HfModelDirectory.WriteWeights(moved, changed, WeightType.F32);
        }

        var other = await TinyModelFolder.RunAsync("", "generate", run.DirectoryPath, "How many?");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains($"trained on other weights than those of '{moved}'", other.Error, StringComparison.Ordinal);
        Directory.Delete(moved, recursive: true);
        var gone = await TinyModelFolder.RunAsync("", "merge", run.DirectoryPath, "--output", directory.Of("merged"));
        Assert.Equal(2, gone.ExitCode);
        Assert.Contains("there is no model in such a directory", gone.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory.Of("merged")));
    }

    [RunFact]
    public async Task A_base_of_random_weights_is_drawn_again()
    {
        string[] keys = [.. Keys, "model.randomInitialization=true", "run.updates=2", "checkpoint.every=1"];
        var run = await SmallRun.RunAsync(model, directory.Path, keys);
        Assert.Equal((ulong)3, AdapterDirectory.Open(run.Of("model")).Base.RandomSeed);
        var (code, _, error) = await TinyModelFolder.RunAsync("", "generate", run.DirectoryPath, "How many?", "--max-tokens", "5");
        Assert.True(code == 0, error);
        var replay = await TinyModelFolder.RunAsync("", "replay", run.DirectoryPath, "--step", "1");
        Assert.True(replay.ExitCode == 0, replay.Output + replay.Error);
        await AssertMergedAsync(run.DirectoryPath);
    }

    [RunFact]
    public async Task What_makes_no_sense_is_told()
    {
        var run = await SmallRun.RunAsync(model, directory.Path, [.. Keys, "run.updates=1"]);
        string pipeline = directory.Of("small.json");
        await File.WriteAllTextAsync(pipeline, SmallRun.Configure(model, run.Of("model")));
        var fault = Assert.Throws<ConfigException>(() => ConfigLoader.Load(pipeline, [], PathRules.All));
        Assert.Contains("holds an adapter, which no training starts from", fault.Message, StringComparison.Ordinal);
        Assert.Contains(
            "names q_proj twice",
            Assert
                .Throws<ConfigException>(() => SmallRun.Read(model, directory.Path, "model.lora.targetModules=[\"q_proj\",\"q_proj\"]"))
                .Message,
            StringComparison.Ordinal
        );
        var merge = await TinyModelFolder.RunAsync("", "merge", model.ModelPath, "--output", directory.Of("merged"));
        Assert.Equal((2, true), (merge.ExitCode, merge.Error.Contains("is a model and no adapter", StringComparison.Ordinal)));
        merge = await TinyModelFolder.RunAsync("", "merge", run.DirectoryPath, "--output", model.ModelPath);
        Assert.Equal((2, true), (merge.ExitCode, merge.Error.Contains("is there already", StringComparison.Ordinal)));
        var error = await Assert.ThrowsAsync<Pipeline.Checkpoints.RunDirectoryException>(() =>
            SmallRun.RunAsync(model, directory.Path, [.. Keys, "run.updates=1", "run.resume=true", "model.lora.rank=8"])
        );
        Assert.Contains("model.lora.rank (was 4, is 8)", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The merged model has the adapter's logprobs, and stands alone.</summary>
    private async Task AssertMergedAsync(string adapter)
    {
        string output = directory.Of("merged-" + Guid.NewGuid().ToString("N"));
        var merge = await TinyModelFolder.RunAsync("", "merge", adapter, "--output", output + Path.DirectorySeparatorChar);
        Assert.True(merge.ExitCode == 0, merge.Error);
        double[] expected = await LogprobsAsync(adapter),
            merged = await LogprobsAsync(output),
            start = await LogprobsAsync(model.ModelPath);
        Assert.Equal(expected.Length, merged.Length);
        Assert.True(expected.Zip(merged).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5));
        Assert.Contains(expected.Zip(start), pair => Math.Abs(pair.First - pair.Second) > 1e-4);
        Assert.Contains("config.json", Names(output));
        Assert.Contains("generation_config.json", Names(output));
    }

    private async Task<double[]> LogprobsAsync(string path)
    {
        string input = directory.Of("pairs.jsonl");
        await File.WriteAllTextAsync(input, "{\"prompt\": \"How many apples?\", \"completion\": \"<think>2+2=4</think>\"}\n");
        var (code, output, error) = await TinyModelFolder.RunAsync("", "logprobs", path, "--input", input, "--threads", "1");
        Assert.True(code == 0, error);
        return [.. JsonNode.Parse(output)!["logprobs"]!.AsArray().Select(value => (double)value!)];
    }

    private static string[] Hashes(SmallRun run) => [.. run.Metrics.Select(line => (string)line["weights_hash"]!)];

    private static string[] Names(string path) =>
        [.. Directory.GetFiles(path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static void CopyFiles(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}

using System.Text.Json.Nodes;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Memory;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Memory;

/// <summary>
/// What a run of a model of 57 million random weights really takes, in a process of its own, against its plan. `make memory` does the same
/// on the shape of Qwen2.5-0.5B.
/// </summary>
public sealed class MemoryTruthTests : IDisposable
{
    private const string Shape = """
        {
          "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "vocab_size": 8192, "hidden_size": 768, "intermediate_size": 2048,
          "num_hidden_layers": 8, "num_attention_heads": 12, "num_key_value_heads": 4, "max_position_embeddings": 1024,
          "rope_theta": 10000.0, "rms_norm_eps": 1e-06, "tie_word_embeddings": true, "hidden_act": "silu"
        }
        """;

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("objective.beta=0")]
    [InlineData("update.maxStaleness=1")]
    [InlineData("model.recomputeActivations=true")]
    [InlineData("model.recomputeActivations=true model.reference.precision=bf16 update.momentPrecision=bf16 rollout.precision=int8")]
    [InlineData("model.lora.rank=8 model.lora.basePrecision=bf16")]
    public async Task Plan_and_peak_differ_by_less_than_a_tenth(string options)
    {
        Directory.CreateDirectory(directory.Of("model"));
        File.WriteAllText(directory.Of("model", "config.json"), Shape);
        string[] set =
        [
            $"run.directory={directory.Of("runs")}",
            "run.name=truth",
            "run.updates=2",
            $"model.path={directory.Of("model")}",
            $"model.tokenizerPath={Repository.Path("data/base-model")}",
            "model.randomInitialization=true",
            "model.threads=2",
            $"data.train.path={Repository.Path("data/train.csv")}",
            "data.test.path=",
            "data.train.limit=40",
            "update.maxStaleness=0",
            "update.questionsPerDevice=1",
            "update.passes=1",
            "update.microBatchTokens=2048",
            "rollout.maxNewTokens=48",
            "rollout.questionsPerCall=8",
            "evaluation.before=false",
            "evaluation.after=false",
            .. options.Split(' '),
        ];
        var config = ConfigLoader.Load(Repository.Path("pipeline.json"), set);
        var model = HfConfigFile.Read(directory.Of("model", "config.json"));
        var plan = MemoryPlan.Of(config, model, LongestPrompt.Find(config, model.VocabSize), cores: 2);

        using var run = new ChildProgram([Repository.Path("pipeline.json"), .. set.SelectMany(option => new[] { "--set", option })]);
        // Long enough beside other work, too.
        Assert.True(await run.EndAsync(4 * ChildProgram.Later) == 0, run.Said);
        string last = File.ReadLines(directory.Of("runs", "truth", "metrics.jsonl")).Last();
        long peak = (long)JsonNode.Parse(last)!["peak_bytes"]!;
        double ratio = peak / (double)plan.Places[0].Bytes;
        Assert.True(
            ratio is > 0.9 and < 1.1,
            $"The peak was {MemoryTable.Gibibytes(peak, 3)} GiB:\n{string.Join("\n", MemoryTable.Lines(plan))}"
        );
    }
}

using Cppo.Model.Decoders;
using Cppo.Model.Memory;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Memory;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Memory;

public sealed class MemoryPlanTests
{
    private const string Json = """{"data":{"train":{"path":"a.csv"}},"evaluation":{"before":false,"after":false}}""";

    /// <summary>Of Qwen2.5-0.5B, as its model card counts them.</summary>
    private const long Parameters = 494_032_768;

    private static readonly DecoderConfig Model = HfConfigFile.Read(Repository.Path("recipes/shapes/qwen2.5-0.5b/config.json"));

    [Theory]
    [InlineData("qwen2.5-0.5b", Parameters)]
    [InlineData("qwen2.5-1.5b", 1_543_714_304)]
    [InlineData("qwen2.5-7b", 7_615_616_512)]
    public void The_shapes_have_the_parameters_of_their_models(string shape, long parameters) =>
        Assert.Equal(parameters, EngineMemory.Parameters(HfConfigFile.Read(Repository.Path($"recipes/shapes/{shape}/config.json"))));

    [Theory]
    [InlineData("q_proj v_proj", 1_081_344)]
    [InlineData("q_proj k_proj v_proj o_proj gate_proj up_proj down_proj", 8_798_208)]
    public void An_adapter_has_the_parameters_that_PEFT_counts(string modules, long parameters) =>
        Assert.Equal(parameters, EngineMemory.AdapterParameters(Model, rank: 16, modules.Split(' ')));

    [Theory]
    [InlineData("objective.beta=0", 4, 4, 8, 0, 0, 0)]
    [InlineData("objective.beta=0.04", 4, 4, 8, 4, 0, 0)]
    [InlineData("update.maxStaleness=1 model.reference.precision=bf16 update.momentPrecision=bf16", 4, 4, 4, 2, 4, 0)]
    [InlineData("rollout.precision=bf16", 4, 4, 8, 4, 0, 2)]
    [InlineData("rollout.precision=int8 update.maxStaleness=1", 4, 4, 8, 4, 4, 1)]
    [InlineData("model.lora.rank=16", 4, 0, 0, 0, 0, 0)]
    [InlineData("model.lora.rank=16 model.lora.basePrecision=bf16 update.maxStaleness=1", 2, 0, 0, 0, 0, 0)]
    [InlineData("model.engine=torch objective.beta=0", 4, 8, 8, 0, 8, 0)]
    [InlineData("model.engine=torch model.computeType=bfloat16 update.maxStaleness=1", 6, 6, 8, 2, 6, 0)]
    public void Each_purpose_takes_so_many_bytes_a_parameter(string options, params int[] bytes)
    {
        MemoryPurpose[] purposes =
        [
            MemoryPurpose.Policy,
            MemoryPurpose.Gradients,
            MemoryPurpose.Moments,
            MemoryPurpose.Reference,
            MemoryPurpose.Snapshots,
            MemoryPurpose.Panels,
        ];
        var host = Assert.Single(Plan(options).Places);

        // int8 has scales, and norms and biases in fp32.
        Assert.Equal(
            bytes,
            purposes.Select(purpose =>
                (int)Math.Round(host.Uses.Where(use => use.Purpose == purpose).Sum(use => use.Bytes) / (double)Parameters, 2)
            )
        );
    }

    [Fact]
    public void Replicas_and_devices_that_only_generate_are_counted_each()
    {
        var one = Assert.Single(Plan("objective.beta=0").Places);
        var two = Assert.Single(Plan("objective.beta=0 update.devices=cpu,cpu").Places);
        Assert.Equal(2 * Of(one, MemoryPurpose.Policy), Of(two, MemoryPurpose.Policy));
        Assert.Equal(2 * Of(one, MemoryPurpose.Moments), Of(two, MemoryPurpose.Moments));
        Assert.Equal(Of(one, MemoryPurpose.KeysAndValues), Of(two, MemoryPurpose.KeysAndValues));
        Assert.Equal(2 * Of(one, MemoryPurpose.Buffers), Of(two, MemoryPurpose.Buffers));

        var apart = Plan("objective.beta=0 model.engine=auto model.computeType=bfloat16 update.devices=cuda:0 rollout.devices=cuda:1");
        Assert.Equal(["memory", "cuda:0", "cuda:1"], apart.Places.Select(place => place.Place));
        Assert.Equal(0, Of(apart.Places[1], MemoryPurpose.KeysAndValues));
        Assert.Equal(6 * Parameters, Of(apart.Places[1], MemoryPurpose.Policy));
        Assert.Equal(0, Of(apart.Places[2], MemoryPurpose.Gradients));
        Assert.Equal(2 * Parameters, Of(apart.Places[2], MemoryPurpose.Policy));
    }

    [Theory]
    [InlineData("rollout.questionsPerCall=8", MemoryPurpose.KeysAndValues)]
    [InlineData("rollout.precision=bf16", MemoryPurpose.KeysAndValues)]
    [InlineData("update.microBatchTokens=4096", MemoryPurpose.Activations)]
    [InlineData("model.recomputeActivations=true", MemoryPurpose.Activations)]
    [InlineData("model.logitChunkTokens=32", MemoryPurpose.Logits)]
    public void A_key_that_bounds_a_purpose_lowers_it(string option, MemoryPurpose purpose)
    {
        var (before, after) = (Plan("update.questionsPerDevice=8").Places[0], Plan($"update.questionsPerDevice=8 {option}").Places[0]);
        Assert.InRange(Of(after, purpose), 1, Of(before, purpose) - 1);
    }

    [Fact]
    public void A_prompt_is_planned_no_longer_than_micro_batch_and_context_allow()
    {
        var config = ConfigLoader.Parse(Json, "p.json", ["rollout.maxNewTokens=1000", "update.microBatchTokens=1300"]);
        Assert.Equal(300, MemoryPlan.Of(config, Model, LongestPrompt.Bound, cores: 2).Prompt.Tokens);
        Assert.Equal(200, MemoryPlan.Of(config, Model, new LongestPrompt(200, ""), cores: 2).Prompt.Tokens);
    }

    [Fact]
    public void The_keys_that_save_most_come_first_and_save_what_they_say()
    {
        var config = ConfigLoader.Parse(Json, "p.json", ["update.maxStaleness=1"]);
        var plan = MemoryPlan.Of(config, Model, new LongestPrompt(200, ""), cores: 2);
        var savings = MemoryAdvice.Of(config, Model, plan, cores: 2, [PlannedMemory.Host]);
        Assert.Equal(savings.OrderByDescending(saving => saving.Saved), savings);
        Assert.Equal(
            [
                "model.lora.rank=16",
                "model.recomputeActivations=true",
                "model.reference.precision=bf16",
                "rollout.questionsPerCall=8",
                "update.maxStaleness=0",
                "update.microBatchTokens=4096",
                "update.momentPrecision=bf16",
            ],
            savings.Select(saving => saving.Option).Order(StringComparer.Ordinal)
        );
        Assert.All(
            savings,
            saving =>
            {
                var alone = ConfigLoader.Parse(Json, "p.json", ["update.maxStaleness=1", saving.Option]);
                Assert.Equal(ConfigWriter.Write(alone), ConfigWriter.Write(saving.Config));
                Assert.Equal(plan.Places[0].Bytes - saving.Saved, MemoryPlan.Of(alone, Model, plan.Prompt, cores: 2).Places[0].Bytes);
            }
        );
    }

    private static long Of(PlannedMemory place, MemoryPurpose purpose) =>
        place.Uses.Where(use => use.Purpose == purpose).Sum(use => use.Bytes);

    private static MemoryPlan Plan(string options) =>
        MemoryPlan.Of(ConfigLoader.Parse(Json, "p.json", options.Split(' ')), Model, new LongestPrompt(200, ""), cores: 2);
}

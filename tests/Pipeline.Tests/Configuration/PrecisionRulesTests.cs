using Cppo.Model.Engine;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Tests.Configuration;

public sealed class PrecisionRulesTests
{
    private const string Json = """{"data":{"train":{"path":"a.csv"}},"evaluation":{"before":false,"after":false}}""";

    [Theory]
    [InlineData("rollout.precision=int8 update.momentPrecision=bf16 model.reference.precision=bf16")]
    [InlineData("model.engine=torch rollout.precision=fp32 model.computeType=bfloat16")]
    [InlineData("model.engine=torch rollout.precision=bf16 model.reference.precision=bf16 model.computeType=bfloat16")]
    [InlineData("rollout.devices=cuda:0 update.momentPrecision=bf16")]
    [InlineData("update.devices=cuda:0 objective.beta=0 model.reference.precision=bf16")]
    public void What_the_engine_of_the_device_has_is_taken(string options) => ConfigLoader.Parse(Json, "p.json", options.Split(' '));

    [Theory]
    [InlineData(
        "model.engine=torch rollout.precision=int8",
        "rollout.precision: is int8, but the engine torch generates on cpu in model.computeType float32; set rollout.precision to fp32, "
            + "which leaves that as it is, or use cpu with model.engine managed"
    )]
    [InlineData(
        "rollout.devices=cuda:1 rollout.precision=bf16",
        "rollout.precision: is bf16, but the engine torch generates on cuda:1 in model.computeType float32; set model.computeType to "
            + "bfloat16, or rollout.precision to fp32"
    )]
    [InlineData(
        "update.devices=cuda:0 rollout.devices=cuda:0 model.reference.precision=bf16",
        "model.reference.precision: is bf16, but the engine torch keeps the reference on cuda:0 in model.computeType float32; set "
            + "model.computeType to bfloat16, or model.reference.precision to fp32"
    )]
    [InlineData(
        "model.computeType=bfloat16 update.momentPrecision=bf16",
        "update.momentPrecision: is bf16, but the engine torch, which trains on cpu, keeps moments in float32; set update.momentPrecision "
            + "to fp32, or train on cpu with model.engine managed"
    )]
    [InlineData("update.momentPrecision=int8", "update.momentPrecision: \"int8\" is none of its choices; give one of fp32, bf16")]
    [InlineData("rollout.precision=float32", "rollout.precision: \"float32\" is none of its choices; give one of fp32, bf16, int8")]
    public void What_it_has_not_is_refused_with_the_remedy(string options, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => ConfigLoader.Parse(Json, "p.json", options.Split(' ')));
        Assert.EndsWith(expected, Assert.Single(error.Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_engine_is_told_each_precision()
    {
        var config = ConfigLoader.Parse(
            Json,
            "p.json",
            ["rollout.precision=int8", "model.reference.precision=bf16", "update.momentPrecision=bf16"]
        );
        var settings = SettingsMap.Engine(config, "cpu");
        Assert.Equal(
            (WeightPrecision.Int8, WeightPrecision.BFloat16, WeightPrecision.BFloat16),
            (settings.RolloutPrecision, settings.ReferencePrecision, settings.MomentPrecision)
        );
        var defaults = SettingsMap.Engine(new PipelineConfig(), "cpu");
        Assert.Equal(
            (WeightPrecision.Float32, WeightPrecision.Float32, WeightPrecision.Float32),
            (defaults.RolloutPrecision, defaults.ReferencePrecision, defaults.MomentPrecision)
        );
    }
}

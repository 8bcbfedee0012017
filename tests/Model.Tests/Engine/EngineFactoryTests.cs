using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Model.Tests.Torch;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Engine;

public sealed class EngineFactoryTests
{
    [Fact]
    public void An_unknown_engine_is_answered_with_the_known_ones()
    {
        var config = TinyModel.Config();
        var error = Assert.Throws<EngineUnavailableException>(() =>
            EngineFactory.Create("jax", config, TinyModel.Weights(config), new EngineSettings())
        );
        Assert.Contains("'jax' is unknown", error.Message, StringComparison.Ordinal);
        Assert.Contains("torch", error.Message, StringComparison.Ordinal);
    }

    [TorchTheory]
    [InlineData("tpu", "write cpu or cuda:N")]
    [InlineData("cuda:x", "write cpu or cuda:N")]
    [InlineData("cuda:99", "dotnet run -p:CppoTorch=cuda")]
    public void An_unknown_device_is_refused(string device, string says)
    {
        var error = Assert.Throws<EngineUnavailableException>(() =>
            TinyModel.Engine("torch", settings: new EngineSettings { Device = device })
        );
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_managed_engine_is_the_default_on_cpus_and_refuses_what_it_cannot_do()
    {
        var config = TinyModel.Config();
        ILocalEngine Create(string name, EngineSettings settings) =>
            EngineFactory.Create(name, config, TinyModel.Weights(config), settings);
        using var engine = Create("auto", new EngineSettings());
        Assert.Equal("managed", engine.Name);
        Assert.Contains("CPUs alone", Refusal(new EngineSettings { Device = "cuda:0" }), StringComparison.Ordinal);
        Assert.Contains("write cpu", Refusal(new EngineSettings { Device = "tpu" }), StringComparison.Ordinal);
        Assert.Contains("fp32", Refusal(new EngineSettings { ComputeType = ComputeType.BFloat16 }), StringComparison.Ordinal);
        string Refusal(EngineSettings settings) => Assert.Throws<EngineUnavailableException>(() => Create("managed", settings)).Message;
    }

    [Fact]
    public void Weights_that_are_missing_or_misshapen_are_refused()
    {
        var config = TinyModel.Config();
        var weights = TinyModel.Weights(config);
        Assert.Throws<ModelFileException>(() => EngineFactory.Create("auto", config, weights.Skip(1), new EngineSettings()));
        Assert.Throws<ModelFileException>(() =>
            EngineFactory.Create("auto", config, [weights[0] with { Shape = [1, 2] }], new EngineSettings())
        );
    }

    [Theory]
    [Engines]
    public void A_snapshot_of_another_vocabulary_is_refused(string engineName)
    {
        using var directory = new TemporaryDirectory();
        var config = TinyModel.Config(vocabulary: 61);
        HfModelDirectory.Write(directory.Path, config, TinyModel.Weights(config), WeightType.F32);
        using var engine = TinyModel.Engine(engineName);
        Assert.Contains(
            "vocabulary of 61",
            Assert.Throws<ModelFileException>(() => engine.LoadSnapshot(directory.Path, 0)).Message,
            StringComparison.Ordinal
        );
    }
}

using System.Buffers.Binary;
using System.IO.Hashing;
using Cppo.Model.Engine;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Tests.Torch;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Weights;

public sealed class WeightsHashTests
{
    [Fact]
    public void Nothing_has_the_hash_that_the_algorithms_authors_state() =>
        Assert.Equal("99aa06d3014798d86001c324468d497f", WeightsHash.Of(Array.Empty<NamedArray>()));

    [Fact]
    public void It_is_the_hash_of_what_follows_the_header_of_the_safetensors_file()
    {
        using var directory = new TemporaryDirectory();
        var weights = TinyModel.Weights(TinyModel.Config());
        SafetensorsWriter.Write(directory.File("w.safetensors"), weights, WeightType.F32);
        byte[] file = File.ReadAllBytes(directory.File("w.safetensors"));
        int header = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal(Convert.ToHexStringLower(XxHash128.Hash(file.AsSpan(header))), WeightsHash.Of(weights));
    }

    [Fact]
    public void One_bit_of_one_value_changes_it_and_the_shape_does_not()
    {
        var weights = TinyModel.Weights(TinyModel.Config());
        string hash = WeightsHash.Of(weights);
        Assert.Equal(hash, WeightsHash.Of(weights.Select(weight => weight with { Shape = [weight.Values.Length] })));
        weights[5].Values[3] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(weights[5].Values[3]) ^ 1);
        Assert.NotEqual(hash, WeightsHash.Of(weights));
    }

    [Theory]
    [Engines("untied")]
    [Engines("wide heads with norms")]
    [Engines("biases everywhere")]
    public void Every_engine_has_the_hash_of_its_weights_and_another_after_a_step(string engineName, string architecture)
    {
        var config = TinyModel.Architecture(architecture);
        using var engine = TinyModel.Engine(engineName, config);
        string before = engine.HashWeights();
        Assert.Equal(WeightsHash.Of(TinyModel.Weights(config)), before);
        Learn(engine);
        using var learned = engine.Publish(1);
        Assert.NotEqual(before, engine.HashWeights());
        Assert.Equal(WeightsHash.Of(learned.Export()), engine.HashWeights());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Threads_do_not_change_it(int threads)
    {
        using var one = TinyModel.Engine(EngineUnderTest.Names[0]);
        using var several = TinyModel.Engine(EngineUnderTest.Names[0], settings: new EngineSettings { Threads = threads });
        Learn(one);
        Learn(several);
        Assert.Equal(one.HashWeights(), several.HashWeights());
    }

    [TorchFact]
    public void A_bf16_policy_has_the_hash_of_its_fp32_masters()
    {
        var config = TinyModel.Config();
        using var engine = TinyModel.Engine("torch", config, new EngineSettings { Threads = 1, ComputeType = ComputeType.BFloat16 });
        Assert.Equal(WeightsHash.Of(TinyModel.Weights(config)), engine.HashWeights());
    }

    private static void Learn(ILocalEngine engine)
    {
        var batch = Training.Batches.Micro(0, 0, Training.Batches.FourSamples());
        engine.ForwardBackward(batch, 1, logprobs => [.. logprobs.Select(row => row.Select(_ => -0.1f).ToArray())]);
        engine.Step(new AdamWStep(1e-3, 1, new AdamWSettings()));
    }
}

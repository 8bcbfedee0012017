using Cppo.Model.Decoders;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Sweep.Cells;

namespace Cppo.Pipeline.Tests.Sweep;

public sealed class PreflightTests
{
    // 10 x 4 embedding, tied; q, o 4 x 4 and k, v 2 x 4 with biases of q, k, v; 3 x 4 gate, up, down; norms of 4: 40 + 56 + 36 + 12.
    private static readonly DecoderConfig Model = new()
    {
        VocabSize = 10,
        HiddenSize = 4,
        IntermediateSize = 3,
        NumLayers = 1,
        NumHeads = 2,
        NumKeyValueHeads = 1,
        MaxPositions = 8,
        TieWordEmbeddings = true,
    };

    private const int Parameters = 40 + 16 + 16 + 8 + 8 + (4 + 2 + 2) + 36 + 12;

    [Theory]
    [InlineData("float32", 0.04, "cuda:0", 16 + 4)]
    [InlineData("float32", 0.0, "cuda:0", 16)]
    [InlineData("bfloat16", 0.04, "cuda:0", 16 + 2 + 2)]
    [InlineData("bfloat16", 0.04, "cuda:1", 2)]
    [InlineData("float32", 0.04, "cuda:1", 4)]
    public void ParameterBytes_countsWhatADeviceHolds(string type, double beta, string device, int bytesEach)
    {
        var config = new PipelineConfig
        {
            Model = new() { ComputeType = type },
            Objective = new() { Beta = beta },
            Update = new() { Devices = ["cuda:0"] },
            Rollout = new() { Devices = ["cuda:1"] },
        };

        Assert.Equal((long)Parameters * bytesEach, Preflight.ParameterBytes(config, Model, device));
    }

    [Fact]
    public void Faults_defaultOnCpu_areNone() => Assert.Empty(Preflight.Faults([new PipelineConfig()]));

    [Fact]
    public void Faults_deviceThatIsNotThere_isNamedOnce()
    {
        var config = new PipelineConfig
        {
            Update = new() { Devices = ["cuda:99"] },
            Rollout = new() { Devices = ["cuda:99"] },
        };

        string fault = Assert.Single(Preflight.Faults([config, config with { Run = new() { Seed = 2 } }]));

        Assert.Contains("CppoTorch=cuda", fault, StringComparison.Ordinal);
    }
}

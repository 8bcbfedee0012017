using Cppo.Model.Decoders;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Memory;
using Cppo.Pipeline.Sweep.Cells;
using Cppo.Pipeline.Sweep.Definition;

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

    [Theory]
    [InlineData(0, null, "0")]
    [InlineData(1, "", "1")]
    [InlineData(0, "3,1", "3")]
    [InlineData(1, "3, 1", "1")]
    [InlineData(0, "GPU-5d2a", "GPU-5d2a")]
    public void VisibleId_countsAsCudaDoes(int number, string? visible, string id) =>
        Assert.Equal(id, DeviceMemory.VisibleId(number, visible));

    [Fact]
    public void Faults_defaultOnCpu_areNone() => Assert.Empty(Preflight.Faults(new PipelineConfig()));

    [Fact]
    public void Faults_deviceThatIsNotThere_isNamedOnceWithTheRemedy()
    {
        var config = new PipelineConfig
        {
            Update = new() { Devices = ["cuda:99"] },
            Rollout = new() { Devices = ["cuda:99"] },
        };

        string fault = Assert.Single(Preflight.Faults(config));

        // Without CUDA the remedy is a build that has it, with CUDA a device that there is.
        Assert.Contains("cuda:99", fault, StringComparison.Ordinal);
        Assert.Matches("CppoTorch=cuda|is not there", fault);
    }

    [Fact]
    public void All_faultsOfCells_areToldOnceWithMethodsWhereNotAllHaveThem()
    {
        var sweep = new SweepConfig { Axes = [new() { Points = [new() { Name = "a", Set = ["x=1"] }, new() { Name = "b" }] }] };
        var places = new Dictionary<string, ConfigPlace> { ["axes.0.points.0.set.0"] = new("s.json", 3, 9) };
        var methods = SweepMethod.Of(sweep);
        var faults = new CellFaults(new SweepFile("s.json", sweep, places), methods.Count);
        var common = new ConfigFault("model.path", new ConfigPlace("p.json", 1, 2), "is missing");
        faults.Add(methods[0], [common, common, new("x", new ConfigPlace("", 0, 0, "--set x=1"), "is no key")]);
        faults.Add(methods[1], [common, new("y", ConfigPlace.Default, "is wrong")]);

        string[] expected = ["p.json:1:2: model.path: is missing", "s.json:3:9: x: is no key", "y: is wrong (b)"];
        Assert.Equal(expected, faults.All.Select(fault => fault.ToString()));
    }
}

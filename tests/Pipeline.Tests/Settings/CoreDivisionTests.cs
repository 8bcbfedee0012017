using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Tests.Settings;

public sealed class CoreDivisionTests
{
    [Theory]
    [InlineData(0, 0, 0, 0, 8, 8)]
    [InlineData(1, 0, 0, 0, 4, 4)]
    [InlineData(1, 5, 0, 0, 2, 3)]
    [InlineData(1, 1, 0, 0, 1, 1)]
    [InlineData(1, 0, 3, 0, 3, 5)]
    [InlineData(1, 0, 0, 6, 2, 6)]
    [InlineData(1, 0, 8, 8, 8, 8)]
    [InlineData(0, 0, 3, 0, 3, 8)]
    public void Cores_are_halved_only_where_both_run_side_by_side(
        int maxStaleness,
        int threads,
        int rollout,
        int update,
        int expectedRollout,
        int expectedUpdate
    )
    {
        var config = new PipelineConfig
        {
            Model = new() { Threads = threads },
            Rollout = new() { Threads = rollout },
            Update = new() { Threads = update, MaxStaleness = maxStaleness },
        };
        Assert.Equal(new CoreDivision(expectedRollout, expectedUpdate), CoreDivision.Of(config, cores: 8));
    }

    [Fact]
    public void A_gpu_takes_no_cores()
    {
        var config = new PipelineConfig
        {
            Rollout = new() { Devices = ["cuda:0"] },
            Update = new() { MaxStaleness = 1 },
        };
        Assert.Equal(new CoreDivision(8, 8), CoreDivision.Of(config, cores: 8));
    }
}

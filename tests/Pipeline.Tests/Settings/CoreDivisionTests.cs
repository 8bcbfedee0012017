using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Tests.Settings;

public sealed class CoreDivisionTests
{
    [Theory]
    [InlineData(0, 0, 0, 0, 8, 8, 8)]
    [InlineData(1, 0, 0, 0, 8, 8, 8)]
    [InlineData(1, 5, 0, 0, 5, 5, 5)]
    [InlineData(1, 0, 3, 0, 8, 3, 8)]
    [InlineData(1, 0, 0, 6, 8, 8, 6)]
    [InlineData(0, 4, 3, 6, 4, 3, 4)]
    public void Each_side_has_all_cores_but_for_what_is_stated(
        int maxStaleness,
        int threads,
        int rollout,
        int update,
        int expectedCores,
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
        Assert.Equal(new CoreDivision(expectedCores, expectedRollout, expectedUpdate), CoreDivision.Of(config, cores: 8));
    }
}

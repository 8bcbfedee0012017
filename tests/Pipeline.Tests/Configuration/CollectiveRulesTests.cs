using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Configuration;

public sealed class CollectiveRulesTests
{
    private const string Json = """{"data":{"train":{"path":"a.csv"}},"evaluation":{"before":false,"after":false}}""";

    [Theory]
    [InlineData("update.collective=mpi update.devices=[\"cpu\",\"cpu\"]")]
    [InlineData("update.collective=nccl update.devices=[\"cuda:0\",\"cuda:1\"]")]
    [InlineData("update.collective=nccl update.devices=cuda:0 model.engine=torch")]
    public void GPUs_may_add_up(string options) => ConfigLoader.Parse(Json, "p.json", options.Split(' '));

    [Theory]
    [InlineData(
        "update.collective=nccl",
        "update.collective: is nccl, which adds up on GPUs, but update.devices has cpu (model.engine auto); name a GPU for each process, "
            + "as in [\"cuda:0\", \"cuda:1\"], with model.engine torch, or set update.collective to mpi"
    )]
    [InlineData(
        "update.collective=nccl model.engine=managed",
        "update.collective: is nccl, which adds up on GPUs, but update.devices has cpu (model.engine managed); name a GPU for each "
            + "process, as in [\"cuda:0\", \"cuda:1\"], with model.engine torch, or set update.collective to mpi"
    )]
    [InlineData(
        "update.collective=nccl model.engine=managed update.devices=cuda:0",
        "is managed, which runs on cpu only, but update.devices names cuda:0; set model.engine to auto or torch, or use cpu"
    )]
    [InlineData(
        "update.collective=nccl update.devices=cuda:0 update.shardOptimizer=true",
        "update.shardOptimizer: is true, but the engine torch, which trains on cuda:0, keeps all moments in each process; set "
            + "update.shardOptimizer to false, or train on cpu with model.engine managed"
    )]
    [InlineData("update.collective=gloo", "update.collective: \"gloo\" is none of its choices; give one of mpi, nccl")]
    public void What_has_no_GPUs_to_add_up_on_is_refused_with_the_remedy(string options, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => ConfigLoader.Parse(Json, "p.json", options.Split(' ')));
        Assert.EndsWith(expected, Assert.Single(error.Faults).ToString(), StringComparison.Ordinal);
    }
}

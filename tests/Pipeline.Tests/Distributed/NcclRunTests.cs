using Cppo.Model.Collectives;
using Cppo.Model.Tests.Collectives;
using Cppo.Pipeline.Collectives.Nccl;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Replay;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Tests.Collectives;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>
/// Runs with <c>update.collective</c> nccl, on the stub of NCCL and CUDA: engines on CPUs, whose tensors are summed where they lie, in the
/// order of ranks.
/// </summary>
[Collection(NcclStub.Name)]
public sealed class NcclRunTests(SmallModel model) : IClassFixture<SmallModel>, IDisposable
{
    private static readonly string[] Set = ["run.updates=2", "model.engine=torch", "update.maxStaleness=1", "checkpoint.every=0"];

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunTheory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Sums_where_the_engine_has_its_gradients_leave_what_sums_of_the_ranks_leave(int size)
    {
        RankedRun.Run(model, directory.Of("mpi"), size, Set);
        int before = NcclStub.NumSums;
        Notices(ThreadRanks.Run(size, all => Run(all, "nccl", Set)));

        // One for each tensor of a pass; gradients that go by way of the host are one array.
        Assert.True(NcclStub.NumSums - before > 2 * 2 * size, $"NCCL was asked {NcclStub.NumSums - before} times.");
        Assert.Equal(0, NcclStub.NumOpen);
        var expected = await RankedRun.LeftAsync(directory.Of("mpi", "small"));
        var actual = await RankedRun.LeftAsync(directory.Of("nccl", "small"));
        actual["config.json"] = actual["config.json"].Replace("\"nccl\"", "\"mpi\"", StringComparison.Ordinal);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void More_devices_than_ranks_are_refused()
    {
        var fault = Record.Exception(() => ThreadRanks.Run(2, all => Run(all, "nccl", [.. Set, .. RankedRun.Devices(3)])));
        Assert.StartsWith(
            "update.collective is nccl, with which each process trains on one GPU, but 3 devices train the run and 2 "
                + "processes were started",
            Assert.IsType<UsageException>(Assert.IsType<AggregateException>(fault).Flatten().InnerExceptions[0]).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Replay_says_that_it_adds_up_in_another_order()
    {
        var update = new UpdateConfig { Collective = "nccl", Devices = ["cuda:0", "cuda:1"] };
        Assert.StartsWith(
            "warning: the run added up gradients by NCCL",
            RunReplay.DescribeSums(new PipelineConfig { Update = update }),
            StringComparison.Ordinal
        );
        Assert.Null(RunReplay.DescribeSums(new PipelineConfig { Update = update with { Collective = "mpi" } }));
        Assert.Null(RunReplay.DescribeSums(new PipelineConfig { Update = update with { Devices = ["cuda:0"] } }));
    }

    [RunFact]
    public async Task One_process_is_told_that_it_has_nothing_to_add_up()
    {
        string notices = await Task.Run(() => Run(new SingleCollective(), "one", Set));
        Assert.Contains("warning: update.collective is nccl, and there is one process", notices, StringComparison.Ordinal);
    }

    /// <summary>A run whose configuration was checked for ranks on CPUs, and then adds up as on GPUs.</summary>
    private string Run(ICollective all, string name, string[] set)
    {
        var (nccl, cuda) = (new NcclApi(NcclStub.Export), new CudaRuntime(NcclStub.Export));
        using var ranks = new RunRanks(all)
        {
            JoinDevices = (updates, _) => new NcclCollective(updates, nccl, cuda, updates.Rank, TimeSpan.FromSeconds(60)),
        };
        var config = SmallRun.Read(model, directory.Of(name), set);
        config = config with { Update = config.Update with { Collective = "nccl" } };
        var notices = new StringWriter();
        TrainingRun.ExecuteAsync(config, new StringWriter(), notices, default, default, ranks: ranks).GetAwaiter().GetResult();
        return notices.ToString();
    }

    private static void Notices(string[] ranks) => Assert.All(ranks, notices => Assert.Equal("", notices));
}

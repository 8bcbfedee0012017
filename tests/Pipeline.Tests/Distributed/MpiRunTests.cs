using Cppo.Pipeline.Tests.Cli;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>How runs of processes that a launcher started are stopped, and what they refuse.</summary>
[Collection(RanksCollection.Name)]
public sealed class MpiRunTests(RankBed bed) : RankTests(bed)
{
    public static TheoryData<string> Families => [.. Launchers.Families];

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task A_user_s_signal_to_the_launcher_stops_all_ranks_with_a_checkpoint(string family)
    {
        string[] set = ["run.updates=10", "update.maxStaleness=1"];
        using (var stopped = Train(family, 2, set))
        {
            await stopped.HearAsync("update 1/10", ChildProgram.Later);
            await stopped.SignalAsync("USR1");
            await stopped.EndAsync(Ended);
            Assert.Matches("stopped after [1-9] of 10 updates; continue with", stopped.Said);
        }

        await AssertGoesOnAsync(family, 2, set);
    }

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task A_rank_with_another_configuration_is_refused(string family)
    {
        string other = Of("other.json");
        File.WriteAllText(other, File.ReadAllText(Bed.PipelineFile).Replace("1e-3", "2e-3", StringComparison.Ordinal));
        string program =
            $"case \"$OMPI_COMM_WORLD_RANK$PMI_RANK\" in 1) f={other};; *) f={Bed.PipelineFile};; esac; "
            + $"shift; exec \"$@\" train \"$f\" --set run.directory={Below}";
        using var ranks = new ChildProgram([.. Launchers.Of(family, 2), "bash", "-c", program, "rank", "--"], Launchers.Environment, []);
        Assert.Equal(2, await ranks.EndAsync(Ended));
        Assert.Contains("rank 1 has update.learningRate = 0.002, and rank 0 has 0.001; start all", ranks.Said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Below));
    }

    [MpiTheory]
    [InlineData(Launchers.Mpich, Launchers.OpenMpi, "mpiexec of MPICH started 2 processes (PMI_SIZE), but libmpi.so.40 (Open MPI v")]
    [InlineData(
        Launchers.OpenMpi,
        Launchers.Mpich,
        "mpirun of Open MPI started 2 processes (OMPI_COMM_WORLD_SIZE), but libmpich.so.12 (MPICH"
    )]
    public async Task The_library_of_another_launcher_is_refused(string family, string library, string sentence)
    {
        using var ranks = Train(Launchers.Of(family, 2), [], environment: [("CPPO_MPI", Launchers.LibraryOf(library))]);
        Assert.Equal(2, await ranks.EndAsync(Ended));
        Assert.Contains(sentence, ranks.Said, StringComparison.Ordinal);
        Assert.Contains("knows of 1: it belongs to another launcher.", ranks.Said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Below));
    }

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task A_command_of_one_process_says_so(string family)
    {
        using var ranks = new ChildProgram(Launchers.Of(family, 2), Launchers.Environment, ["eval", "data/base-model"]);
        await ranks.EndAsync(ChildProgram.Later);
        Assert.Contains("eval runs as one process, and ", ranks.Said, StringComparison.Ordinal);
    }
}

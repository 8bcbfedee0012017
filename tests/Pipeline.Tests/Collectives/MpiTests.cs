using Cppo.Pipeline.Tests.Distributed;

namespace Cppo.Pipeline.Tests.Collectives;

/// <summary>Ranks on Open MPI and on MPICH: the bits of ranks that are threads, and an end with a sentence where one is lost.</summary>
public sealed class MpiTests
{
    /// <summary>Seconds within which all processes end when one is lost; the start of .NET and of the launcher is among them.</summary>
    private const int Soon = 30;

    public static TheoryData<string> Families => [.. Launchers.Families];

    [MpiTheory]
    [InlineData(Launchers.OpenMpi, 2)]
    [InlineData(Launchers.OpenMpi, 3)]
    [InlineData(Launchers.OpenMpi, 4)]
    [InlineData(Launchers.Mpich, 2)]
    [InlineData(Launchers.Mpich, 3)]
    [InlineData(Launchers.Mpich, 4)]
    public async Task Every_call_gives_the_bits_of_threads(string family, int size)
    {
        var job = await RankJob.RunAsync(family, size, "check", 60);
        Assert.True(job.ExitCode == 0, job.Said);
        Assert.All(
            Enumerable.Range(0, size),
            rank => Assert.Contains($"rank {rank} of {size} is done", job.Said, StringComparison.Ordinal)
        );
    }

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task A_rank_knows_how_long_it_waited_and_what_it_sent(string family)
    {
        var job = await RankJob.RunAsync(family, 3, "totals", 60);
        Assert.True(job.ExitCode == 0, job.Said);
    }

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task A_late_rank_changes_no_sum_and_those_that_wait_leave_the_cores_to_it(string family)
    {
        var job = await RankJob.RunAsync(family, 2, "late", 60);
        Assert.True(job.ExitCode == 0, job.Said);
    }

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task A_rank_that_never_comes_ends_all_after_the_time_limit(string family)
    {
        var job = await RankJob.RunAsync(family, 3, "absent", 2);
        Assert.NotEqual(0, job.ExitCode);
        Assert.Matches(@"Rank [02] of 3 \(.+\) has waited 2 s for the gradients of update 12; rank 1 has not come\.", job.Said);
        Assert.InRange(job.Took.TotalSeconds, 2, Soon);
    }

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task A_killed_rank_ends_all(string family)
    {
        var job = await RankJob.RunAsync(family, 3, "killed", 600);
        Assert.NotEqual(0, job.ExitCode);
        Assert.InRange(job.Took.TotalSeconds, 0, Soon);
    }

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task A_rank_that_gives_no_sign_of_life_ends_all(string family)
    {
        var job = await RankJob.RunAsync(family, 3, "hangs", 600);
        Assert.NotEqual(0, job.ExitCode);
        Assert.Matches(
            @"Rank [02] of 3 \(.+\) has heard nothing from rank 1 for 1\d s while it waited for the gradients of update 12: its process",
            job.Said
        );
        Assert.InRange(job.Took.TotalSeconds, 0, Soon);
    }

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task A_rank_that_stands_still_for_a_while_changes_no_sum(string family)
    {
        var job = await RankJob.RunAsync(family, 2, "pauses", 600);
        Assert.True(job.ExitCode == 0, job.Said);
    }

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task A_rank_that_fails_says_why_and_ends_all(string family)
    {
        var job = await RankJob.RunAsync(family, 3, "ended", 600);
        Assert.NotEqual(0, job.ExitCode);
        Assert.Contains("The disk of rank 1 is full.", job.Said, StringComparison.Ordinal);
        Assert.InRange(job.Took.TotalSeconds, 0, Soon);
    }

    [MpiTheory]
    [InlineData(Launchers.OpenMpi, "other", "the ranks do not do the same")]
    [InlineData(Launchers.Mpich, "other", "the ranks do not do the same")]
    [InlineData(Launchers.OpenMpi, "lengths", "for the gradients of update 12: the ranks do not work on the same")]
    [InlineData(Launchers.Mpich, "lengths", "for the gradients of update 12: the ranks do not work on the same")]
    public async Task Ranks_that_do_not_do_the_same_are_ended(string family, string scenario, string sentence)
    {
        var job = await RankJob.RunAsync(family, 2, scenario, 600);
        Assert.NotEqual(0, job.ExitCode);
        Assert.Contains(sentence, job.Said, StringComparison.Ordinal);
        Assert.InRange(job.Took.TotalSeconds, 0, Soon);
    }

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task Another_thread_ends_all_with_its_exit_code(string family)
    {
        var job = await RankJob.RunAsync(family, 2, "abort", 600);
        Assert.Equal(7, job.ExitCode);
        Assert.InRange(job.Took.TotalSeconds, 0, Soon);
    }

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task A_rank_that_leaves_without_a_word_is_no_success(string family)
    {
        var job = await RankJob.RunAsync(family, 2, "forgets", 600);
        Assert.NotEqual(0, job.ExitCode);
        Assert.InRange(job.Took.TotalSeconds, 0, Soon);
    }

    [MpiTheory]
    [InlineData(Launchers.Mpich, "libmpi.so.40", "mpiexec of MPICH started 2 processes (PMI_SIZE), but libmpi.so.40 (Open MPI v")]
    [InlineData(
        Launchers.OpenMpi,
        "libmpich.so.12",
        "mpirun of Open MPI started 2 processes (OMPI_COMM_WORLD_SIZE), but libmpich.so.12 (MPICH"
    )]
    public async Task Another_launchers_library_is_refused(string family, string library, string sentence)
    {
        var job = await RankJob.RunAsync(family, 2, "start", 600, library);
        Assert.Equal(2, job.ExitCode);
        Assert.Contains(sentence, job.Said, StringComparison.Ordinal);
        Assert.Contains("knows of 1: it belongs to another launcher.", job.Said, StringComparison.Ordinal);
    }

    [MpiTheory]
    [MemberData(nameof(Families))]
    public async Task A_library_that_is_not_there_is_named(string family)
    {
        var job = await RankJob.RunAsync(family, 2, "start", 600, "/no/libmpi.so");
        Assert.Equal(2, job.ExitCode);
        Assert.Contains("CPPO_MPI names /no/libmpi.so, which cannot be loaded", job.Said, StringComparison.Ordinal);
    }
}

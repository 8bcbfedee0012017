using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Tests.Settings;

public sealed class ProcessCoresTests
{
    [Theory]
    [InlineData(16, 16, 16, 1, 16)] // alone
    [InlineData(16, 16, 16, 4, 4)] // not bound: a fair share
    [InlineData(1, 1, 16, 4, 1)] // bound to a core each
    [InlineData(8, 8, 16, 4, 4)] // bound to a socket that two share
    [InlineData(2, 64, 64, 2, 1)] // a quota that both share
    [InlineData(2, 2, 2, 4, 1)] // more processes than cores
    public void Cores_are_divided_among_the_processes_of_a_machine(int allowed, int bound, int online, int processes, int expected) =>
        Assert.Equal(expected, new ProcessCores(allowed, bound, online, processes).Count);

    [Theory]
    [InlineData(1, 16, 4, true)]
    [InlineData(1, 16, 16, false)]
    [InlineData(4, 16, 4, false)]
    [InlineData(1, 1, 1, false)]
    [InlineData(1, 16, 1, false)]
    public void A_core_each_of_many_is_warned_of(int bound, int online, int processes, bool isWarned) =>
        Assert.Equal(isWarned, new ProcessCores(bound, bound, online, processes).Warning is not null);

    [Theory]
    [InlineData("", 1)]
    [InlineData("OMPI_COMM_WORLD_LOCAL_SIZE=3", 3)]
    [InlineData("MPI_LOCALNRANKS=2", 2)]
    [InlineData("SLURM_STEP_TASKS_PER_NODE=4(x2),1", 4)]
    [InlineData("SLURM_STEP_TASKS_PER_NODE=2", 2)]
    [InlineData("OMPI_COMM_WORLD_LOCAL_SIZE=many", 1)]
    public void The_launcher_says_how_many_processes_a_machine_has(string environment, int expected)
    {
        string[] parts = environment.Split('=');
        Assert.Equal(expected, ProcessCores.ProcessesOf(name => parts[0] == name ? parts[1] : null));
    }

    [Theory]
    [InlineData("0-15\n", 16)]
    [InlineData("0-3,8-11", 8)]
    [InlineData("0", 1)]
    [InlineData("", 0)]
    [InlineData("all", 0)]
    public void Lists_of_cores_are_counted(string list, int expected) => Assert.Equal(expected, ProcessCores.CountOnline(list));

    [Theory]
    [InlineData("Name:\tdotnet\nCpus_allowed:\tff,00000003\nCpus_allowed_list:\t0-1,32-39\n", 10)]
    [InlineData("Name:\tdotnet\n", 0)]
    public void The_mask_of_a_process_is_counted(string status, int expected) => Assert.Equal(expected, ProcessCores.CountAllowed(status));

    [Fact]
    public void A_process_without_a_launcher_has_all_that_it_may_use() =>
        Assert.InRange(ProcessCores.Read(_ => null).Count, 1, Environment.ProcessorCount);
}

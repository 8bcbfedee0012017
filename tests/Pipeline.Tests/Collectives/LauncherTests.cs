using Cppo.Model.Collectives;
using Cppo.Pipeline.Collectives;
using Cppo.Pipeline.Collectives.Mpi;

namespace Cppo.Pipeline.Tests.Collectives;

public sealed class LauncherTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 SLURM_STEP_NUM_TASKS=1", "OMPI_COMM_WORLD_SIZE", 4)]
    [InlineData("PMI_SIZE=3 SLURM_NTASKS=8", "PMI_SIZE", 3)]
    [InlineData("SLURM_STEP_NUM_TASKS=2 SLURM_NTASKS=8", "SLURM_STEP_NUM_TASKS", 2)]
    [InlineData("SLURM_STEP_ID=0 SLURM_NTASKS=8", "SLURM_NTASKS", 8)]
    public void The_innermost_launcher_says_how_many_ranks_there_are(string environment, string variable, int size)
    {
        var launcher = Detect(environment);
        Assert.Equal((variable, size), (launcher?.Variable, launcher?.Size ?? 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SLURM_NTASKS=8")]
    [InlineData("PMI_SIZE=many")]
    [InlineData("WORLD_SIZE=2")]
    public void Without_a_launcher_there_is_one_process(string environment) => Assert.Null(Detect(environment));

    [Fact]
    public void One_process_loads_nothing()
    {
        using var ranks = Ranks.Open(TimeSpan.FromSeconds(1));
        Assert.IsType<SingleCollective>(ranks);
    }

    private static Launcher? Detect(string environment)
    {
        string[][] variables = [.. environment.Split(' ').Select(each => each.Split('=')).Where(each => each.Length == 2)];
        return Launcher.Detect(name => Array.Find(variables, each => each[0] == name)?[1]);
    }
}

using System.Globalization;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>Whose MPI library a launcher serves.</summary>
internal enum MpiFamily
{
    OpenMpi,
    Mpich,

    /// <summary>The binary interface of MPI 5, which several libraries offer under the name libmpi_abi.</summary>
    StandardAbi,
}

/// <summary>What started this process, as its variables in the environment say.</summary>
/// <param name="Name">For sentences: "mpirun of Open MPI".</param>
/// <param name="Variable">The variable that states the number of processes.</param>
/// <param name="Size">That number, at least 1.</param>
/// <param name="Family">Whose library it serves; null where that is not known.</param>
internal sealed record Launcher(string Name, string Variable, int Size, MpiFamily? Family)
{
    /// <summary>
    /// Null where no launcher started this process. The innermost one counts: mpirun sets its own variables inside an allocation of SLURM,
    /// too. SLURM's are those of a step, for a batch script is one process, however many tasks its steps will have.
    /// </summary>
    public static Launcher? Detect(Func<string, string?> read) =>
        Of("mpirun of Open MPI", "OMPI_COMM_WORLD_SIZE", MpiFamily.OpenMpi, read)
        ?? Of("mpiexec of MPICH", "PMI_SIZE", MpiFamily.Mpich, read)
        ?? Of("srun of SLURM", "SLURM_STEP_NUM_TASKS", null, read)
        ?? (read("SLURM_STEP_ID") is null ? null : Of("srun of SLURM", "SLURM_NTASKS", null, read));

    private static Launcher? Of(string name, string variable, MpiFamily? family, Func<string, string?> read) =>
        int.TryParse(read(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0
            ? new Launcher(name, variable, size, family)
            : null;
}

using System.Runtime.InteropServices;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>A library of MPI that is loaded: which one, and whose binary interface it has.</summary>
/// <param name="Name">The file or name that it was loaded by.</param>
/// <param name="Family">Whose binary interface.</param>
/// <param name="Handle">The loader's.</param>
internal sealed record MpiLibrary(string Name, MpiFamily Family, nint Handle)
{
    /// <summary>Names a library, whatever the launcher.</summary>
    public const string Variable = "CPPO_MPI";

    private static readonly string[] OpenMpiNames = ["libmpi.so.40", "libmpi.so.80", "libmpi.40.dylib", "libmpi.so", "libmpi.dylib"];
    private static readonly string[] MpichNames =
    [
        "libmpich.so.12",
        "libmpi.so.12",
        "libmpi_cray.so.12",
        "libmpi.12.dylib",
        "libmpi.so",
        "libmpi.dylib",
    ];
    private static readonly string[] StandardNames = ["libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi_abi.so", "libmpi_abi.dylib"];

    /// <summary>The library that the environment names, else the launcher's own, else the first one there is.</summary>
    /// <exception cref="UsageException">None can be loaded.</exception>
    public static MpiLibrary Load(Launcher launcher)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path)
        {
            return TryLoad(path)
                ?? throw new UsageException(
                    $"{Variable} names {path}, which cannot be loaded as a library of MPI; correct it or unset it."
                );
        }

        string[] names = Names(launcher.Family);
        foreach (string name in names)
        {
            if (TryLoad(name) is not { } library)
            {
                continue;
            }

            if (launcher.Family is null || library.Family == launcher.Family || library.Family == MpiFamily.StandardAbi)
            {
                return library;
            }

            NativeLibrary.Free(library.Handle);
        }

        throw new UsageException(
            $"{launcher.Name} started {launcher.Size} processes ({launcher.Variable}), but none of {string.Join(", ", names.Distinct())} "
                + $"can be loaded; install the library of that launcher, or name it in {Variable}."
        );
    }

    /// <summary>Null where there is no such file, or it is no library of MPI.</summary>
    public static MpiLibrary? TryLoad(string name)
    {
        if (!NativeLibrary.TryLoad(name, out nint handle))
        {
            return null;
        }

        if (!NativeLibrary.TryGetExport(handle, "MPI_Init_thread", out _))
        {
            NativeLibrary.Free(handle);
            return null;
        }

        return new MpiLibrary(name, FamilyOf(name, handle), handle);
    }

    private static MpiFamily FamilyOf(string name, nint handle)
    {
        if (NativeLibrary.TryGetExport(handle, "ompi_mpi_comm_world", out _))
        {
            // One library may export both; the name says which interface MPI_Init_thread and the others have.
            return IsStandard(name) ? MpiFamily.StandardAbi : MpiFamily.OpenMpi;
        }

        return IsStandard(name) ? MpiFamily.StandardAbi : MpiFamily.Mpich;
    }

    private static bool IsStandard(string name) => Path.GetFileName(name).StartsWith("libmpi_abi", StringComparison.Ordinal);

    private static string[] Names(MpiFamily? family) =>
        family switch
        {
            MpiFamily.OpenMpi => [.. OpenMpiNames, .. StandardNames],
            MpiFamily.Mpich => [.. MpichNames, .. StandardNames],
            _ => [.. OpenMpiNames, .. MpichNames, .. StandardNames],
        };
}

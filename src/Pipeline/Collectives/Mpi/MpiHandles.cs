using System.Runtime.InteropServices;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>
/// What mpi.h states as constants. Open MPI's handles are addresses of objects that it exports; those of MPICH and of MPI 5's binary
/// interface are numbers.
/// </summary>
internal sealed record MpiHandles
{
    /// <summary>MPI_COMM_WORLD.</summary>
    public required nint World { get; init; }

    /// <summary>MPI_BYTE.</summary>
    public required nint Byte { get; init; }

    /// <summary>MPI_FLOAT.</summary>
    public required nint Float { get; init; }

    /// <summary>MPI_SUM.</summary>
    public required nint Sum { get; init; }

    /// <summary>MPI_ERRORS_RETURN.</summary>
    public required nint ErrorsReturn { get; init; }

    /// <summary>MPI_STATUS_IGNORE.</summary>
    public required nint StatusIgnore { get; init; }

    /// <summary>MPI_IN_PLACE.</summary>
    public required nint InPlace { get; init; }

    /// <summary>MPI_THREAD_MULTIPLE.</summary>
    public required int ThreadMultiple { get; init; }

    /// <summary>Those of a library.</summary>
    public static MpiHandles Of(MpiLibrary library) =>
        library.Family switch
        {
            MpiFamily.OpenMpi => OpenMpi(library.Handle),
            MpiFamily.Mpich => Mpich,
            _ => StandardAbi,
        };

    private static MpiHandles Mpich { get; } =
        new()
        {
            World = 0x44000000,
            Byte = 0x4c00010d,
            Float = 0x4c00040a,
            Sum = 0x58000003,
            ErrorsReturn = 0x54000001,
            StatusIgnore = 1,
            InPlace = -1,
            ThreadMultiple = 3,
        };

    private static MpiHandles StandardAbi { get; } =
        new()
        {
            World = 0x101,
            Byte = 0x247,
            Float = 0x210,
            Sum = 0x21,
            ErrorsReturn = 0x142,
            StatusIgnore = 0,
            InPlace = 1,
            ThreadMultiple = 4096,
        };

    private static MpiHandles OpenMpi(nint library) =>
        new()
        {
            World = NativeLibrary.GetExport(library, "ompi_mpi_comm_world"),
            Byte = NativeLibrary.GetExport(library, "ompi_mpi_byte"),
            Float = NativeLibrary.GetExport(library, "ompi_mpi_float"),
            Sum = NativeLibrary.GetExport(library, "ompi_mpi_op_sum"),
            ErrorsReturn = NativeLibrary.GetExport(library, "ompi_mpi_errors_return"),
            StatusIgnore = 0,
            InPlace = 1,
            ThreadMultiple = 3,
        };
}

using System.Runtime.InteropServices;
using System.Text;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>
/// The calls of MPI that are used. Handles are as wide as a pointer, though MPICH's have 32 bits: as arguments both lie in a register or in
/// a slot of eight bytes, and where a call writes one, its place was zero before. So no call takes an array of them.
/// </summary>
internal sealed unsafe class MpiApi(MpiLibrary library)
{
    private const int LongestText = 8192;

    /// <summary>MPI_Init_thread(argc, argv, required, provided).</summary>
    public readonly delegate* unmanaged<nint, nint, int, int*, int> InitThread = (delegate* unmanaged<nint, nint, int, int*, int>)Export(
        library,
        "MPI_Init_thread"
    );

    /// <summary>MPI_Finalize().</summary>
    public readonly delegate* unmanaged<int> Finish = (delegate* unmanaged<int>)Export(library, "MPI_Finalize");

    /// <summary>MPI_Abort(communicator, code).</summary>
    public readonly delegate* unmanaged<nint, int, int> Abort = (delegate* unmanaged<nint, int, int>)Export(library, "MPI_Abort");

    /// <summary>MPI_Comm_rank(communicator, rank).</summary>
    public readonly delegate* unmanaged<nint, int*, int> CommRank = (delegate* unmanaged<nint, int*, int>)Export(library, "MPI_Comm_rank");

    /// <summary>MPI_Comm_size(communicator, size).</summary>
    public readonly delegate* unmanaged<nint, int*, int> CommSize = (delegate* unmanaged<nint, int*, int>)Export(library, "MPI_Comm_size");

    /// <summary>MPI_Comm_set_errhandler(communicator, handler).</summary>
    public readonly delegate* unmanaged<nint, nint, int> CommSetErrhandler = (delegate* unmanaged<nint, nint, int>)Export(
        library,
        "MPI_Comm_set_errhandler"
    );

    /// <summary>MPI_Comm_dup(communicator, duplicate).</summary>
    public readonly delegate* unmanaged<nint, nint*, int> CommDup = (delegate* unmanaged<nint, nint*, int>)Export(library, "MPI_Comm_dup");

    /// <summary>MPI_Isend(buffer, count, type, rank, tag, communicator, request).</summary>
    public readonly delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> Isend = (delegate* unmanaged<
        void*,
        int,
        nint,
        int,
        int,
        nint,
        nint*,
        int>)Export(library, "MPI_Isend");

    /// <summary>MPI_Irecv(buffer, count, type, rank, tag, communicator, request).</summary>
    public readonly delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> Irecv = (delegate* unmanaged<
        void*,
        int,
        nint,
        int,
        int,
        nint,
        nint*,
        int>)Export(library, "MPI_Irecv");

    /// <summary>MPI_Test(request, done, status).</summary>
    public readonly delegate* unmanaged<nint*, int*, nint, int> Test = (delegate* unmanaged<nint*, int*, nint, int>)Export(
        library,
        "MPI_Test"
    );

    /// <summary>MPI_Allreduce(from, to, count, type, operation, communicator).</summary>
    public readonly delegate* unmanaged<nint, void*, int, nint, nint, nint, int> Allreduce = (delegate* unmanaged<
        nint,
        void*,
        int,
        nint,
        nint,
        nint,
        int>)Export(library, "MPI_Allreduce");

    private readonly delegate* unmanaged<int, byte*, int*, int> errorString = (delegate* unmanaged<int, byte*, int*, int>)Export(
        library,
        "MPI_Error_string"
    );
    private readonly delegate* unmanaged<byte*, int*, int> libraryVersion = (delegate* unmanaged<byte*, int*, int>)Export(
        library,
        "MPI_Get_library_version"
    );

    /// <summary>What a code other than 0 means, in the library's words.</summary>
    public string ErrorText(int code)
    {
        byte* text = stackalloc byte[LongestText];
        int length = 0;
        return errorString(code, text, &length) == 0 ? Text(text, length) : $"error {code}";
    }

    /// <summary>The library's name and version: "Open MPI v4.1.4".</summary>
    public string Version()
    {
        byte* text = stackalloc byte[LongestText];
        int length = 0;
        return libraryVersion(text, &length) == 0 ? Text(text, length).Split(',', '\n')[0].Replace(":\t", " ").Trim() : library.Name;
    }

    private static string Text(byte* text, int length) =>
        Encoding.UTF8.GetString(text, Math.Clamp(length, 0, LongestText)).TrimEnd('\0', '\n');

    private static nint Export(MpiLibrary library, string name) => NativeLibrary.GetExport(library.Handle, name);
}

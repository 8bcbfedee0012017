using System.Runtime.InteropServices;
using Cppo.Model.Collectives;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Collectives.Nccl;

/// <summary>What the ranks of one communicator have in common: 128 bytes, which NCCL takes by value.</summary>
internal unsafe struct NcclId
{
    /// <summary>NCCL_UNIQUE_ID_BYTES.</summary>
    public const int Length = 128;

    /// <summary>NCCL's own.</summary>
    public fixed byte Bytes[Length];
}

/// <summary>The calls of NCCL that sums need; its communicators, and CUDA's streams, are addresses.</summary>
/// <param name="export">The address of an exported function by its name.</param>
internal sealed unsafe class NcclApi(Func<string, nint> export)
{
    /// <summary>ncclFloat32.</summary>
    private const int Float = 7;

    /// <summary>ncclSum.</summary>
    private const int Add = 0;

    /// <summary>ncclInProgress: a call of a communicator that does not block has not ended.</summary>
    private const int InProgress = 7;

    private static readonly string[] Names = ["libnccl.so.2", "libnccl.so"];

    private readonly delegate* unmanaged<NcclId*, int> getUniqueId = (delegate* unmanaged<NcclId*, int>)export("ncclGetUniqueId");
    private readonly delegate* unmanaged<nint*, int, NcclId, int, int> commInitRank = (delegate* unmanaged<
        nint*,
        int,
        NcclId,
        int,
        int>)export("ncclCommInitRank");
    private readonly delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int> allReduce = (delegate* unmanaged<
        nint,
        nint,
        nuint,
        int,
        int,
        nint,
        nint,
        int>)export("ncclAllReduce");
    private readonly delegate* unmanaged<nint, nint, nuint, int, int, int, nint, nint, int> reduce = (delegate* unmanaged<
        nint,
        nint,
        nuint,
        int,
        int,
        int,
        nint,
        nint,
        int>)export("ncclReduce");
    private readonly delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int> broadcast = (delegate* unmanaged<
        nint,
        nint,
        nuint,
        int,
        int,
        nint,
        nint,
        int>)export("ncclBroadcast");
    private readonly delegate* unmanaged<int> groupStart = (delegate* unmanaged<int>)export("ncclGroupStart");
    private readonly delegate* unmanaged<int> groupEnd = (delegate* unmanaged<int>)export("ncclGroupEnd");
    private readonly delegate* unmanaged<nint, int*, int> getAsyncError = (delegate* unmanaged<nint, int*, int>)export(
        "ncclCommGetAsyncError"
    );
    private readonly delegate* unmanaged<nint, int> commDestroy = (delegate* unmanaged<nint, int>)export("ncclCommDestroy");
    private readonly delegate* unmanaged<nint, int> commAbort = (delegate* unmanaged<nint, int>)export("ncclCommAbort");
    private readonly delegate* unmanaged<int, nint> getErrorString = (delegate* unmanaged<int, nint>)export("ncclGetErrorString");

    /// <summary>The one that is installed.</summary>
    public static NcclApi Load() => new(ExportsOf("CPPO_NCCL", Names));

    /// <summary>The functions of a library that a variable of the environment names, or of the first one there is.</summary>
    public static Func<string, nint> ExportsOf(string variable, IReadOnlyList<string> names)
    {
        string[] tried = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path ? [path] : [.. names];
        foreach (string name in tried)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return export => NativeLibrary.GetExport(library, export);
            }
        }

        throw new UsageException($"None of {string.Join(", ", tried)} can be loaded; install it, or name it in {variable}.");
    }

    /// <summary>An id, which one rank makes for all.</summary>
    public NcclId NewId()
    {
        NcclId id = default;
        Check(getUniqueId(&id), "ncclGetUniqueId");
        return id;
    }

    /// <summary>Joins the others; returns when all have joined.</summary>
    public nint Join(NcclId id, int rank, int size)
    {
        nint communicator = 0;
        Check(commInitRank(&communicator, size, id, rank), "ncclCommInitRank");
        return communicator;
    }

    /// <summary>Begins sums in place, as one call of the device.</summary>
    public void Sum(IReadOnlyList<DeviceArray> arrays, nint communicator, nint stream)
    {
        Check(groupStart(), "ncclGroupStart");
        foreach (var (values, count) in arrays)
        {
            Check(allReduce(values, values, (nuint)count, Float, Add, communicator, stream), "ncclAllReduce");
        }

        Check(groupEnd(), "ncclGroupEnd");
    }

    /// <summary>Begins sums of chunks in place, each on the rank that has it.</summary>
    public void ReduceScatter(nint values, int count, int size, nint communicator, nint stream)
    {
        Check(groupStart(), "ncclGroupStart");
        for (int root = 0; root < size; root++)
        {
            var (start, length) = Chunks.Of(count, root, size);
            nint chunk = values + (nint)((long)start * sizeof(float));
            Check(reduce(chunk, chunk, (nuint)length, Float, Add, root, communicator, stream), "ncclReduce");
        }

        Check(groupEnd(), "ncclGroupEnd");
    }

    /// <summary>Begins to send every rank's chunk to all.</summary>
    public void AllGather(nint values, int count, int size, nint communicator, nint stream)
    {
        Check(groupStart(), "ncclGroupStart");
        for (int root = 0; root < size; root++)
        {
            var (start, length) = Chunks.Of(count, root, size);
            nint chunk = values + (nint)((long)start * sizeof(float));
            Check(broadcast(chunk, chunk, (nuint)length, Float, root, communicator, stream), "ncclBroadcast");
        }

        Check(groupEnd(), "ncclGroupEnd");
    }

    /// <summary>Throws where what was begun has failed.</summary>
    public void ThrowIfFailed(nint communicator)
    {
        int error = 0;
        Check(getAsyncError(communicator, &error), "ncclCommGetAsyncError");
        if (error != InProgress)
        {
            Check(error, "a sum of NCCL");
        }
    }

    /// <summary>Ends it when all is done.</summary>
    public void Leave(nint communicator) => Check(commDestroy(communicator), "ncclCommDestroy");

    /// <summary>Ends it, and what was begun on it.</summary>
    public void Abort(nint communicator) => _ = commAbort(communicator);

    private void Check(int code, string call)
    {
        if (code != 0)
        {
            throw new CollectiveException($"{call} gave \"{Marshal.PtrToStringUTF8(getErrorString(code))}\".");
        }
    }
}

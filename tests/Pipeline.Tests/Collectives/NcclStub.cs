using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Cppo.Pipeline.Collectives.Nccl;

namespace Cppo.Pipeline.Tests.Collectives;

/// <summary>
/// NCCL and CUDA's runtime as functions with C's calling convention and the signatures of nccl.h and cuda_runtime_api.h: size_t as nuint,
/// the id of 128 bytes by value. Devices have the host's memory; a call of several ranks returns when all have made it.
/// </summary>
internal static unsafe class NcclStub
{
    /// <summary>Tests that use it run one after the other: what it counts is of all of them.</summary>
    public const string Name = "the stub of NCCL";

    /// <summary>A sum of so many values is refused after its begin, as a lost peer is.</summary>
    public const int CountThatFails = 77;

    /// <summary>A sum of so many values never ends.</summary>
    public const int CountThatHangs = 78;

    /// <summary>What is added to a device's number for another name of it.</summary>
    public const int SameDevice = 100;

    /// <summary>The last byte of every id: one that arrives was copied whole.</summary>
    private const byte LastOfId = 0xa5;
    private const int Float32 = 7;
    private const int NotReady = 600;

    private static readonly ConcurrentDictionary<long, Group> Groups = new();
    private static readonly ConcurrentDictionary<nint, Member> Members = new();
    private static readonly ConcurrentDictionary<nint, bool> Stuck = new();
    private static readonly nint Text = Marshal.StringToCoTaskMemUTF8("stub error 6");
    private static long next;
    private static int numSums;

    /// <summary>Sums that were begun and have not failed, counted on each rank.</summary>
    public static int NumSums => numSums;

    /// <summary>Communicators that nobody has left or aborted.</summary>
    public static int NumOpen => Members.Count;

    /// <summary>What a library exports.</summary>
    public static nint Export(string name) =>
        name switch
        {
            "ncclGetUniqueId" => (nint)(delegate* unmanaged<NcclId*, int>)&GetUniqueId,
            "ncclCommInitRank" => (nint)(delegate* unmanaged<nint*, int, NcclId, int, int>)&CommInitRank,
            "ncclAllReduce" => (nint)(delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)&AllReduce,
            "ncclReduce" => (nint)(delegate* unmanaged<nint, nint, nuint, int, int, int, nint, nint, int>)&Reduce,
            "ncclBroadcast" => (nint)(delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)&Broadcast,
            "ncclGroupStart" or "ncclGroupEnd" or "cudaDeviceSynchronize" => (nint)(delegate* unmanaged<int>)&Nothing,
            "ncclCommGetAsyncError" => (nint)(delegate* unmanaged<nint, int*, int>)&GetAsyncError,
            "ncclCommDestroy" or "ncclCommAbort" => (nint)(delegate* unmanaged<nint, int>)&CommEnd,
            "ncclGetErrorString" or "cudaGetErrorString" => (nint)(delegate* unmanaged<int, nint>)&ErrorString,
            "cudaDeviceGetPCIBusId" => (nint)(delegate* unmanaged<byte*, int, int, int>)&BusId,
            "cudaSetDevice" => (nint)(delegate* unmanaged<int, int>)&SetDevice,
            "cudaMalloc" => (nint)(delegate* unmanaged<nint*, nuint, int>)&Malloc,
            "cudaFree" => (nint)(delegate* unmanaged<nint, int>)&Free,
            "cudaMemcpyAsync" => (nint)(delegate* unmanaged<nint, nint, nuint, int, nint, int>)&Memcpy,
            "cudaStreamCreate" => (nint)(delegate* unmanaged<nint*, int>)&StreamCreate,
            "cudaStreamDestroy" => (nint)(delegate* unmanaged<nint, int>)&StreamDestroy,
            "cudaStreamQuery" => (nint)(delegate* unmanaged<nint, int>)&StreamQuery,
            _ => throw new EntryPointNotFoundException(name),
        };

    [UnmanagedCallersOnly]
    private static int GetUniqueId(NcclId* id)
    {
        *(long*)id = Interlocked.Increment(ref next);
        ((byte*)id)[NcclId.Length - 1] = LastOfId;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int CommInitRank(nint* communicator, int size, NcclId id, int rank)
    {
        if (((byte*)&id)[NcclId.Length - 1] != LastOfId)
        {
            return 4;
        }

        var group = Groups.GetOrAdd(*(long*)&id, _ => new Group(size));
        *communicator = (nint)Interlocked.Increment(ref next);
        Members[*communicator] = new Member(group, rank);
        group.Barrier.SignalAndWait();
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int AllReduce(nint from, nint to, nuint count, int type, int operation, nint communicator, nint stream)
    {
        if (type != Float32 || operation != 0)
        {
            return 4;
        }

        var member = Members[communicator];
        if (count is CountThatFails or CountThatHangs)
        {
            Stuck[stream] = true;
            member.Error = count == CountThatFails ? 6 : 0;
            return 0;
        }

        _ = Interlocked.Increment(ref numSums);
        float[] sum = member.Exchange(from, (int)count).Aggregate(Add);
        sum.CopyTo(new Span<float>((void*)to, (int)count));
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int Reduce(nint from, nint to, nuint count, int type, int operation, int root, nint communicator, nint stream)
    {
        var member = Members[communicator];
        float[] sum = member.Exchange(from, (int)count).Aggregate(Add);
        if (member.Rank == root)
        {
            sum.CopyTo(new Span<float>((void*)to, (int)count));
        }

        return type == Float32 && operation == 0 && stream != 0 ? 0 : 4;
    }

    [UnmanagedCallersOnly]
    private static int Broadcast(nint from, nint to, nuint count, int type, int root, nint communicator, nint stream)
    {
        Members[communicator].Exchange(from, (int)count)[root].CopyTo(new Span<float>((void*)to, (int)count));
        return type == Float32 && stream != 0 ? 0 : 4;
    }

    [UnmanagedCallersOnly]
    private static int GetAsyncError(nint communicator, int* error)
    {
        *error = Members[communicator].Error;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int CommEnd(nint communicator) => Members.TryRemove(communicator, out _) ? 0 : 4;

    [UnmanagedCallersOnly]
    private static int Nothing() => 0;

    [UnmanagedCallersOnly]
    private static nint ErrorString(int code) => code == 6 ? Text : 0;

    [UnmanagedCallersOnly]
    private static int SetDevice(int device) => device >= 0 ? 0 : 101;

    [UnmanagedCallersOnly]
    private static int BusId(byte* text, int length, int device)
    {
        // Two numbers of a device are one device here, as in two processes with variables of their own.
        byte[] name = Encoding.UTF8.GetBytes($"0000:0{device % SameDevice}:00.0\0");
        name.CopyTo(new Span<byte>(text, length));
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int Malloc(nint* memory, nuint bytes)
    {
        *memory = (nint)NativeMemory.Alloc(bytes);
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int Free(nint memory)
    {
        NativeMemory.Free((void*)memory);
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int Memcpy(nint to, nint from, nuint bytes, int kind, nint stream)
    {
        NativeMemory.Copy((void*)from, (void*)to, bytes);
        return kind == 4 && stream != 0 ? 0 : 1;
    }

    [UnmanagedCallersOnly]
    private static int StreamCreate(nint* stream)
    {
        *stream = (nint)Interlocked.Increment(ref next);
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int StreamDestroy(nint stream) => stream != 0 ? 0 : 400;

    [UnmanagedCallersOnly]
    private static int StreamQuery(nint stream) => Stuck.ContainsKey(stream) ? NotReady : 0;

    private static float[] Add(float[] one, float[] other) => [.. one.Zip(other, (a, b) => a + b)];

    private sealed class Group(int size)
    {
        public Barrier Barrier { get; } = new(size);

        public float[][] Slots { get; } = new float[size][];
    }

    private sealed class Member(Group group, int rank)
    {
        public int Rank => rank;

        public int Error { get; set; }

        public float[][] Exchange(nint from, int count)
        {
            group.Slots[rank] = new ReadOnlySpan<float>((void*)from, count).ToArray();
            group.Barrier.SignalAndWait();
            float[][] all = [.. group.Slots];
            group.Barrier.SignalAndWait();
            return all;
        }
    }
}

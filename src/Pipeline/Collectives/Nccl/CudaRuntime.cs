using System.Runtime.InteropServices;
using Cppo.Model.Collectives;

namespace Cppo.Pipeline.Collectives.Nccl;

/// <summary>The calls of CUDA's runtime that sums need: memory, and a stream of one's own.</summary>
/// <param name="export">The address of an exported function by its name.</param>
internal sealed unsafe class CudaRuntime(Func<string, nint> export)
{
    /// <summary>cudaErrorNotReady.</summary>
    private const int NotReady = 600;

    /// <summary>cudaMemcpyDefault: the addresses say which memory they are of.</summary>
    private const int ByAddress = 4;

    private static readonly string[] Names = ["libcudart.so.13", "libcudart.so.12", "libcudart.so.11.0", "libcudart.so"];

    private readonly delegate* unmanaged<int, int> setDevice = (delegate* unmanaged<int, int>)export("cudaSetDevice");
    private readonly delegate* unmanaged<int> deviceSynchronize = (delegate* unmanaged<int>)export("cudaDeviceSynchronize");
    private readonly delegate* unmanaged<nint*, nuint, int> malloc = (delegate* unmanaged<nint*, nuint, int>)export("cudaMalloc");
    private readonly delegate* unmanaged<nint, int> free = (delegate* unmanaged<nint, int>)export("cudaFree");
    private readonly delegate* unmanaged<nint, nint, nuint, int, nint, int> memcpyAsync = (delegate* unmanaged<
        nint,
        nint,
        nuint,
        int,
        nint,
        int>)export("cudaMemcpyAsync");
    private readonly delegate* unmanaged<nint*, int> streamCreate = (delegate* unmanaged<nint*, int>)export("cudaStreamCreate");
    private readonly delegate* unmanaged<nint, int> streamDestroy = (delegate* unmanaged<nint, int>)export("cudaStreamDestroy");
    private readonly delegate* unmanaged<nint, int> streamQuery = (delegate* unmanaged<nint, int>)export("cudaStreamQuery");
    private readonly delegate* unmanaged<byte*, int, int, int> deviceGetPciBusId = (delegate* unmanaged<byte*, int, int, int>)export(
        "cudaDeviceGetPCIBusId"
    );
    private readonly delegate* unmanaged<int, nint> errorString = (delegate* unmanaged<int, nint>)export("cudaGetErrorString");

    /// <summary>The one that is installed.</summary>
    public static CudaRuntime Load() => new(NcclApi.ExportsOf("CPPO_CUDART", Names));

    /// <summary>This thread's calls are for that device from now on.</summary>
    public void Use(int device) => Check(setDevice(device), "cudaSetDevice");

    /// <summary>Where a device is in the machine, whatever its number: <c>0000:3b:00.0</c>.</summary>
    public string BusIdOf(int device)
    {
        const int Length = 32;
        byte* text = stackalloc byte[Length];
        Check(deviceGetPciBusId(text, Length, device), "cudaDeviceGetPCIBusId");
        return Marshal.PtrToStringUTF8((nint)text)!;
    }

    /// <summary>Waits for all streams of the device.</summary>
    public void Synchronize() => Check(deviceSynchronize(), "cudaDeviceSynchronize");

    public nint NewStream()
    {
        nint stream = 0;
        Check(streamCreate(&stream), "cudaStreamCreate");
        return stream;
    }

    public void EndStream(nint stream) => Check(streamDestroy(stream), "cudaStreamDestroy");

    /// <summary>Whether all that was begun on a stream is done.</summary>
    public bool IsDone(nint stream)
    {
        int code = streamQuery(stream);
        if (code == NotReady)
        {
            return false;
        }

        Check(code, "cudaStreamQuery");
        return true;
    }

    /// <summary>Memory of the device, in bytes.</summary>
    public nint Allocate(long bytes)
    {
        nint memory = 0;
        Check(malloc(&memory, (nuint)bytes), "cudaMalloc");
        return memory;
    }

    public void Free(nint memory) => Check(free(memory), "cudaFree");

    /// <summary>Begins a copy, between host and device or on the device.</summary>
    public void Copy(nint to, nint from, long bytes, nint stream) =>
        Check(memcpyAsync(to, from, (nuint)bytes, ByAddress, stream), "cudaMemcpyAsync");

    private void Check(int code, string call)
    {
        if (code != 0)
        {
            throw new CollectiveException($"{call} gave \"{Marshal.PtrToStringUTF8(errorString(code))}\".");
        }
    }
}

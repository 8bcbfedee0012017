using System.Globalization;
using System.Runtime.InteropServices;
using Cppo.Model.Collectives;
using Cppo.Pipeline.Collectives.Mpi;

namespace Cppo.Pipeline.Collectives.Nccl;

/// <summary>
/// Sums by NCCL between GPUs, one a rank; all else by the ranks that it is given. Experimental. Sums are the same on all ranks and repeat
/// from run to run on the same devices, but are no fold in the order of ranks.
/// </summary>
internal sealed unsafe class NcclCollective : ICollective, IDeviceCollective
{
    private readonly ICollective ranks;
    private readonly NcclApi nccl;
    private readonly CudaRuntime cuda;
    private readonly int device;
    private readonly TimeSpan limit;
    private readonly nint communicator;
    private readonly nint stream;
    private nint room;
    private long roomBytes;
    private bool hasFailed;
    private bool isDisposed;

    /// <summary>Joins the GPUs of all ranks; called by all of them.</summary>
    /// <param name="ranks">The ranks, which bring NCCL's id from the first one to the others; disposed with this object.</param>
    /// <param name="nccl">NCCL.</param>
    /// <param name="cuda">CUDA's runtime.</param>
    /// <param name="device">This rank's GPU, by CUDA's number.</param>
    /// <param name="limit">How long a sum may take.</param>
    public NcclCollective(ICollective ranks, NcclApi nccl, CudaRuntime cuda, int device, TimeSpan limit)
    {
        (this.ranks, this.nccl, this.cuda, this.device, this.limit) = (ranks, nccl, cuda, device, limit);
        cuda.Use(device);
        var own = ranks.Rank == 0 ? nccl.NewId() : default;
        byte[] bytes = ranks.Broadcast(MemoryMarshal.AsBytes(new ReadOnlySpan<NcclId>(in own)), 0, "the id of NCCL");
        communicator = nccl.Join(MemoryMarshal.Read<NcclId>(bytes), ranks.Rank, ranks.Size);
        stream = cuda.NewStream();
    }

    /// <inheritdoc/>
    public int Rank => ranks.Rank;

    /// <inheritdoc/>
    public int Size => ranks.Size;

    /// <inheritdoc/>
    public void SumOnDevice(nint values, long count, string purpose)
    {
        cuda.Use(device);
        cuda.Synchronize();
        nccl.Sum(values, count, communicator, stream);
        Wait(purpose);
    }

    /// <summary>A sum by way of the GPU's memory, in NCCL's order.</summary>
    public void Sum(Span<float> values, string purpose) =>
        OnDevice(values, purpose, (memory, count) => nccl.Sum(memory, count, communicator, stream));

    /// <inheritdoc/>
    public void ReduceScatter(Span<float> values, string purpose) =>
        OnDevice(values, purpose, (memory, count) => nccl.ReduceScatter(memory, count, Size, communicator, stream));

    /// <inheritdoc/>
    public void AllGather(Span<float> values, string purpose) =>
        OnDevice(values, purpose, (memory, count) => nccl.AllGather(memory, count, Size, communicator, stream));

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> mine, string purpose) => ranks.Gather(mine, purpose);

    /// <inheritdoc/>
    public byte[] Broadcast(ReadOnlySpan<byte> mine, int root, string purpose) => ranks.Broadcast(mine, root, purpose);

    /// <inheritdoc/>
    public bool AnyTrue(bool mine, string purpose) => ranks.AnyTrue(mine, purpose);

    /// <inheritdoc/>
    public ICollective Duplicate(string purpose) => new NcclCollective(ranks.Duplicate(purpose), nccl, cuda, device, limit);

    /// <inheritdoc/>
    public void Abort(int exitCode)
    {
        nccl.Abort(communicator);
        ranks.Abort(exitCode);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        if (!hasFailed)
        {
            cuda.Use(device);
            nccl.Leave(communicator);
            cuda.EndStream(stream);
            if (room != 0)
            {
                cuda.Free(room);
            }
        }

        ranks.Dispose();
    }

    private void OnDevice(Span<float> values, string purpose, Action<nint, int> begin)
    {
        cuda.Use(device);
        long bytes = (long)values.Length * sizeof(float);
        if (bytes > roomBytes)
        {
            if (room != 0)
            {
                cuda.Free(room);
            }

            (room, roomBytes) = (cuda.Allocate(bytes), bytes);
        }

        fixed (float* first = values)
        {
            cuda.Copy(room, (nint)first, bytes, stream);
            begin(room, values.Length);
            cuda.Copy((nint)first, room, bytes, stream);
            Wait(purpose);
        }
    }

    /// <summary>Until the stream is done, so that whoever reads the values next need not know it.</summary>
    private void Wait(string purpose)
    {
        var patience = new Patience(limit, Patience.ForBytes);
        while (!cuda.IsDone(stream))
        {
            try
            {
                nccl.ThrowIfFailed(communicator);
                if (!patience.Pause())
                {
                    throw new CollectiveException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"Rank {Rank} of {Size} ({Environment.MachineName}) has waited "
                                + $"{patience.Waited.TotalSeconds:0} s for {purpose}."
                        )
                    );
                }
            }
            catch (CollectiveException)
            {
                hasFailed = true;
                nccl.Abort(communicator);
                throw;
            }
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Cppo.Model.Collectives;
using Cppo.Pipeline.Collectives.Mpi;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Collectives.Nccl;

/// <summary>
/// Sums by NCCL between GPUs, one a rank; all else by the ranks that it is given. Experimental. Sums are the same on all ranks and repeat
/// from run to run on the same devices, but are no fold in the order of ranks.
/// </summary>
internal sealed unsafe class NcclCollective : ICollective, IDeviceCollective
{
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private readonly ICollective ranks;
    private readonly ICollective? owned;
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
    private TimeSpan moved;

    /// <summary>Joins the GPUs of all ranks; called by all of them.</summary>
    /// <param name="ranks">The ranks, which bring NCCL's id from the first one to the others; they outlive this object.</param>
    /// <param name="nccl">NCCL.</param>
    /// <param name="cuda">CUDA's runtime.</param>
    /// <param name="device">This rank's GPU, by CUDA's number.</param>
    /// <param name="limit">How long a sum may take, and all ranks to join.</param>
    /// <exception cref="UsageException">Two ranks have one GPU.</exception>
    public NcclCollective(ICollective ranks, NcclApi nccl, CudaRuntime cuda, int device, TimeSpan limit)
    {
        (this.ranks, this.nccl, this.cuda, this.device, this.limit) = (ranks, nccl, cuda, device, limit);
        RequireOwn();
        var own = ranks.Rank == 0 ? nccl.NewId() : default;
        byte[] bytes = ranks.Broadcast(MemoryMarshal.AsBytes(new ReadOnlySpan<NcclId>(in own)), 0, "the id of NCCL");
        var id = MemoryMarshal.Read<NcclId>(bytes);
        communicator = Within(limit, () => nccl.Join(id, ranks.Rank, ranks.Size), out nint joined)
            ? joined
            : throw Late("the GPUs of all ranks", limit);
        cuda.Use(device);
        stream = cuda.NewStream();
    }

    private NcclCollective(NcclCollective other, ICollective ranks)
        : this(ranks, other.nccl, other.cuda, other.device, other.limit) => owned = ranks;

    /// <summary>That of a run, with the libraries that are installed.</summary>
    /// <param name="ranks">As above.</param>
    /// <param name="device">As the configuration names it: <c>cuda:1</c>.</param>
    /// <param name="limit">As above.</param>
    public static NcclCollective Join(ICollective ranks, string device, TimeSpan limit)
    {
        int number = device.Split(':') is [_, var digits] ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;
        return new(ranks, NcclApi.Load(), CudaRuntime.Load(), number, limit);
    }

    /// <inheritdoc/>
    public int Rank => ranks.Rank;

    /// <inheritdoc/>
    public int Size => ranks.Size;

    /// <inheritdoc/>
    public void SumOnDevice(IReadOnlyList<DeviceArray> arrays, string purpose)
    {
        long start = 0;
        Guarded(() =>
        {
            cuda.Use(device);
            cuda.Synchronize();
            start = Stopwatch.GetTimestamp();
            nccl.Sum(arrays, communicator, stream);
            Wait(purpose);
        });
        moved += Stopwatch.GetElapsedTime(start);
    }

    /// <summary>A sum by way of the GPU's memory, in NCCL's order.</summary>
    public void Sum(Span<float> values, string purpose) =>
        OnDevice(values, purpose, (memory, count) => nccl.Sum([new DeviceArray(memory, count)], communicator, stream));

    /// <inheritdoc/>
    public void ReduceScatter(Span<float> values, string purpose) =>
        OnDevice(values, purpose, (memory, count) => nccl.ReduceScatter(memory, count, Size, communicator, stream));

    /// <inheritdoc/>
    public void AllGather(Span<float> values, string purpose) =>
        OnDevice(values, purpose, (memory, count) => nccl.AllGather(memory, count, Size, communicator, stream));

    /// <summary>Sums of what lies on the device, waiting included; NCCL does not say what it sends.</summary>
    public ExchangeTotals Exchanged => new(TimeSpan.Zero, moved, BytesSent: 0);

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> mine, string purpose) => ranks.Gather(mine, purpose);

    /// <inheritdoc/>
    public byte[] Broadcast(ReadOnlySpan<byte> mine, int root, string purpose) => ranks.Broadcast(mine, root, purpose);

    /// <inheritdoc/>
    public bool AnyTrue(bool mine, string purpose) => ranks.AnyTrue(mine, purpose);

    /// <inheritdoc/>
    public ICollective Duplicate(string purpose) => new NcclCollective(this, ranks.Duplicate(purpose));

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
            try
            {
                // After a fault elsewhere other ranks may never come to this.
                _ = Within(LongestEnd, () => End(), out _);
            }
            catch (CollectiveException)
            {
                // The fault that brought this rank here, if any, is on its way up and says more; the communicator ends with the process.
            }
        }

        owned?.Dispose();
    }

    private bool End()
    {
        nccl.Leave(communicator);
        cuda.EndStream(stream);
        if (room != 0)
        {
            cuda.Free(room);
        }

        return true;
    }

    /// <summary>NCCL's own word for it is "invalid usage", and some versions wait for ever.</summary>
    private void RequireOwn()
    {
        cuda.Use(device);
        string mine = $"{HostIdentity.Own} {cuda.BusIdOf(device)}";
        string[] all = [.. ranks.Gather(Encoding.UTF8.GetBytes(mine), "the GPUs of all ranks").Select(Encoding.UTF8.GetString)];
        if (all.Index().GroupBy(rank => rank.Item).FirstOrDefault(gpu => gpu.Count() > 1) is { } shared)
        {
            int[] twice = [.. shared.Take(2).Select(rank => rank.Index)];
            throw new UsageException(
                $"rank {twice[0]} and rank {twice[1]} train on one GPU ({shared.Key.Split(' ')[1]}), and update.collective nccl needs one "
                    + "for each; name as many as there are processes, as in update.devices=[\"cuda:0\",\"cuda:1\"], or set "
                    + "update.collective to mpi."
            );
        }
    }

    /// <summary>Does what waits for other ranks, for so long at most; beyond that it is left to itself.</summary>
    private bool Within<T>(TimeSpan most, Func<T> call, out T result)
    {
        var task = Task.Factory.StartNew(
            () =>
            {
                cuda.Use(device);
                return call();
            },
            TaskCreationOptions.LongRunning
        );
        bool isDone = ((IAsyncResult)task).AsyncWaitHandle.WaitOne(most);
        result = isDone ? task.GetAwaiter().GetResult() : default!;
        return isDone;
    }

    private CollectiveException Late(string purpose, TimeSpan waited) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Rank {Rank} of {Size} ({Environment.MachineName}) has waited {waited.TotalSeconds:0} s for {purpose}."
            )
        );

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
            nint host = (nint)first;
            int count = values.Length;
            Guarded(() =>
            {
                cuda.Copy(room, host, bytes, stream);
                begin(room, count);

                // A copy to the host's memory returns when it is done, and knows no time limit.
                Wait(purpose);
                cuda.Copy(host, room, bytes, stream);
                Wait(purpose);
            });
        }
    }

    /// <summary>Ends the communicator where a call fails: nothing is asked of it any more.</summary>
    private void Guarded(Action calls)
    {
        try
        {
            calls();
        }
        catch (CollectiveException)
        {
            hasFailed = true;
            nccl.Abort(communicator);
            throw;
        }
    }

    /// <summary>Until the stream is done, so that whoever reads the values next need not know it.</summary>
    private void Wait(string purpose)
    {
        var patience = new Patience(limit, Patience.ForBytes);
        while (!cuda.IsDone(stream))
        {
            nccl.ThrowIfFailed(communicator);
            if (!patience.Pause())
            {
                throw Late(purpose, patience.Waited);
            }
        }
    }
}

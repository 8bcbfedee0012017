using System.Globalization;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>Messages on their way. Whoever gives memory keeps it in its place until all are done, or the world has failed.</summary>
internal sealed unsafe class Requests(MpiWorld world, nint communicator)
{
    /// <summary>Bytes of one message at most; counts of MPI are 32-bit numbers, and not every network takes more than 2 GiB.</summary>
    private const long LargestMessage = 1 << 30;

    private nint[] handles = GC.AllocateArray<nint>(16, pinned: true);
    private int[] peers = new int[16];
    private bool[] isPending = new bool[16];
    private int count;

    /// <summary>How many are not done.</summary>
    public int NumPending { get; private set; }

    /// <summary>Forgets what is done, before others are added.</summary>
    public void Clear() => count = 0;

    /// <summary>Whether the one that was added as number <paramref name="index"/> is done.</summary>
    public bool IsDone(int index) => !isPending[index];

    /// <summary>Sends bytes.</summary>
    public void Send(void* bytes, long length, int peer, int tag, string purpose)
    {
        world.ThrowIfFailed();
        for (long start = 0; start < length; start += LargestMessage)
        {
            int part = (int)Math.Min(LargestMessage, length - start);
            nint* request = Next(peer);
            int code = world.Api.Isend((byte*)bytes + start, part, world.Handles.Byte, peer, tag, communicator, request);
            world.Check(code, "MPI_Isend", purpose);
        }
    }

    /// <summary>Awaits bytes.</summary>
    public void Receive(void* bytes, long length, int peer, int tag, string purpose)
    {
        world.ThrowIfFailed();
        for (long start = 0; start < length; start += LargestMessage)
        {
            int part = (int)Math.Min(LargestMessage, length - start);
            nint* request = Next(peer);
            int code = world.Api.Irecv((byte*)bytes + start, part, world.Handles.Byte, peer, tag, communicator, request);
            world.Check(code, "MPI_Irecv", purpose);
        }
    }

    /// <summary>Waits until all are done.</summary>
    /// <param name="purpose">What for.</param>
    public void Complete(string purpose) => Complete(purpose, "does not answer", Patience.ForBytes, onProgress: null);

    /// <summary>Waits until all have come.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="onProgress">Called when some have come that had not before.</param>
    public void Await(string purpose, Action onProgress) => Complete(purpose, "has not come", Patience.ForRanks, onProgress);

    private void Complete(string purpose, string missing, TimeSpan busy, Action? onProgress)
    {
        world.BeginWait(purpose);
        try
        {
            Finish(purpose, missing, busy, onProgress);
        }
        finally
        {
            world.EndWait(purpose);
        }
    }

    private void Finish(string purpose, string missing, TimeSpan busy, Action? onProgress)
    {
        var patience = new Patience(world.Limit, busy);
        while (true)
        {
            bool hasProgress = Poll(purpose);
            if (hasProgress)
            {
                onProgress?.Invoke();
                patience.Renew();
            }

            if (NumPending == 0)
            {
                return;
            }

            if (!hasProgress && !patience.Pause())
            {
                throw world.Fail(TooLong(patience.Waited, purpose, missing));
            }
        }
    }

    /// <summary>Looks whether some are done; true where at least one is that was not before.</summary>
    public bool Poll(string purpose)
    {
        world.ThrowIfFailed();
        bool hasProgress = false;
        for (int index = 0; index < count; index++)
        {
            if (!isPending[index])
            {
                continue;
            }

            int done = 0;
            fixed (nint* request = &handles[index])
            {
                world.Check(world.Api.Test(request, &done, world.Handles.StatusIgnore), "MPI_Test", purpose);
            }

            if (done != 0)
            {
                (isPending[index], hasProgress) = (false, true);
                NumPending--;
            }
        }

        return hasProgress;
    }

    /// <summary>The sentence of a wait that was too long.</summary>
    public string TooLong(TimeSpan waited, string purpose, string missing)
    {
        int[] ranks = [.. Enumerable.Range(0, count).Where(index => isPending[index]).Select(index => peers[index]).Distinct().Order()];
        string who = string.Join(", ", ranks.Select(rank => $"rank {rank} {missing}"));
        return string.Create(CultureInfo.InvariantCulture, $"{world.Name} has waited {waited.TotalSeconds:0} s for {purpose}; {who}.");
    }

    private nint* Next(int peer)
    {
        if (count == handles.Length)
        {
            nint[] more = GC.AllocateArray<nint>(2 * count, pinned: true);
            handles.CopyTo(more, 0);
            handles = more;
            Array.Resize(ref peers, 2 * count);
            Array.Resize(ref isPending, 2 * count);
        }

        (peers[count], isPending[count]) = (peer, true);
        NumPending++;
        handles[count] = 0;
        fixed (nint* request = &handles[count++])
        {
            // Pinned for good, so that the address outlives this block.
            return request;
        }
    }
}

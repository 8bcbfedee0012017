using Cppo.Model.Collectives;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>
/// MPI in this process, from MPI_Init_thread to MPI_Finalize or MPI_Abort. A process that ends without the former ends the others, too.
/// </summary>
internal sealed unsafe class MpiWorld
{
    /// <summary>How long a process may still go on after a fault, to say what happened; then all are ended.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>How long the library may take to end all; then this process is killed.</summary>
    private static readonly TimeSpan LongestAbort = TimeSpan.FromSeconds(5);

    /// <summary>All have come to their end when it is called, so it takes longer only where a link is gone.</summary>
    private static readonly TimeSpan LongestFinish = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly List<string> waits = [];
    private volatile CollectiveException? failure;
    private bool isFinished;

    private MpiWorld(MpiApi api, MpiHandles handles, TimeSpan limit) => (Api, Handles, Limit) = (api, handles, limit);

    /// <summary>The calls.</summary>
    public MpiApi Api { get; }

    /// <summary>The constants.</summary>
    public MpiHandles Handles { get; }

    /// <summary>How long a call waits without anything arriving.</summary>
    public TimeSpan Limit { get; }

    /// <summary>This process.</summary>
    public int Rank { get; private set; }

    /// <summary>The number of processes.</summary>
    public int Size { get; private set; }

    /// <summary>For sentences: "Rank 1 of 4 (host)".</summary>
    public string Name => $"Rank {Rank} of {Size} ({Environment.MachineName})";

    /// <summary>What this process's threads wait for.</summary>
    public string[] Purposes
    {
        get
        {
            lock (gate)
            {
                return [.. waits];
            }
        }
    }

    /// <summary>Whether it can go on no more.</summary>
    public bool HasFailed => failure is not null;

    /// <summary>Loads the library and joins the other processes.</summary>
    /// <exception cref="UsageException">It is not the launcher's library, or it cannot be used by several threads.</exception>
    public static MpiWorld Start(Launcher launcher, TimeSpan limit)
    {
        var handlers = SignalHandlers.Read();
        var library = MpiLibrary.Load(launcher);
        var world = new MpiWorld(new MpiApi(library), MpiHandles.Of(library), limit);
        int threads = 0;
        world.Check(world.Api.InitThread(0, 0, world.Handles.ThreadMultiple, &threads), "MPI_Init_thread", "the start");
        handlers.Restore();
        int rank = 0;
        int size = 0;
        world.Check(world.Api.CommRank(world.Handles.World, &rank), "MPI_Comm_rank", "the start");
        world.Check(world.Api.CommSize(world.Handles.World, &size), "MPI_Comm_size", "the start");
        (world.Rank, world.Size) = (rank, size);
        if (size != launcher.Size)
        {
            world.Finish();
            throw new UsageException(
                $"{launcher.Name} started {launcher.Size} processes ({launcher.Variable}), but {library.Name} ({world.Api.Version()}) "
                    + $"knows of {size}: it belongs to another launcher. Start the run with that library's own mpirun, or name this "
                    + $"launcher's library in {MpiLibrary.Variable}."
            );
        }

        if (threads < world.Handles.ThreadMultiple)
        {
            world.Finish();
            throw new UsageException(
                $"{library.Name} ({world.Api.Version()}) was built without MPI_THREAD_MULTIPLE, which rollouts beside updates need; "
                    + $"install a build that has it, or name another library in {MpiLibrary.Variable}."
            );
        }

        world.Check(world.Api.CommSetErrhandler(world.Handles.World, world.Handles.ErrorsReturn), "MPI_Comm_set_errhandler", "the start");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => world.Leave();
        return world;
    }

    /// <summary>
    /// Notes that this process can go on no more, and gives the fault to throw. Other threads stop at their next look; all processes end
    /// with this one, and at the latest after a while.
    /// </summary>
    /// <param name="sentence">What happened.</param>
    /// <param name="grace">How long this process may still say so.</param>
    public CollectiveException Fail(string sentence, TimeSpan? grace = null)
    {
        var fault = new CollectiveException(sentence);
        if (Interlocked.CompareExchange(ref failure, fault, null) is { } earlier)
        {
            return earlier;
        }

        Watch(grace ?? Grace, sentence);
        return fault;
    }

    /// <summary>Begins to wait for something.</summary>
    public void BeginWait(string purpose)
    {
        lock (gate)
        {
            waits.Add(purpose);
        }
    }

    /// <summary>Has it, or waits no more.</summary>
    public void EndWait(string purpose)
    {
        lock (gate)
        {
            _ = waits.Remove(purpose);
        }
    }

    /// <summary>
    /// No thread begins a call of MPI after a fault, but the one that ends all: what was being received may lie in memory that has another
    /// use by then.
    /// </summary>
    public void ThrowIfFailed()
    {
        if (failure is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Throws where a call gave another code than MPI_SUCCESS.</summary>
    public void Check(int code, string call, string purpose)
    {
        if (code != 0)
        {
            throw Fail($"{Name} cannot go on with {purpose}: {call} gave \"{Api.ErrorText(code)}\".");
        }
    }

    /// <summary>Ends all processes. Does not return.</summary>
    public void Abort(int exitCode)
    {
        // The library's call needs the link to the launcher, which may be what is broken.
        Watch(LongestAbort, sentence: null);
        _ = Api.Abort(Handles.World, exitCode);
        Kill();
    }

    /// <summary>MPI_Finalize, when all have come to their end.</summary>
    public void Finish()
    {
        lock (gate)
        {
            if (isFinished)
            {
                return;
            }

            isFinished = true;
        }

        using var stuck = new Timer(_ => Kill(), null, LongestFinish, Timeout.InfiniteTimeSpan);
        _ = Api.Finish();
    }

    /// <summary>At the end of the process: the others must not wait for one that is gone.</summary>
    private void Leave()
    {
        if (!isFinished)
        {
            Abort(1);
        }
    }

    private void Watch(TimeSpan grace, string? sentence)
    {
        var watch = new Thread(() =>
        {
            Thread.Sleep(grace);
            if (sentence is null)
            {
                Kill();
            }

            Console.Error.WriteLine(sentence);
            Abort(1);
        })
        {
            IsBackground = true,
            Name = "end of all ranks",
        };
        watch.Start();
    }

    /// <summary>Both launchers end the other processes when one is killed.</summary>
    private static void Kill()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
    }
}

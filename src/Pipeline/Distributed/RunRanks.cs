using Cppo.Model.Collectives;
using Cppo.Pipeline.Collectives;
using Cppo.Pipeline.Collectives.Nccl;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Distributed;

/// <summary>
/// The processes that make a run together, each with one replica of the policy. A run has the numbers and the files of one process with the
/// same devices, however many processes these are spread over: process r of n trains for the devices r, r + n, r + 2n, ...
/// </summary>
internal sealed class RunRanks : IDisposable
{
    /// <summary>The processes of a launcher.</summary>
    /// <param name="all">Of its own rank; disposed of with this object.</param>
    public RunRanks(ICollective all) => (Updates, Rollouts) = (all, all.Duplicate("the start"));

    /// <summary>
    /// Joins the GPUs of all processes, of which this one has that of a name, for sums beside <see cref="Updates"/>. There is one such
    /// object a run, and one thread uses it: where two communicators of NCCL work at a time, each may hold what the other waits for on
    /// some GPU.
    /// </summary>
    public Func<ICollective, string, ICollective> JoinDevices { get; init; } =
        (ranks, device) => NcclCollective.Join(ranks, device, Ranks.DefaultLimit);

    /// <summary>What the calls of updates took so far, sums on GPUs included.</summary>
    public ExchangeTotals ExchangedByUpdates => Updates.Exchanged + (devices?.Exchanged ?? default);

    private const string Nccl = "nccl";
    private ICollective? devices;

    /// <summary>One process.</summary>
    public static RunRanks One { get; } = new(new SingleCollective());

    /// <summary>Used by the start and the end of a run, and by its updates, one call at a time.</summary>
    public ICollective Updates { get; }

    /// <summary>Used by the graph's stages before the update, one call at a time.</summary>
    public ICollective Rollouts { get; }

    /// <summary>This process, from 0.</summary>
    public int Rank => Updates.Rank;

    /// <summary>How many there are.</summary>
    public int Size => Updates.Size;

    /// <summary>Whether there is one process.</summary>
    public bool IsAlone => Size == 1;

    /// <summary>Whether this process writes the run's files and shows how it goes.</summary>
    public bool IsWriter => Rank == 0;

    /// <summary>
    /// The configuration of the whole run: where it names one device, one for each process, and as many as a run has that goes on. Called
    /// by all processes.
    /// </summary>
    /// <exception cref="UsageException">It names several devices that differ, and not one for each process.</exception>
    public PipelineConfig Spread(PipelineConfig config)
    {
        if (IsAlone)
        {
            return config;
        }

        var recorded = RunDevices.Parse(FromWriter(() => RunDevices.Recorded(config).ToText(), "the devices of the run that goes on"));
        return config with
        {
            Update = config.Update with { Devices = Spread(config.Update.Devices, recorded.Update, "update.devices") },
            Rollout = config.Rollout with { Devices = Spread(config.Rollout.Devices, recorded.Rollout, "rollout.devices") },
        };
    }

    /// <summary>What of the whole run's configuration this process loads: one device that trains and one that generates.</summary>
    public PipelineConfig Own(PipelineConfig config) =>
        IsAlone
            ? config
            : config with
            {
                Update = config.Update with { Devices = [config.Update.Devices[Rank % config.Update.Devices.Length]] },
                Rollout = config.Rollout with { Devices = [config.Rollout.Devices[Rank % config.Rollout.Devices.Length]] },
            };

    /// <summary>
    /// What sums on GPUs, where <c>update.collective</c> says so; null: <see cref="Updates"/> do. Called by all processes, of which each
    /// disposes of it before this object.
    /// </summary>
    /// <param name="config">The whole run's.</param>
    public ICollective? OpenDevices(PipelineConfig config) =>
        devices = IsAlone || config.Update.Collective != Nccl ? null : JoinDevices(Updates, config.Update.Devices[Rank]);

    /// <summary>Refuses sums on GPUs where a process has none of its own, or several.</summary>
    /// <param name="config">The whole run's.</param>
    /// <exception cref="UsageException">There are not as many devices as processes.</exception>
    public void RequireDevices(PipelineConfig config)
    {
        int count = config.Update.Devices.Length;
        if (!IsAlone && config.Update.Collective == Nccl && count != Size)
        {
            throw new UsageException(
                $"update.collective is nccl, with which each process trains on one GPU, but {count} devices train the run and {Size} "
                    + $"processes were started; start {count}, or begin a run with {Size} devices."
            );
        }
    }

    /// <summary>A line about a key that has no effect on one process; null where all have.</summary>
    public string? DescribeUnused(PipelineConfig config) =>
        IsAlone && config.Update.Collective == Nccl
            ? "warning: update.collective is nccl, and there is one process, which has nothing to add up with others; NCCL is not loaded"
            : null;

    /// <summary>A line about processes that have no part in updates; null where all have.</summary>
    /// <param name="config">The whole run's.</param>
    public string? DescribeIdle(PipelineConfig config) =>
        Size - config.Update.Devices.Length is > 0 and var idle
            ? $"warning: update.devices names {config.Update.Devices.Length} devices, so that {idle} of {Size} processes only generate"
            : null;

    /// <summary>
    /// A line for each machine that says which process each rank is: some launchers name only the process where one is lost. Called by all;
    /// none where there is one process.
    /// </summary>
    public string[] DescribePlaces()
    {
        if (IsAlone)
        {
            return [];
        }

        byte[][] places = Updates.Gather(Text.GetBytes($"{Environment.ProcessId} {Environment.MachineName}"), "the names of all machines");
        return
        [
            .. places
                .Select((place, rank) => (Rank: rank, Place: Text.GetString(place).Split(' ', 2)))
                .GroupBy(each => each.Place[1], each => $"{each.Rank} (process {each.Place[0]})")
                .Select(machine => $"ranks on {machine.Key}: {string.Join(", ", machine)}"),
        ];
    }

    /// <summary>A text of the first process on all of them.</summary>
    /// <param name="mine">Asked of the first process alone.</param>
    /// <param name="purpose">What the others wait for.</param>
    public string FromWriter(Func<string> mine, string purpose) =>
        IsAlone ? mine() : Text.GetString(Updates.Broadcast(IsWriter ? Text.GetBytes(mine()) : [], root: 0, purpose));

    /// <summary>An answer of the first process on all of them.</summary>
    public bool FromWriter(Func<bool> mine, string purpose) => FromWriter(() => mine() ? "yes" : "no", purpose) == "yes";

    /// <summary>Ends when all processes are here.</summary>
    public void Meet(string purpose) => Updates.AnyTrue(mine: false, purpose);

    public void Dispose()
    {
        Rollouts.Dispose();
        Updates.Dispose();
    }

    private static System.Text.Encoding Text => System.Text.Encoding.UTF8;

    private string[] Spread(string[] devices, int? recorded, string key) =>
        devices.Length == 1 ? [.. Enumerable.Repeat(devices[0], recorded ?? Size)]
        : devices.Length == Size || devices.Distinct().Count() == 1 ? devices
        : throw new UsageException(
            $"{key} names {devices.Length} devices that differ, and {Size} processes run, each with one of its own; name one for all of "
                + $"them, or {Size}."
        );
}

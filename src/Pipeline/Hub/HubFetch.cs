namespace Cppo.Pipeline.Hub;

/// <summary>Plans what is fetched of repositories, and fetches it.</summary>
internal sealed class HubFetch : IDisposable
{
    private readonly HubEnvironment environment;
    private readonly HubHttp http;
    private readonly HubListing listing;

    public HubFetch(HubEnvironment environment)
    {
        this.environment = environment;
        http = new HubHttp(environment);
        listing = new HubListing(http, environment);
        Cache = new HubCache(environment.CacheDirectory);
    }

    /// <summary>Where it goes.</summary>
    public HubCache Cache { get; }

    /// <summary>Asks the hub, and looks what is there. Nothing is written.</summary>
    /// <param name="name">The repository.</param>
    /// <param name="choose">Those that are wanted of the files that are listed.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<FetchPlan> PlanAsync(
        HubName name,
        Func<HubName, IReadOnlyList<HubFile>, IEnumerable<HubFile>> choose,
        CancellationToken stop
    )
    {
        string commit = await listing.CommitAsync(name, stop);
        var listed = await listing.FilesAsync(name, commit, stop);
        var wanted = choose(name, listed).OrderBy(file => file.Path, StringComparer.Ordinal);
        return new FetchPlan(name, commit, [.. wanted.Select(file => new PlannedFile(file, Cache.Present(name, commit, file)))]);
    }

    /// <summary>
    /// Fetches what is missing, several files at a time, the small ones first. A branch means its new commit when all of that is there.
    /// </summary>
    /// <param name="plans">What is wanted.</param>
    /// <param name="progress">One for each file of each plan.</param>
    /// <param name="atATime">How many files at a time.</param>
    /// <param name="stop">Ends it; what is there stays, and is gone on from.</param>
    public async Task FetchAsync(
        IReadOnlyList<FetchPlan> plans,
        IReadOnlyDictionary<PlannedFile, FileProgress> progress,
        int atATime,
        CancellationToken stop
    )
    {
        Cache.Make();
        var fetch = new BlobFetch(http, Cache, environment);
        var all = plans.SelectMany(plan => plan.Files.Select(file => (Plan: plan, File: file))).OrderBy(pair => pair.File.File.Size);
        var options = new ParallelOptions { MaxDegreeOfParallelism = atATime, CancellationToken = stop };
        await Parallel.ForEachAsync(all, options, async (pair, token) => await FetchOneAsync(fetch, pair.Plan, pair.File, progress, token));
        foreach (var plan in plans)
        {
            Cache.WriteReference(plan.Name, plan.Commit);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task FetchOneAsync(
        BlobFetch fetch,
        FetchPlan plan,
        PlannedFile planned,
        IReadOnlyDictionary<PlannedFile, FileProgress> progress,
        CancellationToken stop
    )
    {
        var (file, shown) = (planned.File, progress[planned]);
        if (!HubCache.IsWhole(HubPath.Below(Cache.Snapshot(plan.Name, plan.Commit), file.Path), file.Size))
        {
            shown.Start();
            await fetch.FetchAsync(plan.Name, plan.Commit, file, shown, stop);
        }

        shown.End();
    }
}

using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>A cache of its own, and what it takes to fetch into it from a server.</summary>
internal sealed class HubFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cppo-hub-");

    public string Cache => Of("cache");

    public string Of(string name) => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Fetches a model or a dataset; the plan that was carried out.</summary>
    public async Task<FetchPlan> FetchAsync(HubServer server, HubRepository repository, CancellationToken stop = default) =>
        await FetchAsync(server.Environment(Cache), repository.Name, stop);

    public static async Task<FetchPlan> FetchAsync(HubEnvironment environment, HubName name, CancellationToken stop = default)
    {
        using var hub = new HubFetch(environment);
        var plan = await hub.PlanAsync(name, name.Kind == HubKind.Model ? WantedFiles.OfModel : WantedFiles.OfDataset, stop);
        var progress = plan.Files.ToDictionary(file => file, file => new FileProgress(file.File, file.Present, _ => { }));
        await hub.FetchAsync([plan], progress, 4, stop);
        return plan;
    }

    /// <summary>Runs the command.</summary>
    public async Task<(int ExitCode, string Output, string Error)> GetAsync(HubEnvironment environment, params string[] args)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var context = new CliContext(TextReader.Null, output, error, stop) { Hub = environment };
        int code = await CommandLine.RunAsync(["get", .. args, "--data", Of("data")], context);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The path of a file of the cache.</summary>
    public string InCache(HubRepository repository, params string[] names) => Path.Combine([Cache, repository.Name.Folder, .. names]);

    /// <summary>A file as it was fetched.</summary>
    public byte[] Read(HubRepository repository, string path) =>
        File.ReadAllBytes(InCache(repository, ["snapshots", repository.Commit, .. path.Split('/')]));
}

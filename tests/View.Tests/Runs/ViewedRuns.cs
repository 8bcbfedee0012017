using Cppo.Model.Tests;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.View.Tests.Browsers;

namespace Cppo.View.Tests.Runs;

/// <summary>Two short runs, one of hostile texts, a sweep's results, the program that serves them, and a report of them.</summary>
public sealed class ViewedRuns : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private ServedView? server;

    /// <summary>Where the program serves the page.</summary>
    public string Served { get; private set; } = "";

    /// <summary>The address of the report's file.</summary>
    public string Report { get; private set; } = "";

    /// <summary>The address of one of the two, by its name.</summary>
    public string AddressOf(string surface) => surface == "served" ? Served : Report;

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null)
        {
            return;
        }

        string first = directory.File("first");
        string second = directory.File("second");
        await TrainAsync("first", "run.seed=1");
        await TrainAsync("second", "run.seed=2", "update.learningRate=3e-5", "prune.keep=4");
        HostileRun.Write(first, directory.File("hostile"));
        HostileSweep.Write(directory.File("sweeps"));
        string file = directory.File("report.html");
        await ServedView.RunAsync("report", first, second, directory.File("hostile"), directory.File("sweeps"), "--output", file);
        Report = new Uri(file).AbsoluteUri;
        server = await ServedView.StartAsync([first, second, directory.File("hostile"), directory.File("sweeps")]);
        Served = server.Address;
    }

    /// <summary>The directory of one of the runs, by its name.</summary>
    public string DirectoryOf(string run) => directory.File(run);

    public Task DisposeAsync() => server?.EndAsync() ?? Task.CompletedTask;

    public void Dispose()
    {
        server?.Dispose();
        directory.Dispose();
    }

    /// <summary>Four updates, 64 groups of 16 completions.</summary>
    private Task TrainAsync(string name, params string[] settings) =>
        ServedView.RunAsync(Training(directory.Path, name, ["run.updates=4", "evaluation.every=2", .. settings]));

    /// <summary>The command line that trains a run in a directory of runs.</summary>
    internal static string[] Training(string runs, string name, params string[] settings) =>
        [
            Repository.Path("pipeline.json"),
            .. new[]
            {
                $"run.name={name}",
                $"run.directory={runs}",
                "data.test.limit=40",
                $"model.path={Repository.Path("data/base-model")}",
                $"data.train.path={Repository.Path("data/train.csv")}",
                $"data.test.path={Repository.Path("data/test.csv")}",
            }
                .Concat(settings)
                .SelectMany(setting => new[] { "--set", setting }),
        ];
}

/// <summary>The tests that look at pages: one browser, one server, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ViewedPages : ICollectionFixture<ViewedRuns>, ICollectionFixture<Chromium>
{
    public const string Name = "viewed pages";
}

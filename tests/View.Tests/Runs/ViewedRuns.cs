using System.Text.RegularExpressions;
using Cppo.Model.Tests;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.View.Tests.Browsers;

namespace Cppo.View.Tests.Runs;

/// <summary>Two short runs, one of hostile texts, a sweep's results, the program that serves them, and a report of them.</summary>
public sealed partial class ViewedRuns : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private ChildProgram? server;

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
        await EndAsync("report", first, second, directory.File("hostile"), directory.File("sweeps"), "--output", file);
        Report = new Uri(file).AbsoluteUri;
        server = new ChildProgram("view", first, second, directory.File("hostile"), directory.File("sweeps"), "--port", "0");
        await server.HearAsync("http://", ChildProgram.Later);
        Served = AddressPattern().Match(server.Said).Value;
    }

    public async Task DisposeAsync()
    {
        if (server is not null)
        {
            await server.SignalAsync("INT");
            Assert.Equal(0, await server.EndAsync(ChildProgram.Soon));
        }
    }

    public void Dispose()
    {
        server?.Dispose();
        directory.Dispose();
    }

    /// <summary>Four updates, 64 groups of 16 completions.</summary>
    private Task TrainAsync(string name, params string[] settings) =>
        EndAsync([
            Repository.Path("pipeline.json"),
            .. new[]
            {
                $"run.name={name}",
                $"run.directory={directory.Path}",
                "run.updates=4",
                "evaluation.every=2",
                "data.test.limit=40",
                $"model.path={Repository.Path("data/base-model")}",
                $"data.train.path={Repository.Path("data/train.csv")}",
                $"data.test.path={Repository.Path("data/test.csv")}",
            }
                .Concat(settings)
                .SelectMany(setting => new[] { "--set", setting }),
        ]);

    private static async Task EndAsync(params string[] args)
    {
        using var program = new ChildProgram(args);
        int code = await program.EndAsync(ChildProgram.Later);
        Assert.True(code == 0, $"{string.Join(' ', args)} ended with {code}:\n{program.Said}");
    }

    [GeneratedRegex(@"http://[0-9a-z.\[\]:]+/")]
    private static partial Regex AddressPattern();
}

/// <summary>The tests that look at pages: one browser, one server, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ViewedPages : ICollectionFixture<ViewedRuns>, ICollectionFixture<Chromium>
{
    public const string Name = "viewed pages";
}

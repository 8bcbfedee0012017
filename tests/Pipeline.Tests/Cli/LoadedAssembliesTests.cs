using System.Text;
using Cppo.Pipeline.Tests.Browse;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Cli;

/// <summary>What only some commands need is loaded by these alone, as .NET's own record of a process says.</summary>
public sealed class LoadedAssembliesTests : IDisposable
{
    private static readonly string[] OfSome =
    [
        "Microsoft.AspNetCore.Server.Kestrel.Core",
        "Microsoft.AspNetCore.Http",
        "DuckDB.NET.Data",
        "DuckDB.NET.Bindings",
        "OpenTelemetry",
        "Google.Protobuf",
    ];

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Help_version_and_reports_load_no_server_no_database_and_no_sink()
    {
        await SampleRun.WriteAsync(directory.Of("run"), 0);
        foreach (
            string[] line in new string[][]
            {
                ["--help"],
                ["--version"],
                ["view", "--help"],
                ["report", directory.Of("run"), "--output", directory.Of("run.html")],
            }
        )
        {
            var (program, trace) = Traced(line);
            using (program)
            {
                Assert.Equal(0, await program.EndAsync(ChildProgram.Later));
            }

            Assert.Equal(["Cppo.Pipeline", "System.CommandLine"], Loaded(trace, ["Cppo.Pipeline", "System.CommandLine", .. OfSome]));

            // Names of options' values are there without the hashes of what they stand for.
            Assert.True(line[0] == "report" || Loaded(trace, ["System.Security.Cryptography"]).Length == 0, string.Join(' ', line));
        }
    }

    [Fact]
    public async Task A_server_that_was_asked_for_groups_has_both()
    {
        await SampleRun.WriteAsync(directory.Of("run"), 0);
        var (program, trace) = Traced("view", directory.Of("run"), "--port", "0");
        using (program)
        {
            await program.HearAsync("http://", ChildProgram.Later);
            using var client = new HttpClient();
            await client.GetStringAsync($"{program.Said.Split(' ')[0]}api/runs/run/groups");
            await program.SignalAsync("INT");
            Assert.Equal(0, await program.EndAsync(ChildProgram.Later));
        }

        Assert.Equal(OfSome[..4], Loaded(trace, OfSome));
    }

    /// <summary>The program with a record of the assemblies that it loads: those that come, and at its end all that are there.</summary>
    private (ChildProgram Program, string Trace) Traced(params string[] line)
    {
        const string Loader = "Microsoft-Windows-DotNETRuntime:0x8:4";
        string trace = directory.Of($"{Guid.NewGuid():N}.nettrace");
        (string, string)[] environment =
        [
            ("DOTNET_EnableEventPipe", "1"),
            ("DOTNET_EventPipeConfig", Loader),
            ("DOTNET_EventPipeOutputPath", trace),
        ];
        return (new ChildProgram(environment, line), trace);
    }

    /// <summary>Those of the names that assemblies of a record have, in their order.</summary>
    private static string[] Loaded(string trace, string[] names)
    {
        byte[] bytes = File.ReadAllBytes(trace);
        return [.. names.Where(name => bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes($"{name}, Version=")) >= 0)];
    }
}

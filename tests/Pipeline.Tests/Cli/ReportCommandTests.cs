using System.Text.Json.Nodes;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Tests.Browse;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Cli;

public sealed class ReportCommandTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Without_a_file_the_report_of_one_run_lies_in_its_directory()
    {
        await SampleRun.WriteAsync(directory.Of("r"), 0, 1, 2);
        var (code, output, error) = await TinyModelFolder.RunAsync("", "report", directory.Of("r"));
        string path = directory.Of("r", "report.html");
        Assert.Equal((0, "", path + "\n"), (code, error, output));
        var items = OfflineData.Of(await File.ReadAllTextAsync(path))["groups"]!["r"]!["items"]!.AsArray();
        Assert.Equal(["0.0", "0.1", "0.2", "1.0", "1.1", "1.2", "2.0", "2.1", "2.2"], items.Select(item => (string)item!["id"]!));
    }

    [Fact]
    public async Task Several_runs_go_to_the_file_that_is_named()
    {
        await SampleRun.WriteAsync(directory.Of("runs", "a"), 0);
        await SampleRun.WriteAsync(directory.Of("runs", "b"), 0);
        var (code, _, error) = await TinyModelFolder.RunAsync("", "report", directory.Of("runs"));
        Assert.Equal((2, "Say with --output FILE where the report of these runs goes.\n"), (code, error));
        string path = directory.Of("both.html");
        (code, string output, error) = await TinyModelFolder.RunAsync("", "report", directory.Of("runs"), "--output", path, "--size", "1");
        Assert.Equal((0, "", path + "\n"), (code, error, output));
        var runs = OfflineData.Of(await File.ReadAllTextAsync(path))["answers"]!["/api/runs"]!["runs"]!.AsArray();
        Assert.Equal(["a", "b"], runs.Select(run => (string)run!["id"]!));
    }

    [Fact]
    public async Task A_damaged_file_of_completions_is_told_and_the_rest_is_written()
    {
        await SampleRun.WriteAsync(directory.Of("r"), 0, 1);
        string damaged = directory.Of("r", "completions", "step-000000.parquet");
        byte[] bytes = await File.ReadAllBytesAsync(damaged);
        Array.Fill(bytes, (byte)0xFF, 4, bytes.Length - 12);
        await File.WriteAllBytesAsync(damaged, bytes);
        var (code, _, error) = await TinyModelFolder.RunAsync("", "report", directory.Of("r"));
        Assert.Equal(0, code);
        Assert.StartsWith("warning: the report lacks groups of step 0: ", error, StringComparison.Ordinal);
        var groups = OfflineData.Of(await File.ReadAllTextAsync(directory.Of("r", "report.html")))["groups"]!["r"]!;
        Assert.Equal(3, (int)groups["included"]!);
        Assert.Equal(6, (int)groups["total"]!);
        Assert.StartsWith("3 of 6 groups are not here", (string)groups["leftOut"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_without_a_run_gives_2_and_stays_as_it_is()
    {
        var (code, output, error) = await TinyModelFolder.RunAsync("", "report", directory.Path);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("holds no run (metrics.jsonl is missing)", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(directory.Path));
    }

    [Theory]
    [InlineData("view")]
    [InlineData("report")]
    public async Task A_place_that_is_not_there_is_named_with_what_is_near(string command)
    {
        await SampleRun.WriteAsync(directory.Of("default"), 0);
        var (code, _, error) = await TinyModelFolder.RunAsync("", command, directory.Of("defualt"));
        Assert.Equal(2, code);
        Assert.Contains("no such directory", error, StringComparison.Ordinal);
        Assert.Contains("default", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task View_prints_where_it_is_answers_there_and_ends_with_0_when_it_is_asked_to_stop()
    {
        await SampleRun.WriteAsync(directory.Of("r"), 0);
        using var stop = new StopSignals();
        await using var output = new LineSignal();
        using var error = new StringWriter();
        var serving = CommandLine.RunAsync(
            ["view", directory.Of("r"), "--port", "0"],
            new CliContext(TextReader.Null, output, error, stop)
        );
        string line = await output.First.WaitAsync(TimeSpan.FromSeconds(30));
        using var client = new HttpClient();
        string runs = await client.GetStringAsync(new Uri(new Uri(line.Split(' ')[0]), "api/runs"));
        Assert.Equal("r", (string)JsonNode.Parse(runs)!["runs"]![0]!["id"]!);
        stop.Request();
        Assert.Equal(0, await serving.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("", error.ToString());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        await SampleRun.WriteAsync(directory.Of("r"), 0);
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        string port = $"{((System.Net.IPEndPoint)taken.LocalEndpoint).Port}";
        var (code, output, error) = await TinyModelFolder.RunAsync("", "view", directory.Of("r"), "--port", port);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"--port {port}: 127.0.0.1 cannot be listened on there (", error, StringComparison.Ordinal);
    }

    /// <summary>Tells the first line that is written.</summary>
    private sealed class LineSignal : StringWriter
    {
        private readonly TaskCompletionSource<string> first = new();

        public Task<string> First => first.Task;

        public override Task WriteLineAsync(string? value)
        {
            first.TrySetResult(value ?? "");
            return Task.CompletedTask;
        }
    }
}

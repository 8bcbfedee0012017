using System.Text.RegularExpressions;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Packages.Tests.Feed;

/// <summary><c>dotnet tool install Cppo.Tool</c>, and what the command does.</summary>
[Collection(FeedTests.Name)]
public partial class ToolTests(LocalFeed feed, InstalledTool tool) : IClassFixture<InstalledTool>
{
    [Fact]
    public async Task The_command_tells_its_version_and_calls_itself_by_its_name()
    {
        string folder = feed.Folder("called");
        Assert.Equal(
            $"Cppo.Pipeline {LocalFeed.Release}\n",
            (await Command.MustAsync(folder, tool.Path, "--version")).ReplaceLineEndings("\n")
        );
        string help = await Command.MustAsync(folder, tool.Path, "--help");
        Assert.Matches("(?m)^ +cppo \\[command\\]", help);
        Assert.DoesNotContain("dotnet run", help, StringComparison.Ordinal);
        Assert.Contains(" pipeline.json --set update.learningRate=1e-5", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_gets_a_sentence_and_the_exit_code_2()
    {
        var (code, output) = await Command.RunAsync(feed.Folder("mistaken"), tool.Path, "nowhere.json");
        Assert.Equal(2, code);
        Assert.Contains("nowhere.json", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_trains_to_the_same_weights_as_the_program_and_shows_the_run()
    {
        string folder = feed.Folder("trained");
        string program = Repository.Path($"bin/{LocalFeed.Configuration}/net10.0/Cppo.Pipeline.dll");
        string byProgram = await Command.MustAsync(feed.Folder("reference"), "dotnet", [program, .. Training()]);
        string byTool = await Command.MustAsync(folder, tool.Path, Training());
        Assert.Equal(Weights(byProgram), Weights(byTool));
        Assert.Contains("cppo chat ", byTool, StringComparison.Ordinal);
        Assert.DoesNotContain("dotnet ", byTool, StringComparison.Ordinal);

        // The server, and DuckDB's library.
        using var view = Command.Start(folder, tool.Path, "view", "runs/default", "--port", "0");
        try
        {
            string? line = await view.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
            using var http = new HttpClient();
            string group = await http.GetStringAsync(new Uri($"{line?.Split(' ')[0]}api/runs/default/groups/0.0"));
            Assert.Contains("\"completions\":[", group, StringComparison.Ordinal);
        }
        finally
        {
            Command.End(view);
        }
    }

    /// <summary>Two updates of the embedded default, whose files lie in the repository.</summary>
    internal static string[] Training(params string[] more) =>
        [
            Repository.Path("pipeline.json"),
            "--set",
            "run.updates=2",
            "--set",
            "evaluation.before=false",
            "--set",
            "evaluation.after=false",
            "--set",
            $"model.path={Repository.Path("data/base-model")}",
            "--set",
            $"data.train.path={Repository.Path("data/train.csv")}",
            "--set",
            $"data.test.path={Repository.Path("data/test.csv")}",
            .. more,
        ];

    /// <summary>The hash of a run's weights, which it prints at its end.</summary>
    internal static string Weights(string output) =>
        WeightsLine().Match(output) is { Success: true } line
            ? line.Groups[1].Value
            : throw new InvalidOperationException($"There is no hash of the weights in:\n{output}");

    [GeneratedRegex("(?m)^weights +([0-9a-f]+)")]
    private static partial Regex WeightsLine();
}

using System.Text.Json.Nodes;
using Cppo.Pipeline.Bench;
using Cppo.Pipeline.Cli;

namespace Cppo.Pipeline.Tests.Bench;

public sealed class BenchRewardTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("cppo-");

    public void Dispose() => directory.Delete(recursive: true);

    private static async Task<(int ExitCode, string Output, string Error)> Bench(params string[] options)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLine.RunAsync(["bench", "reward", .. options], new CliContext(TextReader.Null, output, error, stop));
        return (code, output.ToString(), error.ToString());
    }

    private string Cases(params string[] lines)
    {
        string path = Path.Combine(directory.FullName, "cases.jsonl");
        File.WriteAllLines(path, lines);
        return path;
    }

    [Fact]
    public async Task Every_reward_that_needs_no_file_is_measured()
    {
        var (code, output, _) = await Bench("--seconds", "0.001");
        Assert.Equal(0, code);
        var rates = JsonNode.Parse(output)!["completions_per_second"]!.AsObject();
        Assert.Equal(
            BuiltInRewards.table.Entries.Where(rule => !rule.IsAccuracy).Select(rule => rule.Name).Append("accuracy").Order(),
            rates.SelectMany(rate => rate.Key.Split('+')).Order()
        );
        Assert.All(rates, rate => Assert.True((double)rate.Value! > 0, rate.Key));
    }

    [Fact]
    public async Task A_file_is_measured_by_the_rewards_of_math()
    {
        var (code, output, _) = await Bench(
            "--seconds",
            "0.001",
            "--cases",
            Cases("""{"gold":"1","completion":"So $1$."}""", """{"answer":"2","pred":"3"}""")
        );
        Assert.Equal((0, 2), (code, (int)JsonNode.Parse(output)!["samples"]!));
        Assert.Equal("mathAccuracy+format", JsonNode.Parse(output)!["completions_per_second"]!.AsObject().Single().Key);
    }

    [Fact]
    public async Task A_file_of_no_use_is_named_with_the_line()
    {
        string path = Cases("""{"gold":"1","completion":"1"}""", """{"gold":1}""");
        Assert.Equal(
            (2, "", $"{path}, line 2 is no JSON object with the texts gold (or answer) and completion (or pred).{Environment.NewLine}"),
            await Bench("--cases", path)
        );
        var (code, _, error) = await Bench("--cases", "no-such.jsonl");
        Assert.Equal(2, code);
        Assert.StartsWith("no-such.jsonl does not exist", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Generated_completions_are_right_and_wrong_formatted_and_not()
    {
        var samples = RewardSamples.Generate(800);
        var settings = new RewardSettings([new("accuracy", 1), new("format", 1)], 3, -1, LengthRewardSettings.Default);
        var rewards = RewardSamples.Group(samples).SelectMany(group => Reward.scoreGroup(settings, group).Rewards).ToArray();
        Assert.Equal(800, rewards.Length);
        Assert.InRange(rewards.Count(reward => reward.Correct), 300, 500);
        Assert.InRange(rewards.Count(reward => reward.Parts[1].Value == 1), 300, 500);
        Assert.InRange(rewards.Count(reward => reward.Parts[0].Value == 1.5), 40, 200);
        Assert.InRange(samples.Average(sample => sample.Completion.Length), 400, 900);
    }
}

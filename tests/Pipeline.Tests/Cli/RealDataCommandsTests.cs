using System.Text.Json.Nodes;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Cli;

/// <summary><c>lint-data</c> and <c>score --cases</c> on real data.</summary>
public sealed class RealDataCommandsTests
{
    private static async Task<(int ExitCode, string[] Output)> Run(params string[] args)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        int code = await CommandLine.RunAsync(args, new CliContext(TextReader.Null, output, TextWriter.Null, stop));
        return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [DataFact("gsm8k/train.jsonl")]
    public async Task Gsm8k_has_no_error()
    {
        foreach (string? reward in new[] { "accuracy", "mathAccuracy" })
        {
            var (code, output) = await Run(
                "lint-data",
                RealData.Path("gsm8k/train.jsonl"),
                RealData.Path("gsm8k/test.jsonl"),
                "--rewards",
                $"{reward},format"
            );
            Assert.True(code == 0, string.Join('\n', output));
            Assert.Contains("8792 of 8792 gold answers can be earned (100.00 %)", output);
        }
    }

    [DataFact("math/train.jsonl")]
    public async Task Of_MATH_at_most_half_a_percent_of_the_golds_cannot_be_earned_and_each_of_them_is_listed()
    {
        using var directory = new TemporaryDirectory();
        string target = directory.Of("findings.json");
        await Run(
            "lint-data",
            RealData.Path("math/train.jsonl"),
            RealData.Path("math/test5000.jsonl"),
            "--question-column",
            "problem",
            "--rewards",
            "mathAccuracy,format",
            "--output",
            target
        );
        var report = JsonNode.Parse(await File.ReadAllTextAsync(target))!;
        var (rows, earnable) = ((int)report["rows"]!, (int)report["earnable"]!);
        Assert.InRange(earnable, rows * 0.995, rows);
        var listed = report["findings"]!
            .AsArray()
            .Where(finding => (string)finding!["kind"]! is "empty-field" or "unreadable-gold" or "unreachable-gold");
        Assert.Equal(rows - earnable, listed.Select(finding => ((string)finding!["file"]!, (int)finding["line"]!)).Distinct().Count());
    }

    [DataFact("answers/math_verify_dev.jsonl")]
    public async Task Published_cases_are_judged_as_expected_but_for_three_at_most()
    {
        var (code, output) = await Run("score", "--cases", RealData.Path("answers/math_verify_dev.jsonl"));
        var counts = JsonNode.Parse(output[^1])!.AsObject();
        Assert.Equal(["cases", "asExpected", "falseEqual", "falseDifferent"], counts.Select(count => count.Key));
        Assert.Equal(0, code);
        Assert.InRange((int)counts["asExpected"]!, (int)counts["cases"]! - 3, (int)counts["cases"]!);
        Assert.Equal((int)counts["cases"]! - (int)counts["asExpected"]!, output.Length - 1);
    }
}

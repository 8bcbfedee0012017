using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Tests.Cli;

/// <summary>Evaluations of samples that are drawn from a part of the distribution.</summary>
public sealed class EvalRestrictionTests : IDisposable
{
    private readonly TinyModelFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The last line of the output, parsed, and the whole of it.</summary>
    private async Task<(JsonNode Json, string Output)> Eval(params string[] args)
    {
        string questions = folder.Write("questions.csv", "id,problem,answer\n1,two apples?,2\n2,3 + 4,7\n");
        var (code, output, error) = await TinyModelFolder.RunAsync(
            "",
            ["eval", folder.Model, .. args.Select(arg => arg.Replace("FILE", questions, StringComparison.Ordinal))]
        );
        Assert.True(code == 0, error);
        return (JsonNode.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!, output);
    }

    [EngineFact]
    public async Task Options_are_said_and_recorded()
    {
        string[] data = ["--set", "data.test.path=FILE", "--set", "data.test.questionColumn=problem", "--max-tokens", "5"];
        var (json, output) = await Eval([.. data, "--samples", "3", "--temperature", "0.6", "--top-p", "0.95", "--top-k", "20"]);
        Assert.Contains(", 3 samples each at temperature 0.6, top-p 0.95, top-k 20, at most", output, StringComparison.Ordinal);
        Assert.Equal((0.95, 20, 0), ((double)json["top_p"]!, (int)json["top_k"]!, (double)json["min_p"]!));

        // The likeliest token alone is greedy, whatever the temperature.
        var (greedy, _) = await Eval(data);
        var (likeliest, _) = await Eval([.. data, "--temperature", "2", "--top-k", "1"]);
        Assert.Equal((double)greedy["tokens_mean"]!, (double)likeliest["tokens_mean"]!);
    }

    [EngineFact]
    public async Task A_benchmark_restricts_its_samples_and_greedy_answers_to_it_are_not()
    {
        string[] benchmark = ["--benchmark", "aime24=FILE", "--template", "none", "--max-tokens", "5"];
        var (json, _) = await Eval(benchmark);
        Assert.Equal((0.6, 0.95), ((double)json["temperature"]!, (double)json["top_p"]!));
        var (greedy, output) = await Eval([.. benchmark, "--samples", "1", "--temperature", "0"]);
        Assert.Equal(1, (double)greedy["top_p"]!);
        Assert.DoesNotContain("top-p", output, StringComparison.Ordinal);
    }
}

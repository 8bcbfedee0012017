using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Cppo.Model.Weights;
using Cppo.Pipeline.Analysis;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Analysis;

[Collection(RunsCollection.Name)]
public sealed class ContributionCommandTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunFact]
    public async Task Every_completion_is_measured_before_each_pass_and_the_same_each_time()
    {
        string[] args = ["contribution", Pipeline(), "--updates", "2", "--questions", "3"];
        var (code, output, error) = await TinyModelFolder.RunAsync("", [.. args, "--output", directory.Of("first")]);
        Assert.Equal(0, code);
        Assert.Contains("update 2 of 2: 3 questions, 24 gradients", error, StringComparison.Ordinal);
        Assert.StartsWith(
            await File.ReadAllTextAsync(directory.Of("first", ContributionReport.MarkdownFile)),
            output,
            StringComparison.Ordinal
        );

        var rows = Rows(directory.Of("first"));
        Assert.Equal(2 * 2 * 3 * 4, rows.Length);
        Assert.Equal(6, rows.Select(row => row["question_id"]).Distinct().Count());

        // The reference is the model itself: before the first step there is no KL, afterwards there is, even where the advantage is 0.
        Assert.All(
            rows.Where(row => row["update"] == "0" && row["pass"] == "1"),
            row => Assert.InRange(Number(row, "gradient_norm_kl"), 0, 1e-6)
        );
        Assert.Contains(rows, row => Number(row, "gradient_norm_kl") > 1e-5);
        Assert.All(
            rows,
            row =>
                Assert.Equal(Number(row, "advantage") == 0, Number(row, "gradient_norm_without_kl") == 0 && Number(row, "clip_ratio") == 0)
        );
        Assert.Contains(rows, row => Number(row, "advantage") != 0);

        // Both passes measure the same completions; two of each group's four are kept.
        string[] About(string pass) =>
            [
                .. rows.Where(row => row["pass"] == pass)
                    .Select(row => $"{row["update"]} {row["question_id"]} {row["advantage"]} {row["kept"]}"),
            ];
        Assert.Equal(About("1"), About("2"));
        Assert.Equal(rows.Length / 2, rows.Count(row => row["kept"] == "true"));

        var json = JsonNode.Parse(await File.ReadAllTextAsync(directory.Of("first", ContributionReport.JsonFile)))!;
        Assert.Equal([24, 24], json["passes"]!.AsArray().Select(pass => (int)pass!["completions"]!));
        Assert.Equal([2, 1], json["passes"]![0]!["top_shares"]!.AsArray().Select(top => (int)top!["k"]!));
        XDocument.Load(directory.Of("first", ContributionReport.ChartFile));

        await TinyModelFolder.RunAsync("", [.. args, "--output", directory.Of("second")]);
        foreach (string name in new[] { ContributionReport.CsvFile, ContributionReport.JsonFile, ContributionReport.ChartFile })
        {
            Assert.Equal(
                await File.ReadAllTextAsync(directory.Of("first", name)),
                await File.ReadAllTextAsync(directory.Of("second", name))
            );
        }
    }

    [RunFact]
    public async Task Another_model_is_measured_against_the_files_own_as_reference()
    {
        string other = directory.Of("other");
        Directory.CreateDirectory(other);
        foreach (
            string file in Directory.EnumerateFiles(model.ModelPath).Where(file => !file.EndsWith(".safetensors", StringComparison.Ordinal))
        )
        {
            File.Copy(file, Path.Combine(other, Path.GetFileName(file)));
        }

        var architecture = HfConfigFile.Read(Path.Combine(other, HfConfigFile.FileName));
        HfModelDirectory.Write(other, architecture, RandomWeights.Create(architecture, seed: 9), WeightType.F32);
        string[] args = ["contribution", Pipeline(), "--updates", "1", "--questions", "1", "--model", other];
        var (code, _, error) = await TinyModelFolder.RunAsync("", [.. args, "--output", directory.Of("out")]);
        Assert.True(code == 0, error);
        Assert.All(Rows(directory.Of("out")), row => Assert.True(Number(row, "gradient_norm_kl") > 1e-4));
    }

    [RunFact]
    public async Task A_run_and_a_checkpoint_name_the_model_that_is_measured()
    {
        var run = await model.StraightAsync(0);
        string[] args = ["contribution", Pipeline(), "--updates", "1", "--questions", "1", "--output", directory.Of("out"), "--model"];
        var (code, output, error) = await TinyModelFolder.RunAsync("", [.. args, run.DirectoryPath]);
        Assert.True(code == 0, error);
        Assert.StartsWith($"model: {run.DirectoryPath}, trained by all 4 updates\n", error, StringComparison.Ordinal);
        Assert.Contains($"\n{run.Of("model")}, seed ", output, StringComparison.Ordinal);
        (code, output, error) = await TinyModelFolder.RunAsync("", [.. args, run.Of("checkpoints", "3")]);
        Assert.True(code == 0, error);
        Assert.StartsWith($"model: {run.DirectoryPath}, checkpoint after 3 of 4 updates\n", error, StringComparison.Ordinal);
        Assert.Contains($"\n{run.Of("checkpoints", "step-000003", "policy")}, seed ", output, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task A_users_mistake_gets_a_sentence_and_2()
    {
        string[] args = ["contribution", Pipeline(), "--output", directory.Of("out")];
        var (code, output, error) = await TinyModelFolder.RunAsync("", [.. args, "--updates", "5"]);
        Assert.Equal((2, ""), (code, output));
        Assert.Equal(
            "--updates 5: the learning rate's schedule ends after run.updates 4; give at most as many, or --set run.updates=5.\n",
            error
        );
        (code, _, error) = await TinyModelFolder.RunAsync("", [.. args, "--model", directory.Of("nowhere")]);
        Assert.Equal(
            (2, $"{directory.Of("nowhere")}: no such run, checkpoint or model directory"),
            (code, error.Split(['.', ';'])[0].TrimEnd())
        );
        (code, _, error) = await TinyModelFolder.RunAsync("", [.. args, "--set", $"data.train.path={directory.Of("none.csv")}"]);
        Assert.Equal(2, code);
        Assert.Contains("data.train.path: ", error, StringComparison.Ordinal);
        (code, _, error) = await TinyModelFolder.RunAsync("", [.. args, "--questions", "0"]);
        Assert.Equal(2, code);
        Assert.Contains("--questions is 0; it must be at least 1.", error, StringComparison.Ordinal);

        // Nothing was made for what was refused.
        Assert.False(Directory.Exists(directory.Of("out")));
    }

    private string Pipeline()
    {
        string path = directory.Of("pipeline.json");
        File.WriteAllText(path, SmallRun.Configure(model, model.ModelPath));
        return path;
    }

    private static Dictionary<string, string>[] Rows(string folder)
    {
        string[][] lines = [.. File.ReadLines(Path.Combine(folder, ContributionReport.CsvFile)).Select(line => line.Split(','))];
        return [.. lines.Skip(1).Select(line => lines[0].Zip(line).ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    private static double Number(Dictionary<string, string> row, string column) => double.Parse(row[column], CultureInfo.InvariantCulture);
}

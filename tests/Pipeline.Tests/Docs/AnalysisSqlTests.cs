using System.Text.Json;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Sinks;

namespace Cppo.Pipeline.Tests.Docs;

/// <summary>The page's SQL over two real runs, by DuckDB with its defaults.</summary>
[Collection(AnalysedRunsCollection.Name)]
public sealed class AnalysisSqlTests(AnalysedRuns runs)
{
    [RunFact]
    public async Task Every_query_of_the_page_runs_and_agrees_with_the_metrics()
    {
        var (run, grpo) = await runs.MakeAsync();
        var answers = new Dictionary<string, JsonElement[]>();
        foreach (var (heading, sql) in AnalysisPage.Blocks("sql"))
        {
            using var rows = DuckDb.Rows(Placed(sql));
            answers.Add(heading, [.. rows.RootElement.Clone().EnumerateArray()]);
        }

        Assert.All(answers, answer => Assert.Equal(answer.Key == "Do the files agree?", answer.Value.Length == 0));
        Assert.Equal(4, answers["The four kinds of completions (table 3)"].Length);
        CheckKinds(run, answers["The four kinds of completions (table 3)"]);
        CheckSteps(run, "reward_mean", answers["Reward over the steps (figure 4)"], "reward");
        CheckSteps(run, "accuracy", answers["Reward over the steps (figure 4)"], "accuracy");
        CheckSteps(run, "kept_advantage_share", answers["Share of |advantage| that is kept"], "advantage_kept");
        CheckSteps(run, "questions_without_spread", answers["Groups without spread"], "without_spread");
        var times = answers["Time per question: the acceleration of tables 1 and 2"];
        Assert.Equal(["default", "grpo"], times.Select(row => row.GetProperty("run").GetString()));
        Assert.Equal(1, times[1].GetProperty("acceleration").GetDouble());
        Assert.Equal(grpo.Metrics.Sum(line => (long)line["questions"]!), times[1].GetProperty("questions").GetInt64());
        Assert.All(
            answers["The bucket effect: would a threshold keep devices even?"],
            row =>
            {
                Assert.Equal(1, row.GetProperty("top_k_balance").GetDouble());
                Assert.InRange(row.GetProperty("threshold_balance").GetDouble(), 0.5, 1);
            }
        );
        Assert.Equal(4, answers["Two runs compared"].Length);
    }

    [RunFact]
    public async Task Files_that_disagree_are_found()
    {
        var (run, _) = await runs.MakeAsync();
        string path = run.Of("metrics.jsonl"),
            wrong = run.Of("wrong.jsonl");
        File.WriteAllText(wrong, File.ReadAllText(path).Replace("\"policy_version\":1", "\"policy_version\":7", StringComparison.Ordinal));
        var (_, sql) = AnalysisPage.Blocks("sql").Single(block => block.Heading == "Do the files agree?");
        using var rows = DuckDb.Rows(Placed(sql).Replace(path, wrong, StringComparison.Ordinal));
        Assert.Equal(2, Assert.Single(rows.RootElement.EnumerateArray()).GetProperty("step").GetInt32());
    }

    private string Placed(string sql)
    {
        Assert.Contains("'runs/", sql, StringComparison.Ordinal);
        return sql.Replace("'runs/", $"'{runs.DirectoryPath}/runs/", StringComparison.Ordinal);
    }

    private static void CheckKinds(SmallRun run, JsonElement[] rows)
    {
        foreach (var row in rows)
        {
            string kind = row.GetProperty("kind").GetString()!.Replace(' ', '_');
            long Count(string key) => run.Metrics.Sum(line => (long)line[key]![kind]!);
            long generated = Count("kinds_generated");
            Assert.Equal(generated, row.GetProperty("completions").GetInt64());
            Assert.Equal(100.0 * Count("kinds_kept") / generated, row.GetProperty("percent_kept").GetDouble(), 0.06);
        }
    }

    private static void CheckSteps(SmallRun run, string key, JsonElement[] rows, string column) =>
        Assert.All(
            run.Metrics.Zip(rows),
            pair =>
            {
                Assert.Equal((int)pair.First["step"]!, pair.Second.GetProperty("step").GetInt32());
                var value = pair.Second.GetProperty(column);
                Assert.Equal((double)pair.First[key]!, value.ValueKind == JsonValueKind.Null ? 0 : value.GetDouble(), 0.0006);
            }
        );
}

using System.Diagnostics;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Sinks;

namespace Cppo.Pipeline.Tests.Docs;

/// <summary>A fact for pandas, with a time limit; skipped where python3 has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PandasFactAttribute : FactAttribute
{
    public PandasFactAttribute() => (Skip, Timeout) = (Unavailable, RunFactAttribute.Limit);

    /// <summary>Whether pandas reads Parquet here.</summary>
    internal static bool HasPyArrow { get; } = Python("import pyarrow.parquet", ".").Code == 0;

    private static string? Unavailable { get; } =
        Python("import pandas", ".").Code == 0
            ? RunFactAttribute.Unavailable
            : "python3 with pandas is not here, which the pandas blocks of docs/analysis.md need.";

    /// <summary>Runs a script and waits for it.</summary>
    internal static (int Code, string Output, string Error) Python(string script, string directory)
    {
        var start = new ProcessStartInfo("python3", ["-"])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var python = Process.Start(start)!;
            var (output, error) = (python.StandardOutput.ReadToEndAsync(), python.StandardError.ReadToEndAsync());
            python.StandardInput.Write(script);
            python.StandardInput.Close();
            python.WaitForExit();
            return (python.ExitCode, output.Result, error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (127, "", "python3 is not here.");
        }
    }
}

/// <summary>The page's pandas over two real runs.</summary>
[Collection(AnalysedRunsCollection.Name)]
public sealed class PandasTests(AnalysedRuns runs)
{
    /// <summary>Without pyarrow, which Debian does not package, DuckDB reads the files for pandas.</summary>
    private const string ReadByDuckDb = """
        import pandas as pd
        def by_duckdb(path):
            rows = pd.read_json(path + ".jsonl", lines=True, dtype={"question_id": str, "answer": str})
            return rows.assign(drop_reason=rows["drop_reason"].astype(object))
        pd.read_parquet = by_duckdb

        """;

    [PandasFact]
    public async Task Every_block_of_the_page_runs()
    {
        var (run, grpo) = await runs.MakeAsync();
        if (!PandasFactAttribute.HasPyArrow)
        {
            foreach (string completions in new[] { run.Of("completions"), grpo.Of("completions") })
            {
                DuckDb.Run($"COPY (SELECT * FROM '{completions}/*.parquet') TO '{completions}.jsonl' (FORMAT json)");
            }
        }

        string script = string.Concat(AnalysisPage.Blocks("python").Select(block => block.Code + "\n"));
        const string Checks = """

            assert pd.api.types.is_integer_dtype(rows["step"]) and sorted(rows["step"].unique()) == list(updates["step"])
            assert len(table3) == 4 and all(before[kind.replace(" ", "_")] == count for kind, count in table3["completions"].items())
            assert abs(steps["reward"] - updates.set_index("step")["reward_mean"]).max() < 1e-9
            assert abs(steps["advantage_kept"].fillna(0) - updates.set_index("step")["kept_advantage_share"]).max() < 1e-9
            print("checked")
            """;
        var (code, output, error) = PandasFactAttribute.Python(
            (PandasFactAttribute.HasPyArrow ? "" : ReadByDuckDb) + script + Checks,
            runs.DirectoryPath
        );
        Assert.True(code == 0, $"{error}\n{output}");
        Assert.EndsWith("checked\n", output, StringComparison.Ordinal);
    }
}

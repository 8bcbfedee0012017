using System.Globalization;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;

namespace Cppo.View.Tests.Runs;

/// <summary>A copy of a run whose questions, answers, reasons, completions and configuration are hostile texts.</summary>
internal static class HostileRun
{
    /// <summary>In the place of NUL, where a text that is given to DuckDB ends; of no text here.</summary>
    private const char NulStandIn = '\uE000';

    /// <summary>Writes the run; completion i of group g has text 16 g + i.</summary>
    /// <param name="source">A run that has ended.</param>
    /// <param name="target">The directory that becomes the copy.</param>
    public static void Write(string source, string target)
    {
        Directory.CreateDirectory(Path.Combine(target, "completions"));
        foreach (string name in new[] { "metrics.jsonl", "evaluations.jsonl" })
        {
            File.Copy(Path.Combine(source, name), Path.Combine(target, name));
        }

        WriteConfiguration(Path.Combine(source, "config.json"), Path.Combine(target, "config.json"));
        WriteCompletions(Path.Combine(source, "completions"), Path.Combine(target, "completions"));
    }

    private static void WriteConfiguration(string source, string target)
    {
        var config = JsonNode.Parse(File.ReadAllText(source))!;
        config["run"]!["name"] = "hostile";
        config["model"]!["path"] = HostileTexts.Of(1);
        config["data"]!["train"]!["path"] = HostileTexts.Of(20);
        config["data"]!["test"]!["path"] = HostileTexts.Of(249);
        config["prompt"]!["system"] = HostileTexts.Of(499);
        config["prompt"]!["template"] = HostileTexts.Of(40);
        File.WriteAllText(target, config.ToJsonString());
    }

    /// <summary>The first file of the run, 16 rows for each group of texts; what is long is 1 MB.</summary>
    private static void WriteCompletions(string source, string target)
    {
        string[] files = [.. Directory.EnumerateFiles(source, "*.parquet").Order(StringComparer.Ordinal)];
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        Run(connection, "CREATE TABLE given (number INTEGER, text VARCHAR)");
        using (var appender = connection.CreateAppender("given"))
        {
            for (int number = 0; number < HostileTexts.Count; number++)
            {
                string text = HostileTexts.Of(number).Replace('\0', NulStandIn);
                appender.CreateRow().AppendValue(number).AppendValue(text).EndRow();
            }
        }

        Run(connection, $"CREATE TABLE texts AS SELECT number, replace(text, chr({(int)NulStandIn}), chr(0)) AS text FROM given");

        int first = 0;
        foreach (string file in files)
        {
            // Rows lie group by group, each with its completions in order.
            string select =
                "SELECT r.* REPLACE (t.text AS completion, t.text AS reward_reason, t.text AS extracted_answer, q.text AS question, "
                + "a.text AS answer, p.text AS prompt) FROM (SELECT *, row_number() OVER () - 1 AS place FROM '"
                + $"{file}') r JOIN texts t ON t.number = ({first} + r.place) % {HostileTexts.Count} "
                + $"JOIN texts q ON q.number = ({first} + r.place // 16) % {HostileTexts.Count} "
                + $"JOIN texts a ON a.number = (7 + r.place // 16) % {HostileTexts.Count} "
                + $"JOIN texts p ON p.number = (13 + r.place // 16) % {HostileTexts.Count} ORDER BY r.place";
            Run(connection, $"CREATE OR REPLACE TEMP TABLE rows AS {select}");
            Run(
                connection,
                $"COPY (SELECT * EXCLUDE place FROM rows ORDER BY place) TO '{Path.Combine(target, Path.GetFileName(file))}' "
                    + "(FORMAT parquet, CODEC snappy, KV_METADATA {\"cppo.format_version\": '2', \"cppo.program_version\": '0.2.0'})"
            );
            using var count = connection.CreateCommand();
            count.CommandText = "SELECT count(*) FROM rows";
            first += Convert.ToInt32(count.ExecuteScalar(), CultureInfo.InvariantCulture);
        }
    }

    private static void Run(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

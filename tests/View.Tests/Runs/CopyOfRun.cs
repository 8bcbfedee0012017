using DuckDB.NET.Data;

namespace Cppo.View.Tests.Runs;

/// <summary>Copies what <c>view</c> reads of a run.</summary>
internal static class CopyOfRun
{
    /// <summary>Copies it as it is, or with a word before each completion.</summary>
    /// <param name="source">A run that has ended.</param>
    /// <param name="target">The directory that becomes the copy.</param>
    /// <param name="word">What is put before each completion; empty: nothing.</param>
    public static void Write(string source, string target, string word = "")
    {
        Directory.CreateDirectory(Path.Combine(target, "completions"));
        foreach (string name in new[] { "metrics.jsonl", "evaluations.jsonl", "config.json" })
        {
            File.Copy(Path.Combine(source, name), Path.Combine(target, name));
        }

        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(source, "completions"), "*.parquet"))
        {
            string copy = Path.Combine(target, "completions", Path.GetFileName(file));
            if (word == "")
            {
                File.Copy(file, copy);
                continue;
            }

            using var command = connection.CreateCommand();
            command.CommandText =
                $"COPY (SELECT * REPLACE ('{word}' || completion AS completion) FROM '{file}') TO '{copy}' "
                + "(FORMAT parquet, KV_METADATA {\"cppo.format_version\": '2', \"cppo.program_version\": '0.2.0'})";
            command.ExecuteNonQuery();
        }
    }
}

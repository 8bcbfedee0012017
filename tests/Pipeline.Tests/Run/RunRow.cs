using System.Globalization;
using Cppo.Pipeline.Data;
using Parquet;
using Parquet.Schema;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>A row of a run's completions, the time of generation left out. Numbers are texts that keep every bit.</summary>
internal sealed record RunRow(IReadOnlyDictionary<string, string?> Values, string Tokens, string Logprobs)
{
    private static readonly string[] Columns =
    [
        "run_id",
        "step",
        "policy_version",
        "question_id",
        "question",
        "answer",
        "prompt",
        "completion_index",
        "completion",
        "num_tokens",
        "finish_reason",
        "reward",
        "correct",
        "reward_reason",
        "extracted_answer",
        "advantage",
        "group_mean",
        "group_std",
        "kept",
        "drop_reason",
        "device",
        "micro_batch",
    ];

    public string? this[string column] => Values[column];

    public bool IsKept => this["kept"] == "true";

    public int Step => Int("step");

    public int Int(string column) => int.Parse(this[column]!, CultureInfo.InvariantCulture);

    public double Number(string column) => double.Parse(this[column]!, CultureInfo.InvariantCulture);

    /// <summary>All that two runs of the same configuration have in common, as one text.</summary>
    public string Text => string.Join('|', Columns.Select(column => $"{column}={Values[column]}")) + $"|{Tokens}|{Logprobs}";

    /// <summary>The rows of every step, in order.</summary>
    public static async Task<RunRow[]> ReadAllAsync(string completionsDirectory)
    {
        var rows = new List<RunRow>();
        foreach (
            string file in Directory.EnumerateFiles(completionsDirectory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        )
        {
            rows.AddRange(await ReadAsync(file));
        }

        // Files of an earlier program come after later ones by name.
        return [.. rows.OrderBy(row => row.Step)];
    }

    private static async Task<List<RunRow>> ReadAsync(string file)
    {
        Assert.Matches("/step(-[0-9]{6}\\.parquet|=[0-9]{6}/part-0\\.parquet)$", file.Replace('\\', '/'));
        var faults = new DataFaults();
        var values = new List<Dictionary<string, string?>>();
        await foreach (var row in RowReader.ReadAsync(file, "parquet", Columns, faults, default))
        {
            values.Add(Columns.Zip(row.Values).ToDictionary(pair => pair.First, pair => pair.Second));
        }

        faults.ThrowIfAny();
        int[] lengths = [.. values.Select(row => int.Parse(row["num_tokens"]!, CultureInfo.InvariantCulture))];
        var tokens = await ListsAsync<int>(file, "token_ids", lengths);
        var logprobs = await ListsAsync<float>(file, "logprobs", lengths);
        return [.. values.Select((row, i) => new RunRow(row, tokens[i], logprobs[i]))];
    }

    /// <summary>The lists of a column that has no empty one.</summary>
    private static async Task<List<string>> ListsAsync<T>(string file, string column, int[] lengths)
        where T : struct, IFormattable
    {
        await using var reader = await ParquetReader.CreateAsync(file);
        DataField field = reader.Schema.DataFields.Single(field => field.Path.ToList()[0] == column);
        using var group = reader.OpenRowGroupReader(0);
        int count = lengths.Sum();
        var values = new T[count];
        await group.ReadRawAsync<T>(field, values.AsMemory(), new int[count].AsMemory(), new int[count].AsMemory());
        var lists = new List<string>();
        int start = 0;
        foreach (int length in lengths)
        {
            lists.Add(
                string.Join(',', values.AsSpan(start, length).ToArray().Select(value => value.ToString(null, CultureInfo.InvariantCulture)))
            );
            start += length;
        }

        return lists;
    }
}

using System.Runtime.CompilerServices;
using Cppo.Pipeline.Data;
using Parquet.Schema;

namespace Cppo.Pipeline.Sinks;

/// <summary>Reads what <see cref="ParquetRolloutSink"/> writes, a row group in memory at a time.</summary>
internal static class RecordedCompletions
{
    private const string TokenIds = "token_ids";
    private const string Logprobs = "logprobs";

    private static readonly string[] Needed =
    [
        "policy_version",
        "question_id",
        "question",
        "answer",
        "completion_index",
        "completion",
        "finish_reason",
        "reward",
        "advantage",
        "kept",
        "drop_reason",
        "micro_batch",
    ];

    /// <summary>The rows in the order of the file: group by group, each completion in order.</summary>
    /// <exception cref="DataException">The file is damaged, of a version that is not read, or no file of completions.</exception>
    public static async IAsyncEnumerable<RecordedCompletion> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var file = await ParquetFile.OpenAsync(path, path, cancel);
        DataField[] fields =
        [
            .. file
                .Columns.Where(field => field.Path.Length == 1 && field.MaxRepetitionLevel == 0 && ParquetText.CanRead(field))
                .DistinctBy(field => field.Name),
        ];
        var columns = fields.Select((field, place) => (field.Name, Place: place)).ToDictionary(field => field.Name, field => field.Place);
        if (Needed.FirstOrDefault(column => !columns.ContainsKey(column)) is { } missing)
        {
            throw new DataException($"{path} has no column \"{missing}\", so it holds no completions of a run; name another run.");
        }

        var (ids, logprobs) = (List<int>(file, TokenIds), List<float>(file, Logprobs));
        long number = 0;
        for (int group = 0; group < file.NumRowGroups; group++)
        {
            string?[][] texts = await file.TextsAsync(group, fields, cancel);
            int[][] idsOfRows = await file.ListsAsync<int>(group, ids, cancel);
            float[][] logprobsOfRows = await file.ListsAsync<float>(group, logprobs, cancel);
            for (int row = 0; row < idsOfRows.Length; row++)
            {
                string place = $"{path}, row {++number}";
                if (idsOfRows[row].Length != logprobsOfRows[row].Length)
                {
                    throw new DataException(
                        $"{place} has {idsOfRows[row].Length} token ids and {logprobsOfRows[row].Length} logprobs; the file is damaged."
                    );
                }

                yield return new(place, columns, [.. texts.Select(column => column[row])], idsOfRows[row], logprobsOfRows[row]);
            }
        }
    }

    private static DataField List<T>(ParquetFile file, string name) =>
        file.Columns.FirstOrDefault(field => field.Path.ToList()[0] == name && field.MaxRepetitionLevel == 1 && field.ClrType == typeof(T))
        ?? throw new DataException(
            $"{file.Name} has no column \"{name}\" of lists, so it holds no completions of a run; name another run."
        );
}

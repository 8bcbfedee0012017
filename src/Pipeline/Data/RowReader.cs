using Cppo.Model.Files;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Data;

/// <summary>Reads chosen columns of a CSV, JSON Lines, JSON or Parquet file, row by row.</summary>
internal static class RowReader
{
    /// <summary>What the datasets of TRL and verl call the columns of questions and answers.</summary>
    private static readonly Dictionary<string, string[]> Elsewhere = new()
    {
        ["question"] = ["prompt", "messages"],
        ["answer"] = ["solution", "ground_truth", "reward_model.ground_truth"],
    };

    /// <summary>
    /// The rows in the order of the file. A malformed row is noted in <paramref name="faults"/> and left out.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="format">auto (by the extension) | csv | jsonl | json | parquet</param>
    /// <param name="columns">Of texts or numbers, by name.</param>
    /// <param name="faults">Takes what is wrong with single rows.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="DataException">The file is missing, unreadable, or lacks a column.</exception>
    public static IAsyncEnumerable<DataRow> ReadAsync(
        string path,
        string format,
        IReadOnlyList<string> columns,
        DataFaults faults,
        CancellationToken cancel
    ) => ReadAsync(path, format, new RowColumns(columns, FirstMayBeChat: false), faults, cancel);

    /// <summary>As above, with a first column that may hold chats.</summary>
    /// <exception cref="DataException">As above.</exception>
    public static IAsyncEnumerable<DataRow> ReadAsync(
        string path,
        string format,
        RowColumns columns,
        DataFaults faults,
        CancellationToken cancel
    )
    {
        if (!File.Exists(path))
        {
            throw new DataException(Missing(path));
        }

        string chosen = format == "auto" ? Path.GetExtension(path).TrimStart('.').ToLowerInvariant() : format;
        return chosen switch
        {
            "csv" => CsvRows.ReadAsync(path, columns.Names, faults, cancel),
            "jsonl" or "ndjson" => JsonLinesRows.ReadAsync(path, columns, faults, cancel),
            "json" => JsonArrayRows.ReadAsync(path, columns, faults, cancel),
            "parquet" => ParquetRows.ReadAsync(path, Path.GetFileName(path), columns, faults, cancel),
            _ => throw new DataException(
                $"The format of dataset {path} is not known from its name; end it in .csv, .jsonl, .json or .parquet, or set the dataset's "
                    + "format in the pipeline file."
            ),
        };
    }

    /// <summary>Whether the name of a file says its format.</summary>
    public static bool KnowsFormat(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is ".csv" or ".jsonl" or ".ndjson" or ".json" or ".parquet";

    /// <summary>The sentence for a column that the file does not have; of those of other programs it names the one that is meant.</summary>
    public static string NoColumn(string place, string column, IReadOnlyCollection<string> present)
    {
        string? meant = NearestName.Of(column, present) ?? Elsewhere.GetValueOrDefault(column)?.FirstOrDefault(present.Contains);
        string hint = meant is { } nearest ? $"did you mean \"{nearest}\"? It has" : "it has";
        return present.Count == 0
            ? $"{place} has no column \"{column}\"; it has none at all."
            : $"{place} has no column \"{column}\"; {hint} {string.Join(", ", present.Select(Excerpt.OfName))}.";
    }

    private static string Missing(string path)
    {
        if (Directory.Exists(path))
        {
            return $"Dataset {path} is a directory; name a file in it.";
        }

        if (HubPlace.MissingData(path, "") is { } missing)
        {
            return missing;
        }

        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? full;
        if (!Directory.Exists(folder))
        {
            return $"Dataset {path} does not exist, nor does its directory {folder}; correct the path.";
        }

        string? nearest = NearestName.Of(Path.GetFileName(full), Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)));
        return $"Dataset {path} does not exist{(nearest is null ? "" : $" (there is {nearest})")}; correct the path.";
    }
}

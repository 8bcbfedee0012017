using System.Globalization;
using Cppo.Pipeline.Configuration;
using Cppo.Stages;

namespace Cppo.Pipeline.Data;

/// <summary>Reads the questions of a dataset.</summary>
public static class QuestionReader
{
    /// <summary>
    /// All questions in the order of the file, at most <see cref="DatasetConfig.Limit"/>. Texts are as the dataset has them; ids are those
    /// of the id column, or <c>file-name:row</c> with rows from 1; <see cref="Question.Ordinal"/> is the place in the result, from 0.
    /// </summary>
    /// <exception cref="DataException">The dataset is missing, empty or faulty; up to ten faults are reported together.</exception>
    public static async Task<Question[]> ReadAsync(DatasetConfig dataset, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (InMemory.IsIn(dataset.Path))
        {
            throw new DataException(InMemory.NoDataset(dataset.Path));
        }

        var faults = new DataFaults();
        bool hasIds = dataset.IdColumn.Length > 0;
        string[] columns = hasIds
            ? [dataset.QuestionColumn, dataset.AnswerColumn, dataset.IdColumn]
            : [dataset.QuestionColumn, dataset.AnswerColumn];
        var questions = new List<Question>();
        var rowsById = new Dictionary<string, DataRow>();
        string name = Path.GetFileName(dataset.Path);
        await foreach (var row in RowReader.ReadAsync(dataset.Path, dataset.Format, new RowColumns(columns, true), faults, cancel))
        {
            if (dataset.Limit > 0 && row.Number > dataset.Limit)
            {
                break;
            }

            string? id = hasIds ? row.Values[2] : string.Create(CultureInfo.InvariantCulture, $"{name}:{row.Number}");
            if (IsComplete(dataset, row, id, faults) && IsNew(row, id!, hasIds, rowsById, faults))
            {
                questions.Add(new Question(id!, row.Values[0]!, row.Values[1] ?? "", questions.Count, row.Earlier));
            }
        }
        faults.ThrowIfAny();
        return questions.Count > 0
            ? [.. questions]
            : throw new DataException($"Dataset {dataset.Path} is empty; give it a row with a question and an answer.");
    }

    private static bool IsComplete(DatasetConfig dataset, DataRow row, string? id, DataFaults faults)
    {
        (string Column, string? Text)[] parts =
        [
            (dataset.QuestionColumn, row.Values[0]),
            (dataset.AnswerColumn, row.Values[1]),
            (dataset.IdColumn, id),
        ];
        if (dataset.EmptyAnswers == "allow")
        {
            parts = [parts[0], parts[2]];
        }

        string[] empty = [.. parts.Where(part => string.IsNullOrWhiteSpace(part.Text)).Select(part => $"\"{part.Column}\"")];
        if (empty.Length > 0)
        {
            faults.Add($"{row.Place} has an empty {string.Join(" and ", empty)}; fill it in or remove the row.");
        }

        return empty.Length == 0;
    }

    private static bool IsNew(DataRow row, string id, bool hasIds, Dictionary<string, DataRow> rowsById, DataFaults faults)
    {
        if (!hasIds || rowsById.TryAdd(id, row with { Values = [], Earlier = [] }))
        {
            return true;
        }

        faults.Add($"{row.Place} has the id \"{id}\" of {rowsById[id].Place}; make ids unique or leave out the id column.");
        return false;
    }
}

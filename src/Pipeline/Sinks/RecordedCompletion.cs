using System.Globalization;

namespace Cppo.Pipeline.Sinks;

/// <summary>
/// A row of a run's completions, as its file has it, the time of generation left out; docs/parquet.md describes each column.
/// </summary>
/// <param name="Place">For sentences: the file and the row, from 1.</param>
/// <param name="Columns">Places in <see cref="Texts"/> of the columns of texts, numbers and truths that the file has.</param>
/// <param name="Texts">Numbers as texts that keep every bit; null where the row has no value.</param>
/// <param name="TokenIds">Shape [T].</param>
/// <param name="Logprobs">Shape [T].</param>
internal sealed record RecordedCompletion(
    string Place,
    IReadOnlyDictionary<string, int> Columns,
    string?[] Texts,
    int[] TokenIds,
    float[] Logprobs
)
{
    /// <summary>A column's value; null where the row or the file has none.</summary>
    public string? this[string column] => Columns.TryGetValue(column, out int place) ? Texts[place] : null;

    public string QuestionId => this["question_id"] ?? "";

    public int Index => (int)Number("completion_index");

    public bool IsKept => this["kept"] == "true";

    /// <summary>A number; NaN where there is none.</summary>
    public double Number(string column) =>
        double.TryParse(this[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;
}

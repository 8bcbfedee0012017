using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cppo.Model.Files;
using Cppo.Pipeline.Data;

namespace Cppo.Pipeline.PublicData;

/// <summary>Makes the file that recipes name of the hub's files, Parquet, JSON Lines or CSV.</summary>
internal static partial class DatasetConversion
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>Writes a JSON object a row, in the order of the files and of their rows.</summary>
    /// <param name="dataset">Says what keys they have.</param>
    /// <param name="sources">The files, each with the name that its rows are known by.</param>
    /// <param name="target">The file that is made.</param>
    /// <param name="stop">Ends it without a trace.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="DataException">A file is damaged or lacks a column.</exception>
    public static async Task<long> WriteAsync(
        KnownDataset dataset,
        IReadOnlyList<(string Path, string Name)> sources,
        string target,
        CancellationToken stop
    )
    {
        string[] columns = [.. dataset.Fields.Select(field => field.Column).Where(column => column.Length > 0).Distinct()];
        long rows = 0;
        DurableFiles.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        await AtomicFile.WriteAsync(
            target,
            async stream =>
            {
                using var json = new Utf8JsonWriter(stream, Options);
                foreach (var (path, name) in sources)
                {
                    var faults = new DataFaults();
                    await foreach (var row in RowReader.ReadAsync(path, "auto", columns, faults, stop))
                    {
                        WriteRow(json, dataset, columns, row, name);
                        json.Flush();
                        stream.WriteByte((byte)'\n');
                        json.Reset();
                        rows++;
                    }

                    faults.ThrowIfAny();
                }
            }
        );
        return rows;
    }

    private static void WriteRow(Utf8JsonWriter json, KnownDataset dataset, string[] columns, DataRow row, string name)
    {
        json.WriteStartObject();
        foreach (var field in dataset.Fields)
        {
            string text = field.Column.Length == 0 ? "" : row.Values[Array.IndexOf(columns, field.Column)] ?? "";
            switch (field.Kind)
            {
                case FieldKind.Digits when Digits().Match(text) is { Success: true } digits:
                    json.WriteNumber(field.Name, int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture));
                    break;
                case FieldKind.Digits:
                    json.WriteNull(field.Name);
                    break;
                case FieldKind.Row:
                    json.WriteString(field.Name, string.Create(CultureInfo.InvariantCulture, $"{name}/{row.Number}"));
                    break;
                default:
                    json.WriteString(
                        field.Name,
                        field.Kind switch
                        {
                            FieldKind.Boxed => BoxedAnswer.Of(text),
                            FieldKind.Answer => Whole().Match(text.Trim()) is { Success: true } whole ? whole.Groups[1].Value : text,
                            _ => text,
                        }
                    );
                    break;
            }
        }

        json.WriteEndObject();
    }

    [GeneratedRegex("[0-9]{1,9}", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();

    [GeneratedRegex(@"^(-?[0-9]+)\.0+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();
}

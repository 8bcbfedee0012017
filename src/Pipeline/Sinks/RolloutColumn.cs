using Parquet;
using Parquet.Schema;

namespace Cppo.Pipeline.Sinks;

/// <summary>A column: its place in the schema and how it is written from rows.</summary>
/// <param name="Field">The field at the root of the schema.</param>
/// <param name="Write">Writes the column's values of one row group.</param>
/// <param name="Repeats">Whether many rows share a value, so that a dictionary pays.</param>
internal sealed record RolloutColumn(
    Field Field,
    Func<ParquetRowGroupWriter, RolloutRow[], CancellationToken, Task> Write,
    bool Repeats = false
)
{
    public static RolloutColumn Text(string name, Func<RolloutRow, string> text) => Texts(name, text, isNullable: false, repeats: false);

    public static RolloutColumn RepeatedText(string name, Func<RolloutRow, string> text) =>
        Texts(name, text, isNullable: false, repeats: true);

    public static RolloutColumn RepeatedTextOrNull(string name, Func<RolloutRow, string?> text) =>
        Texts(name, text, isNullable: true, repeats: true);

    public static RolloutColumn Number<T>(string name, Func<RolloutRow, T> value)
        where T : struct
    {
        var field = new DataField<T>(name, nullable: false);
        return new(field, (group, rows, cancel) => group.WriteAsync<T>(field, rows.Select(value).ToArray().AsMemory(), null, null, cancel));
    }

    public static RolloutColumn NumberOrNull<T>(string name, Func<RolloutRow, T?> value)
        where T : struct
    {
        var field = new DataField<T>(name, nullable: true);
        return new(field, (group, rows, cancel) => group.WriteAsync<T>(field, rows.Select(value).ToArray().AsMemory(), null, null, cancel));
    }

    /// <summary>In UTC, to the microsecond.</summary>
    public static RolloutColumn Instant(string name, Func<RolloutRow, DateTimeOffset> time)
    {
        var field = new DateTimeDataField(
            name,
            DateTimeFormat.Timestamp,
            isAdjustedToUTC: true,
            unit: DateTimeTimeUnit.Micros,
            isNullable: false
        );
        return new(
            field,
            (group, rows, cancel) =>
                group.WriteAsync<DateTime>(field, rows.Select(row => time(row).UtcDateTime).ToArray().AsMemory(), null, null, cancel)
        );
    }

    /// <summary>A list a row; an empty one is one entry without a value.</summary>
    public static RolloutColumn List<T>(string name, Func<RolloutRow, T[]> items)
        where T : struct
    {
        var element = new DataField<T>(ListField.ElementName, nullable: false);
        return new(
            new ListField(name, element),
            (group, rows, cancel) =>
            {
                T[][] lists = [.. rows.Select(items)];
                int numEntries = lists.Sum(list => Math.Max(1, list.Length));
                var (definitions, repetitions) = (new int[numEntries], new int[numEntries]);
                int entry = 0;
                foreach (var list in lists)
                {
                    int length = Math.Max(1, list.Length);
                    definitions.AsSpan(entry, length).Fill(element.MaxDefinitionLevel - (list.Length == 0 ? 1 : 0));
                    repetitions.AsSpan(entry + 1, length - 1).Fill(1);
                    entry += length;
                }
                return group.WriteAllPartsAsync<T>(element, lists.SelectMany(list => list).ToArray(), definitions, repetitions, cancel);
            }
        );
    }

    private static RolloutColumn Texts(string name, Func<RolloutRow, string?> text, bool isNullable, bool repeats)
    {
        var field = new DataField<string>(name, nullable: isNullable);
        return new(field, (group, rows, _) => group.WriteAsync(field, rows.Select(text).ToArray()), repeats);
    }
}

using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace Cppo.Pipeline.Data;

/// <summary>Reads a Parquet column of text or numbers as text.</summary>
internal static class ParquetText
{
    /// <summary>Whether a column holds text or numbers.</summary>
    public static bool CanRead(DataField field) =>
        field is not TimeDataField
        && (
            Type.GetTypeCode(field.ClrType) is TypeCode.Boolean or (>= TypeCode.SByte and <= TypeCode.Double)
            || field.ClrType == typeof(ReadOnlyMemory<char>)
            || field.ClrType == typeof(ReadOnlyMemory<byte>)
        );

    /// <summary>One text a row; null where the row has no value. For columns that <see cref="CanRead"/>.</summary>
    public static Task<string?[]> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancel) =>
        Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.Boolean => ReadAsync<bool>(group, field, value => value ? "true" : "false", cancel),
            TypeCode.Byte => NumbersAsync<byte>(group, field, cancel),
            TypeCode.SByte => NumbersAsync<sbyte>(group, field, cancel),
            TypeCode.Int16 => NumbersAsync<short>(group, field, cancel),
            TypeCode.UInt16 => NumbersAsync<ushort>(group, field, cancel),
            TypeCode.Int32 => NumbersAsync<int>(group, field, cancel),
            TypeCode.UInt32 => NumbersAsync<uint>(group, field, cancel),
            TypeCode.Int64 => NumbersAsync<long>(group, field, cancel),
            TypeCode.UInt64 => NumbersAsync<ulong>(group, field, cancel),
            TypeCode.Single => NumbersAsync<float>(group, field, cancel),
            TypeCode.Double => NumbersAsync<double>(group, field, cancel),
            _ when field.ClrType == typeof(ReadOnlyMemory<char>) => ReadAsync<ReadOnlyMemory<char>>(
                group,
                field,
                text => text.ToString(),
                cancel
            ),
            _ when field.ClrType == typeof(ReadOnlyMemory<byte>) => ReadAsync<ReadOnlyMemory<byte>>(
                group,
                field,
                bytes => Encoding.UTF8.GetString(bytes.Span),
                cancel
            ),
            _ => throw new NotSupportedException($"it holds {field.ClrType.Name} values"),
        };

    /// <summary>The entries of a column of texts inside lists.</summary>
    public static Task<ParquetEntries> EntriesAsync(
        ParquetRowGroupReader group,
        DataField field,
        int numEntries,
        CancellationToken cancel
    ) =>
        field.ClrType == typeof(ReadOnlyMemory<char>)
            ? EntriesAsync<ReadOnlyMemory<char>>(group, field, numEntries, text => text.ToString(), cancel)
            : EntriesAsync<ReadOnlyMemory<byte>>(group, field, numEntries, bytes => Encoding.UTF8.GetString(bytes.Span), cancel);

    private static Task<string?[]> NumbersAsync<T>(ParquetRowGroupReader group, DataField field, CancellationToken cancel)
        where T : struct, IFormattable => ReadAsync<T>(group, field, value => value.ToString(null, CultureInfo.InvariantCulture), cancel);

    private static async Task<string?[]> ReadAsync<T>(
        ParquetRowGroupReader group,
        DataField field,
        Func<T, string> text,
        CancellationToken cancel
    )
        where T : struct
    {
        int numRows = checked((int)group.RowCount);
        var values = new T[numRows];
        Memory<int>? levels = null;
        if (field.MaxDefinitionLevel > 0)
        {
            levels = new int[numRows];
        }

        await group.ReadRawAsync<T>(field, values, levels, null, cancel);
        bool isText = typeof(T) == typeof(ReadOnlyMemory<char>) || typeof(T) == typeof(ReadOnlyMemory<byte>);
        return Texts(values, levels, field.MaxDefinitionLevel, isText, text);
    }

    private static async Task<ParquetEntries> EntriesAsync<T>(
        ParquetRowGroupReader group,
        DataField field,
        int numEntries,
        Func<T, string> text,
        CancellationToken cancel
    )
        where T : struct
    {
        var (values, definitions, repetitions) = (new T[numEntries], new int[numEntries], new int[numEntries]);
        await group.ReadRawAsync<T>(field, values, definitions.AsMemory(), repetitions.AsMemory(), cancel);
        return new(Texts(values, definitions.AsMemory(), field.MaxDefinitionLevel, isText: true, text), definitions, repetitions);
    }

    /// <summary>A text for each level that is the highest, which are as many as there are values; else null.</summary>
    private static string?[] Texts<T>(T[] values, Memory<int>? levels, int highest, bool isText, Func<T, string> text)
        where T : struct
    {
        // Rows share the values of a dictionary, of which a few bytes may make very many.
        var known = isText ? new Dictionary<T, string>() : null;
        string?[] texts = new string?[values.Length];
        for (int row = 0, next = 0; row < texts.Length; row++)
        {
            if (levels is null || levels.Value.Span[row] == highest)
            {
                var value = values[next++];
                if (known is null)
                {
                    texts[row] = text(value);
                }
                else if (!known.TryGetValue(value, out texts[row]))
                {
                    texts[row] = known[value] = text(value);
                }
            }
        }
        return texts;
    }
}

using System.Globalization;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace Cppo.Pipeline.Data;

/// <summary>
/// A Parquet file that is open for reading. Whatever is wrong with it, or with Parquet.Net's reading of it, is a <see
/// cref="DataException"/> that names it.
/// </summary>
internal sealed class ParquetFile : IAsyncDisposable
{
    /// <summary>Rows that a group may have however small its file is: equal ones take next to nothing.</summary>
    private const int SmallGroup = 1 << 20;

    /// <summary>The same of the values in the columns that are read.</summary>
    private const int SmallTable = 1 << 25;

    private const long MostGrowth = 1L << 30;

    /// <summary>What it takes to read a footer.</summary>
    private static readonly BoundedWork Footer = new(TimeSpan.FromMinutes(1), MostGrowth);

    private static readonly CompressionCodec[] Codecs =
    [
        CompressionCodec.UNCOMPRESSED,
        CompressionCodec.SNAPPY,
        CompressionCodec.GZIP,
        CompressionCodec.BROTLI,
        CompressionCodec.ZSTD,
        CompressionCodec.LZ4_RAW,
    ];

    private readonly ParquetStream input;
    private readonly ParquetReader reader;
    private readonly long footer;

    private ParquetFile(string name, ParquetStream input, ParquetReader reader, long footer)
    {
        (Name, this.input, this.reader, this.footer) = (name, input, reader, footer);
        Columns = reader.Schema.DataFields;
    }

    /// <summary>How sentences call it.</summary>
    public string Name { get; }

    /// <summary>The columns of values, those inside lists and structures too.</summary>
    public IReadOnlyList<DataField> Columns { get; }

    /// <summary>The fields at the root of the schema.</summary>
    public IReadOnlyList<Field> Fields => reader.Schema.Fields;

    public int NumRowGroups => reader.RowGroupCount;

    public static Task<ParquetFile> OpenAsync(string path, string name, CancellationToken cancel) =>
        GuardAsync(
            name,
            Footer,
            async () =>
            {
                var input = new ParquetStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16));
                try
                {
                    long footer = ParquetFooter.Check(name, input);
                    var reader = await ParquetReader.CreateAsync(input, null, true, cancel);
                    CheckVersion(name, reader);
                    return new ParquetFile(name, input, reader, footer);
                }
                catch
                {
                    await input.DisposeAsync();
                    throw;
                }
            }
        );

    /// <summary>The rows of a row group, as texts by column.</summary>
    /// <param name="rowGroup">From 0.</param>
    /// <param name="columns">Of <see cref="Columns"/>, such as <see cref="ParquetText.CanRead"/>.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>Shape [columns][rows]; null where a row has no value.</returns>
    public async Task<string?[][]> TextsAsync(int rowGroup, IReadOnlyList<DataField> columns, CancellationToken cancel)
    {
        string place = $"{Name}, row group {rowGroup}";
        using var group = reader.OpenRowGroupReader(rowGroup);
        if (group.RowCount < 0 || group.RowCount > Math.Max(SmallGroup, input.Length * 8))
        {
            throw new DataException($"{place} claims {group.RowCount} rows, more than the file can hold; write the file anew.");
        }

        if (group.RowCount * columns.Count > Math.Max(SmallTable, input.Length * 8))
        {
            throw new DataException(
                $"{place} claims {group.RowCount} rows in {columns.Count} columns, more than the file can hold; write the file anew."
            );
        }

        string?[][] texts = new string?[columns.Count][];
        for (int i = 0; i < columns.Count; i++)
        {
            var column = columns[i];
            string columnPlace = $"{place}, column \"{Excerpt.OfName(NameOf(column))}\"";
            var (bounds, _) = await GuardAsync(columnPlace, null, () => Task.FromResult(CheckColumn(group, column)));
            texts[i] = await GuardAsync(columnPlace, bounds, () => ParquetText.ReadAsync(group, column, cancel));
        }

        return texts;
    }

    /// <summary>The rows of a row group in a column of lists.</summary>
    /// <param name="rowGroup">From 0.</param>
    /// <param name="column">Of <see cref="Columns"/>, inside a list and nothing else; its values are never null.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>Shape [rows][values of the row]; a row without a list has none.</returns>
    public async Task<T[][]> ListsAsync<T>(int rowGroup, DataField column, CancellationToken cancel)
        where T : struct
    {
        string place = $"{Name}, row group {rowGroup}, column \"{Excerpt.OfName(column.Path.ToList()[0])}\"";
        using var group = reader.OpenRowGroupReader(rowGroup);
        var (bounds, numEntries) = await GuardAsync(place, null, () => Task.FromResult(CheckColumn(group, column)));
        return await GuardAsync<T[][]>(
            place,
            bounds,
            async () =>
            {
                var (values, definitions, repetitions) = (new T[numEntries], new int[numEntries], new int[numEntries]);
                await group.ReadRawAsync<T>(column, values, definitions.AsMemory(), repetitions.AsMemory(), cancel);
                var lists = new List<T[]>();
                for (int entry = 0, next = 0; entry < numEntries; )
                {
                    int start = next;
                    do
                    {
                        next += definitions[entry] == column.MaxDefinitionLevel ? 1 : 0;
                        entry++;
                    } while (entry < numEntries && repetitions[entry] > 0);

                    lists.Add(values[start..next]);
                }

                return lists.Count == group.RowCount
                    ? [.. lists]
                    : throw new InvalidDataException($"it holds {lists.Count} lists for {group.RowCount} rows");
            }
        );
    }

    /// <summary>The rows of a row group in a column of chats, as JSON; null where a row has none.</summary>
    public async Task<string?[]> ChatsAsync(int rowGroup, ParquetChat chat, CancellationToken cancel)
    {
        string place = $"{Name}, row group {rowGroup}, column \"{Excerpt.OfName(chat.Name)}\"";
        using var group = reader.OpenRowGroupReader(rowGroup);
        var entries = new ParquetEntries[chat.Leaves.Count];
        for (int i = 0; i < entries.Length; i++)
        {
            var leaf = chat.Leaves[i];
            var (bounds, numEntries) = await GuardAsync(place, null, () => Task.FromResult(CheckColumn(group, leaf)));
            entries[i] = await GuardAsync(place, bounds, () => ParquetText.EntriesAsync(group, leaf, numEntries, cancel));
        }

        return await GuardAsync(
            place,
            null,
            () =>
            {
                string?[] chats = chat.Texts(entries);
                return chats.Length == group.RowCount
                    ? Task.FromResult(chats)
                    : throw new InvalidDataException($"it holds {chats.Length} lists for {group.RowCount} rows");
            }
        );
    }

    /// <summary>The name of a column, after those of the structures that hold it: <c>reward_model.ground_truth</c>.</summary>
    public static string NameOf(DataField column) => string.Join('.', column.Path.ToList());

    public ValueTask DisposeAsync() => input.DisposeAsync();

    /// <summary>
    /// Completions of a run state the version of their format, which a later program may have raised; other files state none.
    /// </summary>
    private static void CheckVersion(string name, ParquetReader reader)
    {
        if (reader.CustomMetadata?.TryGetValue(FileFormat.ParquetKey, out string? stated) != true)
        {
            return;
        }

        if (!int.TryParse(stated, NumberStyles.None, CultureInfo.InvariantCulture, out int version))
        {
            throw new DataException($"{name} states {FileFormat.ParquetKey} \"{stated}\", which is no version; write the file anew.");
        }

        if (FileFormat.Completions.Refusal(name, version) is { } refusal)
        {
            throw new DataException(refusal);
        }
    }

    /// <summary>
    /// Checks a column of a row group; what it takes to read it follows from its bytes. Its values are those of all lists together.
    /// </summary>
    private (BoundedWork Bounds, int NumValues) CheckColumn(ParquetRowGroupReader group, DataField column)
    {
        var metadata = group.GetMetadata(column)?.MetaData ?? throw new InvalidDataException("the row group does not have it");
        if (!Codecs.Contains(metadata.Codec))
        {
            throw new NotSupportedException($"compression by {metadata.Codec} is not supported");
        }

        long numValues = column.MaxRepetitionLevel == 0 ? group.RowCount : metadata.NumValues;
        if (numValues < 0 || numValues > Math.Max(SmallGroup, input.Length * 8))
        {
            throw new InvalidDataException($"it claims {numValues} values, more than the file can hold");
        }

        input.End = footer;
        int levels = (column.MaxRepetitionLevel > 0 ? 1 : 0) + (column.MaxDefinitionLevel > 0 ? 1 : 0);
        (input.End, long bytes) = ParquetPages.Check(input, metadata, numValues, levels);
        var bounds = new BoundedWork(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(bytes >> 20), MostGrowth + (16 * bytes));
        return (bounds, checked((int)numValues));
    }

    /// <summary>Turns what goes wrong inside into a sentence about <paramref name="place"/>.</summary>
    /// <param name="place">The file, and where in it.</param>
    /// <param name="bounds">Of what the package reads; null for what is bounded by itself.</param>
    /// <param name="read">What is done.</param>
    private static async Task<T> GuardAsync<T>(string place, BoundedWork? bounds, Func<Task<T>> read)
    {
        try
        {
            return await (bounds?.RunAsync(read) ?? read());
        }
        catch (UnauthorizedAccessException cause)
        {
            throw new DataException($"{place} may not be read ({cause.Message.TrimEnd('.')}); set its permissions.", cause);
        }
        catch (NotSupportedException cause)
        {
            throw new DataException(
                $"{place} cannot be read ({cause.Message.TrimEnd('.')}); write it with SNAPPY, PLAIN or dictionary encoding, in pages of "
                    + $"version 1.",
                cause
            );
        }
        catch (Exception cause) when (cause is not OperationCanceledException and not DataException)
        {
            throw new DataException($"{place} cannot be read as Parquet ({Reason(cause)}); write the file anew.", cause);
        }
    }

    private static string Reason(Exception cause) =>
        cause switch
        {
            ParquetException or InvalidDataException or IOException => cause.Message.TrimEnd('.'),
            OutOfMemoryException => "it takes more memory than there is",
            // Of indexes and references inside the package: the messages say nothing of the file.
            _ => "its parts contradict each other",
        };
}

using System.Text.Json;
using Cppo.Model.Files;
using CsvHelper;

namespace Cppo.Pipeline.Browse;

/// <summary>A sweep's results as they lie in its directory: tables as CSV, figures as SVG, and the text.</summary>
/// <param name="id">Names the sweep in addresses; no other has it.</param>
/// <param name="directory">Its directory, as the user would write it.</param>
internal sealed class BrowsedSweep(string id, string directory)
{
    private const string TextFile = "results.md";
    private const int MostBytes = 1 << 24;
    private const int MostRows = 5000;
    private static readonly string[] Tables = ["methods", "claims", "cells", "answers"];

    public string Id => id;

    /// <summary>Whether a directory holds a sweep's results.</summary>
    public static bool IsIn(string directory) =>
        File.Exists(Path.Combine(directory, TextFile)) && Array.Exists(Tables, name => File.Exists(TableOf(directory, name)));

    /// <summary>The members of the sweep's entry in the list.</summary>
    public void WriteEntry(Utf8JsonWriter json)
    {
        json.WriteString("id", id);
        json.WriteString("title", Title());
        json.WriteString("directory", directory);
    }

    /// <summary>The sweep's entry in the list of states.</summary>
    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.Time("changed", Changed());
        json.WriteEndObject();
    }

    /// <summary>All of it. What cannot be read is left out and told in <c>faults</c>.</summary>
    public byte[] Answer() =>
        PageJson.Bytes(json =>
        {
            var faults = new List<string>();
            json.WriteStartObject();
            WriteEntry(json);
            json.WriteStartArray("tables");
            foreach (string name in Tables.Where(name => File.Exists(TableOf(directory, name))))
            {
                if (Guarded(faults, TableOf(directory, name), ReadTable) is { } table)
                {
                    Write(json, name, table);
                }
            }

            json.WriteEndArray();
            json.WriteStartArray("figures");
            foreach (string path in Figures())
            {
                if (Guarded(faults, path, file => InputFile.ReadText(file, MostBytes)) is { } svg)
                {
                    json.WriteStartObject();
                    json.WriteString("name", Path.GetFileName(path));
                    json.WriteString("svg", svg);
                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
            json.WriteString("text", Guarded(faults, Path.Combine(directory, TextFile), file => InputFile.ReadText(file, MostBytes)) ?? "");
            json.WriteStartArray("faults");
            faults.ForEach(json.WriteStringValue);
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static string TableOf(string directory, string name) => Path.Combine(directory, name + ".csv");

    /// <summary>When something of it was last written; null where nothing is there any more.</summary>
    private DateTimeOffset? Changed()
    {
        string[] there = [.. Tables.Select(name => TableOf(directory, name)).Append(Path.Combine(directory, TextFile)).Where(File.Exists)];
        return there.Length == 0 ? null : there.Concat(Figures()).Max(File.GetLastWriteTimeUtc);
    }

    private string[] Figures() =>
        Directory.Exists(directory) ? [.. Directory.GetFiles(directory, "*.svg").Order(StringComparer.Ordinal)] : [];

    /// <summary>The first heading of the text.</summary>
    private string Title()
    {
        string? text = Guarded([], Path.Combine(directory, TextFile), file => InputFile.ReadText(file, MostBytes));
        string first = text?.Split('\n', 2)[0].TrimEnd('\r') ?? "";
        return first.StartsWith("# ", StringComparison.Ordinal) ? first[2..] : id;
    }

    private static T? Guarded<T>(List<string> faults, string path, Func<string, T> read)
        where T : class
    {
        try
        {
            return read(path);
        }
        catch (Exception fault)
            when (fault is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException or ArgumentException)
        {
            faults.Add($"{path} cannot be read: {FileFault.Malformed(fault)}.");
            return null;
        }
    }

    private static string[][] ReadTable(string path)
    {
        using var reader = CsvReader.Create(new StringReader(InputFile.ReadText(path, MostBytes)), new CsvReaderOptions());
        reader.ReadHeader();
        var rows = new List<string[]> { reader.Headers.ToArray() };
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        }

        return [.. rows];
    }

    private static void Write(Utf8JsonWriter json, string name, string[][] table)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        List("columns", table[0]);
        json.WriteStartArray("rows");
        foreach (string[] row in table.Skip(1).Take(MostRows))
        {
            List(null, row);
        }

        json.WriteEndArray();
        json.WriteNumber("rowsOf", table.Length - 1);
        json.WriteEndObject();

        void List(string? key, string[] values)
        {
            if (key is not null)
            {
                json.WritePropertyName(key);
            }

            json.WriteStartArray();
            Array.ForEach(values, json.WriteStringValue);
            json.WriteEndArray();
        }
    }
}

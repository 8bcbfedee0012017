using DuckDB.NET.Data;

namespace Cppo.Pipeline.View;

/// <summary>
/// Which groups have a text: reads a file's texts once a text, and keeps the places that it found for the next pages of the same search.
/// </summary>
internal sealed class TextSearch
{
    private const int MostSearches = 8;
    private readonly LinkedList<(string Text, Dictionary<int, HashSet<int>> Places)> searches = new();

    /// <summary>The places of a file's groups that have the text.</summary>
    /// <exception cref="DuckDBException">The file was damaged, replaced or removed.</exception>
    public IReadOnlySet<int> Places(DuckDBConnection connection, IndexedFile file, string text)
    {
        var places = Of(text);
        if (!places.TryGetValue(file.Number, out var found))
        {
            long[] beginnings = [.. GroupDatabase.Rows(connection, GroupSql.Beginnings, row => row.GetInt64(0), ("file", file.Number))];
            found =
            [
                .. GroupDatabase
                    .Rows(connection, GroupSql.Containing, row => row.GetInt64(0), ("path", GroupDatabase.Plain(file.Path)), ("text", text))
                    .Select(row => PlaceOf(beginnings, row)),
            ];
            places[file.Number] = found;
        }

        return found;
    }

    /// <summary>The group that a row is in: the last that begins at it or before.</summary>
    private static int PlaceOf(long[] beginnings, long row) =>
        Array.BinarySearch(beginnings, row) is var at and >= 0 ? at : ~Array.BinarySearch(beginnings, row) - 1;

    private Dictionary<int, HashSet<int>> Of(string text)
    {
        for (var node = searches.First; node is not null; node = node.Next)
        {
            if (node.Value.Text == text)
            {
                searches.Remove(node);
                searches.AddFirst(node);
                return node.Value.Places;
            }
        }

        if (searches.Count == MostSearches)
        {
            searches.RemoveLast();
        }

        return searches.AddFirst((text, new Dictionary<int, HashSet<int>>())).Value.Places;
    }
}

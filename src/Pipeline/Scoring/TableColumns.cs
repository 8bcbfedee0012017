namespace Cppo.Pipeline.Scoring;

/// <summary>What a column of a table holds; all are nullable.</summary>
internal enum ColumnKind
{
    Boolean,

    /// <summary>64 bits with sign.</summary>
    Integer,

    /// <summary>64 bits without sign.</summary>
    Unsigned,

    /// <summary>A double.</summary>
    Number,

    /// <summary>Text; lists, objects and mixed values as JSON.</summary>
    Text,
}

/// <summary>A column of a table.</summary>
internal sealed record TableColumn(string Name, ColumnKind Kind);

/// <summary>The columns of rows of JSON, in the order in which they first occur.</summary>
internal sealed class TableColumns
{
    private readonly List<string> names = [];
    private readonly Dictionary<string, ColumnKind?> kinds = [];

    /// <summary>All columns; one that never had a value is text.</summary>
    public IReadOnlyList<TableColumn> All => [.. names.Select(name => new TableColumn(name, kinds[name] ?? ColumnKind.Text))];

    /// <summary>Takes in a value's kind, null for no value. Integers and doubles together are doubles, other mixtures are text.</summary>
    public void Add(string name, ColumnKind? kind)
    {
        if (kinds.TryAdd(name, kind))
        {
            names.Add(name);
        }
        else if (kind is not null)
        {
            kinds[name] = kinds[name] is { } known ? Join(known, kind.Value) : kind;
        }
    }

    /// <summary>Gives a column a kind, whatever it had before.</summary>
    public void Set(TableColumn column)
    {
        if (kinds.TryAdd(column.Name, column.Kind))
        {
            names.Add(column.Name);
        }

        kinds[column.Name] = column.Kind;
    }

    private static ColumnKind Join(ColumnKind a, ColumnKind b) =>
        a == b ? a
        : a is ColumnKind.Integer or ColumnKind.Number && b is ColumnKind.Integer or ColumnKind.Number ? ColumnKind.Number
        : ColumnKind.Text;
}

using System.Text.Encodings.Web;
using System.Text.Json;
using Parquet.Schema;

namespace Cppo.Pipeline.Data;

/// <summary>
/// A column of chats: a list of structures with the texts role and content, or with a content that is a list of parts with type and text.
/// Other members are not read.
/// </summary>
internal sealed class ParquetChat
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Node messages;

    private ParquetChat(string name, Node messages)
    {
        (Name, this.messages) = (name, messages);
        var leaves = new List<DataField>();
        messages.Number(leaves);
        Leaves = leaves;
    }

    /// <summary>How sentences call it.</summary>
    public string Name { get; }

    /// <summary>The columns of values that are read.</summary>
    public IReadOnlyList<DataField> Leaves { get; }

    /// <summary>The column of a name, whose dots also find a member of a structure; null where it holds something else.</summary>
    public static ParquetChat? Find(IReadOnlyList<Field> fields, string column)
    {
        var found = fields.FirstOrDefault(field => field.Name == column) ?? Find(fields, column.Split('.'));
        return
            found is ListField list
            && Structure(list, "role", "content") is { } message
            && message[0] is { } role
            && Text(role) is { } roleNode
            && (Text(message[1]) ?? Parts(message[1])) is { } content
            ? new(column, new Node(list, [new Node(list.Item, [roleNode, content])]))
            : null;
    }

    /// <summary>The chats of a row group as JSON; null where a row has none.</summary>
    /// <param name="entries">Of each of <see cref="Leaves"/>.</param>
    /// <exception cref="InvalidDataException">The entries of one column do not fit those of another.</exception>
    public string?[] Texts(IReadOnlyList<ParquetEntries> entries)
    {
        Cursor[] cursors = [.. entries.Select(read => new Cursor(read))];
        var first = cursors[0];
        var rows = new List<string?>();
        using var text = new MemoryStream();
        using var writer = new Utf8JsonWriter(text, Options);
        while (!first.IsAtEnd)
        {
            bool isNull = first.Definition < messages.Field.MaxDefinitionLevel - 1;
            Write(writer, messages, cursors);
            writer.Flush();
            rows.Add(isNull ? null : System.Text.Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length));
            text.SetLength(0);
            writer.Reset();
            if (cursors.Any(cursor => cursor.IsAtEnd != first.IsAtEnd || (!cursor.IsAtEnd && cursor.Repetition != 0)))
            {
                throw new InvalidDataException("its messages have more roles than contents, or fewer");
            }
        }

        return [.. rows];
    }

    private static Field? Find(IReadOnlyList<Field> fields, string[] path)
    {
        Field? found = null;
        foreach (string name in path)
        {
            found = fields.FirstOrDefault(field => field.Name == name);
            fields = found is StructField structure ? structure.Fields : [];
        }

        return found;
    }

    /// <summary>The fields of these names of a list's structures; null where it has none of one.</summary>
    private static Field[]? Structure(ListField list, params string[] names) =>
        list.Item is StructField item
        && names.Select(name => item.Fields.FirstOrDefault(field => field.Name == name)).ToArray() is var fields
        && fields.All(field => field is not null)
            ? [.. fields.Select(field => field!)]
            : null;

    private static Node? Text(Field field) =>
        field is DataField text && (text.ClrType == typeof(ReadOnlyMemory<char>) || text.ClrType == typeof(ReadOnlyMemory<byte>))
            ? new Node(field, [])
            : null;

    private static Node? Parts(Field field) =>
        field is ListField list && Structure(list, "type", "text") is { } part && Text(part[0]) is { } type && Text(part[1]) is { } text
            ? new Node(list, [new Node(list.Item, [type, text])])
            : null;

    private static void Write(Utf8JsonWriter writer, Node node, Cursor[] cursors)
    {
        var first = cursors[node.FirstLeaf];
        if (node.Field is DataField)
        {
            writer.WriteStringValue(first.Text);
            first.Advance();
            return;
        }

        int definition = first.Definition;
        bool isList = node.Field is ListField;
        // A list is there from the level before that of its items on.
        if (definition < node.Field.MaxDefinitionLevel)
        {
            if (isList && definition == node.Field.MaxDefinitionLevel - 1)
            {
                writer.WriteStartArray();
                writer.WriteEndArray();
            }
            else
            {
                writer.WriteNullValue();
            }

            foreach (var cursor in cursors.AsSpan(node.FirstLeaf, node.NumLeaves))
            {
                cursor.Advance();
            }
        }
        else if (isList)
        {
            writer.WriteStartArray();
            do
            {
                Write(writer, node.Members[0], cursors);
            } while (!first.IsAtEnd && first.Repetition == node.Field.MaxRepetitionLevel);

            writer.WriteEndArray();
        }
        else
        {
            writer.WriteStartObject();
            foreach (var member in node.Members)
            {
                writer.WritePropertyName(member.Field.Name);
                Write(writer, member, cursors);
            }

            writer.WriteEndObject();
        }
    }

    /// <summary>A field of which the values are read.</summary>
    /// <param name="Field">Of the schema.</param>
    /// <param name="Members">Of a list its item, of a structure those that are read, of a text none.</param>
    private sealed record Node(Field Field, IReadOnlyList<Node> Members)
    {
        /// <summary>The place of the first of its columns of values among all, and how many they are.</summary>
        public int FirstLeaf { get; private set; }

        public int NumLeaves { get; private set; }

        /// <summary>Adds its columns of values to those before it.</summary>
        public void Number(List<DataField> leaves)
        {
            FirstLeaf = leaves.Count;
            if (Field is DataField leaf)
            {
                leaves.Add(leaf);
            }

            foreach (var member in Members)
            {
                member.Number(leaves);
            }

            NumLeaves = leaves.Count - FirstLeaf;
        }
    }

    private sealed class Cursor(ParquetEntries entries)
    {
        private int at;

        public bool IsAtEnd => at == entries.Texts.Length;

        public int Definition => entries.Definitions[at];

        public int Repetition => entries.Repetitions[at];

        public string? Text => entries.Texts[at];

        public void Advance() => at++;
    }
}

using System.Text;
using System.Text.Json;

namespace Cppo.Fuzz;

/// <summary>
/// A JSON value that can also be written as JSON does not allow: with keys twice, and with any text as a name or a value.
/// </summary>
internal sealed class JsonTree
{
    /// <summary>The token as written where it is neither object nor array.</summary>
    public string Raw { get; set; } = "null";

    public bool IsArray { get; set; }

    public bool IsObject { get; set; }

    /// <summary>Members of an object, each with its name as written, or items of an array, without.</summary>
    public List<(string Name, JsonTree Value)> Children { get; } = [];

    public static JsonTree Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(
            utf8,
            new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
        );
        reader.Read();
        return Read(ref reader);
    }

    /// <summary>The value itself and all below it, with their parents; the root's is null.</summary>
    public IEnumerable<(JsonTree? Parent, int At, JsonTree Node)> All()
    {
        var open = new Stack<(JsonTree? Parent, int At, JsonTree Node)>([(null, 0, this)]);
        while (open.TryPop(out var next))
        {
            yield return next;
            for (int i = 0; i < next.Node.Children.Count; i++)
            {
                open.Push((next.Node, i, next.Node.Children[i].Value));
            }
        }
    }

    public JsonTree Clone()
    {
        var copy = new JsonTree
        {
            Raw = Raw,
            IsArray = IsArray,
            IsObject = IsObject,
        };
        copy.Children.AddRange(Children.Select(child => (child.Name, child.Value.Clone())));
        return copy;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    private void Write(StringBuilder text)
    {
        if (!IsArray && !IsObject)
        {
            text.Append(Raw);
            return;
        }

        text.Append(IsArray ? '[' : '{');
        for (int i = 0; i < Children.Count; i++)
        {
            text.Append(i > 0 ? "," : "");
            if (IsObject)
            {
                text.Append('\n').Append(Children[i].Name).Append(": ");
            }

            Children[i].Value.Write(text);
        }

        text.Append(IsArray ? ']' : '}');
    }

    private static JsonTree Read(ref Utf8JsonReader reader)
    {
        var tree = new JsonTree
        {
            IsArray = reader.TokenType == JsonTokenType.StartArray,
            IsObject = reader.TokenType == JsonTokenType.StartObject,
        };
        if (tree.IsArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                tree.Children.Add(("", Read(ref reader)));
            }
        }
        else if (tree.IsObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                string name = $"\"{Encoding.UTF8.GetString(reader.ValueSpan)}\"";
                reader.Read();
                tree.Children.Add((name, Read(ref reader)));
            }
        }
        else
        {
            string token = Encoding.UTF8.GetString(reader.ValueSpan);
            tree.Raw = reader.TokenType == JsonTokenType.String ? $"\"{token}\"" : token;
        }

        return tree;
    }
}

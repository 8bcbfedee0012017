using System.Text.Json;
using Cppo.Model.Files;

namespace Cppo.Pipeline.Configuration;

/// <summary>A JSON value that knows where it was stated.</summary>
internal sealed class ConfigNode(JsonValueKind kind, ConfigPlace place, string text = "")
{
    public JsonValueKind Kind { get; } = kind;

    public ConfigPlace Place { get; } = place;

    /// <summary>The content of a string, or a number as written.</summary>
    public string Text { get; } = text;

    /// <summary>The items of an array.</summary>
    public List<ConfigNode> Items { get; } = [];

    /// <summary>The members of an object in the order they were stated, each with the place of its name.</summary>
    public List<(string Name, ConfigPlace NamePlace, ConfigNode Value)> Members { get; } = [];

    public ConfigNode? Member(string name) => Members.FirstOrDefault(member => member.Name == name).Value;

    /// <summary>Adds or replaces a member.</summary>
    public void Set(string name, ConfigNode value)
    {
        int index = Members.FindIndex(member => member.Name == name);
        if (index < 0)
        {
            Members.Add((name, value.Place, value));
        }
        else
        {
            Members[index] = (name, value.Place, value);
        }
    }

    /// <summary>Takes a member away, where there is one of this name.</summary>
    public void Remove(string name) => Members.RemoveAll(member => member.Name == name);

    /// <summary>What the value is, in words: "the text \"abc\"".</summary>
    public string Describe() =>
        Kind switch
        {
            JsonValueKind.String => $"the text \"{Excerpt.OfName(Text)}\"",
            JsonValueKind.Number => $"the number {Excerpt.OfName(Text)}",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Array => "a list",
            JsonValueKind.Object => "a section",
            _ => "null",
        };
}

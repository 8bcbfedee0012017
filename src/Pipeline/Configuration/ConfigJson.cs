using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// Reads JSON with comments and trailing commas to <see cref="ConfigNode"/>s with places. Duplicate keys are faults; a syntax
/// error is one fault, and what follows it is not read.
/// </summary>
internal sealed class ConfigJson
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly byte[] utf8;
    private readonly Func<int, ConfigPlace> placeOf;
    private readonly List<ConfigFault> faults;

    private ConfigJson(byte[] utf8, Func<int, ConfigPlace> placeOf, List<ConfigFault> faults)
    {
        this.utf8 = utf8;
        this.placeOf = placeOf;
        this.faults = faults;
    }

    /// <summary>Reads a file's bytes; null where they are not JSON, with the fault added.</summary>
    public static ConfigNode? ReadFile(byte[] utf8, string file, List<ConfigFault> faults)
    {
        if (utf8.AsSpan().StartsWith(Encoding.UTF8.Preamble))
        {
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        }

        return new ConfigJson(utf8, new PlaceCounter(utf8, file).Of, faults).Read();
    }

    /// <summary>Reads the value of an option, all of whose nodes have the option's place; null where it is not JSON.</summary>
    public static ConfigNode? ReadOption(string json, ConfigPlace place, List<ConfigFault> faults)
    {
        var found = new List<ConfigFault>();
        var node = new ConfigJson(Encoding.UTF8.GetBytes(json), _ => place, found).Read();
        if (node is not null)
        {
            faults.AddRange(found);
        }

        return node;
    }

    private ConfigNode? Read()
    {
        var reader = new Utf8JsonReader(utf8, Options);
        try
        {
            reader.Read();
            var root = ReadValue(ref reader, path: "");
            reader.Read();
            return root;
        }
        catch (JsonException error)
        {
            faults.Add(new("", placeOf(OffsetOf(error)), $"is not valid JSON: {FirstSentence(error.Message)}"));
        }
        catch (InvalidOperationException)
        {
            faults.Add(new("", placeOf((int)reader.TokenStartIndex), "holds a text that is not valid UTF-8; save the file as UTF-8"));
        }

        return null;
    }

    private ConfigNode ReadValue(ref Utf8JsonReader reader, string path)
    {
        var place = placeOf((int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, place, path);
            case JsonTokenType.StartArray:
                var array = new ConfigNode(JsonValueKind.Array, place);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    array.Items.Add(ReadValue(ref reader, ConfigSection.Join(path, $"{array.Items.Count}")));
                }

                return array;
            case JsonTokenType.String:
                return new(JsonValueKind.String, place, reader.GetString()!);
            case JsonTokenType.Number:
                return new(
                    JsonValueKind.Number,
                    place,
                    Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan)
                );
            case JsonTokenType.True:
                return new(JsonValueKind.True, place);
            case JsonTokenType.False:
                return new(JsonValueKind.False, place);
            default:
                return new(JsonValueKind.Null, place);
        }
    }

    private ConfigNode ReadObject(ref Utf8JsonReader reader, ConfigPlace place, string path)
    {
        var node = new ConfigNode(JsonValueKind.Object, place);
        var firstPlaces = new Dictionary<string, ConfigPlace>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            var namePlace = placeOf((int)reader.TokenStartIndex);
            reader.Read();
            var value = ReadValue(ref reader, ConfigSection.Join(path, name));
            if (firstPlaces.TryAdd(name, namePlace))
            {
                node.Members.Add((name, namePlace, value));
            }
            else
            {
                faults.Add(
                    new(
                        ConfigSection.Join(path, name),
                        namePlace,
                        $"is stated twice, first {FirstPlace(firstPlaces[name])}; remove one of them"
                    )
                );
            }
        }

        return node;
    }

    private static string FirstPlace(ConfigPlace place) => place.Line > 0 ? $"in line {place.Line}" : "in the same option";

    /// <summary>The offset that a JsonException states as line and byte in line, both from 0.</summary>
    private int OffsetOf(JsonException error)
    {
        int offset = 0;
        for (long line = error.LineNumber ?? 0; line > 0; line--)
        {
            offset += utf8.AsSpan(offset).IndexOf((byte)'\n') + 1;
        }

        return Math.Min(utf8.Length, offset + (int)(error.BytePositionInLine ?? 0));
    }

    private static string FirstSentence(string message)
    {
        int end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }
}

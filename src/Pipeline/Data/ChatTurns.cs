using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cppo.Model.Files;
using Cppo.Stages;

namespace Cppo.Pipeline.Data;

/// <summary>
/// Chats as lists of messages with <c>role</c> and <c>content</c>, as TRL's conversational datasets and verl's have them. A system message
/// may come first; the last one is the user's.
/// </summary>
internal static class ChatTurns
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a value is meant as a chat: a list of objects, or an empty one.</summary>
    public static bool IsChat(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && (value.GetArrayLength() == 0 || value[0].ValueKind == JsonValueKind.Object);

    /// <summary>The turns of a chat.</summary>
    /// <param name="list">A list of messages; members other than role and content are not read.</param>
    /// <param name="turns">At least one, the last one the user's.</param>
    /// <param name="fault">Else what is wrong and the remedy, to stand after the name of the column.</param>
    /// <exception cref="InvalidOperationException">A text has half of a surrogate pair.</exception>
    public static bool TryRead(JsonElement list, out Turn[] turns, [NotNullWhen(false)] out string? fault)
    {
        turns = new Turn[list.GetArrayLength()];
        fault = turns.Length == 0 ? "is an empty list of messages; give it one of the user's" : null;
        for (int i = 0; i < turns.Length && fault is null; i++)
        {
            string name = $"message {i + 1}";
            string content = "";
            fault = RoleOf(list[i], name, i == 0, out string role) ?? TextOf(list[i], name, out content);
            turns[i] = new Turn(role, content);
        }

        if (fault is null && turns[^1].Role != "user")
        {
            string last = turns[^1].Role == "system" ? "the system's" : "the assistant's";
            fault = $"ends with {last} message, where a question ends with the user's; leave that one out, or name a column without it";
        }

        return fault is null;
    }

    /// <summary>Turns as a list of messages; null where there are none.</summary>
    public static string? ToJson(IReadOnlyCollection<Turn> turns)
    {
        if (turns.Count == 0)
        {
            return null;
        }

        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Options))
        {
            writer.WriteStartArray();
            foreach (var turn in turns)
            {
                writer.WriteStartObject();
                writer.WriteString("role", turn.Role);
                writer.WriteString("content", turn.Content);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Inverse of <see cref="ToJson"/>.</summary>
    /// <exception cref="JsonException">The text is none that it writes.</exception>
    public static Turn[] FromJson(string? json)
    {
        if (json is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(json);
        try
        {
            return [.. document.RootElement.EnumerateArray().Select(turn => new Turn(TextOf(turn, "role"), TextOf(turn, "content")))];
        }
        catch (Exception cause) when (cause is InvalidOperationException or KeyNotFoundException)
        {
            throw new JsonException("It is no list of messages.", cause);
        }

        static string TextOf(JsonElement turn, string name) => turn.GetProperty(name).GetString() ?? throw new KeyNotFoundException(name);
    }

    /// <summary>All that a chat asks as one text, for comparisons.</summary>
    public static string WholeText(IReadOnlyCollection<Turn> earlier, string text) =>
        earlier.Count == 0 ? text : string.Join('\n', earlier.Select(turn => $"{turn.Role}: {turn.Content}").Append(text));

    private static string? RoleOf(JsonElement message, string name, bool isFirst, out string role)
    {
        role = "";
        if (message.ValueKind != JsonValueKind.Object)
        {
            return $"has {name} that is a JSON {message.ValueKind}; write {{ \"role\": ..., \"content\": ... }}";
        }

        if (!message.TryGetProperty("role", out var stated) || stated.ValueKind != JsonValueKind.String)
        {
            return $"has {name} without a \"role\"; write system, user or assistant";
        }

        role = stated.GetString()!;
        return role switch
        {
            "user" or "assistant" => null,
            "system" when isFirst => null,
            "system" => $"has a system message as {name}; it may only be the first",
            _ => $"has {name} of the role \"{Excerpt.OfName(role)}\"; the roles are system, user and assistant",
        };
    }

    private static string? TextOf(JsonElement message, string name, out string text)
    {
        text = "";
        if (!message.TryGetProperty("content", out var content) || content.ValueKind == JsonValueKind.Null)
        {
            return $"has {name} without a \"content\"; write its text";
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            text = content.GetString()!;
            return null;
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            return $"has {name} whose content is a JSON {content.ValueKind}; write its text";
        }

        var joined = new StringBuilder();
        foreach (var part in content.EnumerateArray())
        {
            if (
                part.ValueKind != JsonValueKind.Object
                || !part.TryGetProperty("type", out var type)
                || type.ValueKind != JsonValueKind.String
            )
            {
                return $"has {name} with a part that states no \"type\"; write {{ \"type\": \"text\", \"text\": ... }}";
            }

            if (type.GetString() != "text")
            {
                return $"has {name} with a part of type \"{Excerpt.OfName(type.GetString()!)}\"; only text is read";
            }

            if (!part.TryGetProperty("text", out var piece) || piece.ValueKind != JsonValueKind.String)
            {
                return $"has {name} with a part of type \"text\" that has no \"text\"; write it";
            }

            joined.Append(piece.GetString());
        }

        text = joined.ToString();
        return null;
    }
}

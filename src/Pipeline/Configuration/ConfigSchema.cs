using System.Text.Json;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// Writes <c>pipeline.schema.json</c> and <c>sweep.schema.json</c> (JSON Schema, draft 2020-12), which give editors completion and checks.
/// </summary>
internal static class ConfigSchema
{
    /// <summary>The schema of the whole configuration, ending with a newline.</summary>
    public static string Write() => Write(ConfigSection.Root, "Cppo.Pipeline configuration");

    /// <summary>The schema of a file with other keys.</summary>
    public static string Write(ConfigSection root, string title) =>
        ConfigWriter.Text(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            writer.WriteString("title", title);
            WriteSection(writer, root, root.CreateDefault(), isRoot: true);
            writer.WriteEndObject();
        }) + "\n";

    private static void WriteSection(Utf8JsonWriter writer, ConfigSection section, object defaults, bool isRoot = false)
    {
        writer.WriteString("type", "object");
        writer.WriteBoolean("additionalProperties", false);
        writer.WriteStartObject("properties");
        if (isRoot)
        {
            writer.WriteStartObject("$schema");
            writer.WriteString("type", "string");
            writer.WriteEndObject();
        }

        foreach (var key in section.Keys)
        {
            writer.WriteStartObject(key.Name);
            WriteKey(writer, key, key.Property.GetValue(defaults));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteKey(Utf8JsonWriter writer, ConfigKey key, object? value)
    {
        writer.WriteString("description", key.About.Unit.Length > 0 ? $"{key.About.Doc} Unit: {key.About.Unit}." : key.About.Doc);
        if (key.Kind == KeyKind.Section)
        {
            WriteSection(writer, key.Section!, value!);
            return;
        }

        WriteType(writer, key);
        writer.WritePropertyName("default");
        ConfigWriter.WriteValue(writer, key, value);
    }

    private static void WriteType(Utf8JsonWriter writer, ConfigKey key)
    {
        switch (key.Kind)
        {
            case KeyKind.Text:
                writer.WriteString("type", "string");
                WriteChoices(writer, key);
                break;
            case KeyKind.Flag:
                writer.WriteString("type", "boolean");
                break;
            case KeyKind.Map:
                writer.WriteString("type", "object");
                writer.WriteStartObject("additionalProperties");
                writer.WriteString("type", "string");
                writer.WriteEndObject();
                break;
            case KeyKind.List:
                writer.WriteString("type", "array");
                writer.WriteNumber("minItems", 1);
                writer.WriteStartObject("items");
                WriteElement(writer, key.Element!);
                writer.WriteEndObject();
                break;
            default:
                WriteNumber(writer, key);
                break;
        }
    }

    private static void WriteElement(Utf8JsonWriter writer, ConfigKey element)
    {
        if (element.Section is null)
        {
            WriteType(writer, element);
            return;
        }

        object defaults = element.Section.CreateDefault();
        WriteSection(writer, element.Section, defaults);
        var required = element.Section.Keys.Where(key => key.IsRequired(defaults)).ToArray();
        writer.WriteStartArray("required");
        foreach (var key in required)
        {
            writer.WriteStringValue(key.Name);
        }

        writer.WriteEndArray();
    }

    private static void WriteChoices(Utf8JsonWriter writer, ConfigKey key)
    {
        if (key.About.AlsoPattern)
        {
            // Editors complete the choices and take other texts of the pattern too.
            writer.WriteStartArray("anyOf");
            writer.WriteStartObject();
            WriteEnum(writer, key);
            writer.WriteEndObject();
            writer.WriteStartObject();
            writer.WriteString("pattern", key.About.Pattern);
            writer.WriteEndObject();
            writer.WriteEndArray();
            return;
        }

        if (key.About.Choices.Length > 0)
        {
            WriteEnum(writer, key);
        }

        if (key.About.Pattern.Length > 0)
        {
            writer.WriteString("pattern", key.About.Pattern);
        }
    }

    private static void WriteEnum(Utf8JsonWriter writer, ConfigKey key)
    {
        writer.WriteStartArray("enum");
        foreach (string choice in key.About.Choices)
        {
            writer.WriteStringValue(choice);
        }

        writer.WriteEndArray();
        if (key.About.Table is null)
        {
            return;
        }

        writer.WriteStartArray("enumDescriptions");
        foreach (var choice in key.About.Described)
        {
            writer.WriteStringValue(choice.Doc);
        }

        writer.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter writer, ConfigKey key)
    {
        string type = key.Kind == KeyKind.Integer ? "integer" : "number";
        if (key.IsNullable)
        {
            writer.WriteStartArray("type");
            writer.WriteStringValue(type);
            writer.WriteStringValue("null");
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteString("type", type);
        }

        var range = KeyRange.Of(key);
        writer.WritePropertyName("minimum");
        writer.WriteRawValue(range.Min);
        writer.WritePropertyName("maximum");
        writer.WriteRawValue(range.Max);
    }
}

using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// Writes a configuration with every key, but for empty ones that are declared to be left out, in the order of declaration;
/// <see cref="ConfigLoader"/> reads it back to an equal one.
/// </summary>
internal static class ConfigWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The whole configuration as indented JSON, ending with a newline.</summary>
    public static string Write(PipelineConfig config) =>
        Text(writer => WriteSection(writer, ConfigSection.Root, HubPlaces.Named(config))) + "\n";

    /// <summary>As <see cref="Write"/>, with the versions of format and program before the sections: <c>config.json</c> of a run.</summary>
    public static string WriteForRun(PipelineConfig config) =>
        Text(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber(FileFormat.JsonKey, FileFormat.Configuration.Current);
            writer.WriteString(ProgramVersion.JsonKey, ProgramVersion.Text);
            WriteKeys(writer, ConfigSection.Root, HubPlaces.Named(config));
            writer.WriteEndObject();
        }) + "\n";

    /// <summary>One key's value as JSON.</summary>
    public static string ValueText(ConfigKey key, object? value) => Text(writer => WriteValue(writer, key, value));

    /// <summary>Writes one key's value.</summary>
    public static void WriteValue(Utf8JsonWriter writer, ConfigKey key, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int integer:
                writer.WriteNumberValue(integer);
                break;
            case ulong integer:
                writer.WriteNumberValue(integer);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case Array items:
                writer.WriteStartArray();
                foreach (object? item in items)
                {
                    WriteValue(writer, key.Element!, item);
                }

                writer.WriteEndArray();
                break;
            case IReadOnlyDictionary<string, string> map:
                writer.WriteStartObject();
                foreach (var (name, text) in map)
                {
                    writer.WriteString(name, text);
                }

                writer.WriteEndObject();
                break;
            default:
                WriteSection(writer, key.Section!, value);
                break;
        }
    }

    /// <summary>What the action writes, as text.</summary>
    public static string Text(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteSection(Utf8JsonWriter writer, ConfigSection section, object record)
    {
        writer.WriteStartObject();
        WriteKeys(writer, section, record);
        writer.WriteEndObject();
    }

    private static void WriteKeys(Utf8JsonWriter writer, ConfigSection section, object record)
    {
        foreach (var key in section.Keys)
        {
            object? value = key.Property.GetValue(record);
            if (key.About.OmitEmpty && value is (null or "" or IReadOnlyDictionary<string, string> { Count: 0 }))
            {
                continue;
            }

            writer.WritePropertyName(key.Name);
            WriteValue(writer, key, value);
        }
    }
}

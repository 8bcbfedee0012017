using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cppo.Pipeline.Browse;

/// <summary>How answers to the page are written as JSON: text as it is, numbers that JSON cannot state as null.</summary>
internal static class PageJson
{
    // What the page gets is never part of a markup: it is parsed as JSON and shown as text.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One value as UTF-8.</summary>
    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = Writer(stream))
        {
            write(json);
        }

        return stream.ToArray();
    }

    /// <summary>A writer on a stream, which stays open.</summary>
    public static Utf8JsonWriter Writer(Stream stream) => new(stream, Options);

    /// <summary>A number; null where it is missing or not finite.</summary>
    public static void Number(this Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        json.Number(value);
    }

    /// <summary>As above, of a list.</summary>
    public static void Number(this Utf8JsonWriter json, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    /// <summary>A point in time in UTC; null where it is not known.</summary>
    public static void Time(this Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            json.WriteString(name, time.UtcDateTime);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}

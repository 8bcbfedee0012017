using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cppo.Pipeline.Replay;

/// <summary>Two values that differ, for a sentence: numbers as they are, texts quoted, and of long ones the part where they part.</summary>
internal static class ValueExcerpt
{
    private const int Before = 20;
    private const int Most = 60;
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Example: long texts that part after "so 12" as <c>"…so 12 + 3"</c> and <c>"…so 12 - 3"</c>.</summary>
    public static (string A, string B) Of(string? a, string? b)
    {
        int common = (a ?? "").AsSpan().CommonPrefixLength(b);
        int start = Math.Max(0, common - Before);
        return (Shown(a, start), Shown(b, start));
    }

    /// <summary>A text between quotation marks, control characters as JSON writes them.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text, Quoting);

    private static string Shown(string? value, int start)
    {
        if (value is null)
        {
            return "nothing";
        }

        if (double.TryParse(value, CultureInfo.InvariantCulture, out _) || value is "true" or "false")
        {
            return value;
        }

        if (value.Length <= Most)
        {
            return Quoted(value);
        }

        string part = value[Math.Min(start, value.Length)..];
        return Quoted((start > 0 ? "…" : "") + (part.Length > Most ? part[..Most] + "…" : part));
    }
}

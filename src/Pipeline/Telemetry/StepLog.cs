using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Telemetry;

/// <summary>A record that belongs to a step of the run.</summary>
internal interface IStepRecord
{
    /// <summary>The step.</summary>
    int Step { get; }
}

/// <summary>
/// A JSON Lines file with one record a line, each on disk when <see cref="Append"/> returns. Numbers that JSON cannot state (NaN, infinity)
/// are written as null, so that every reader takes the file.
/// </summary>
internal sealed class StepLog<T> : IDisposable
    where T : IStepRecord
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new FiniteOrNull() },
    };

    private readonly FileStream file;

    /// <summary>Opens the file for appending, without the lines of steps that a resumed run does again.</summary>
    /// <param name="path">Made where it does not exist.</param>
    /// <param name="firstStep">
    /// Lines of this step and later ones are removed, and what follows the last line before it, such as one that a crash cut off.
    /// </param>
    public StepLog(string path, int firstStep)
    {
        bool isNew = !File.Exists(path);
        if (!isNew)
        {
            KeepBefore(path, firstStep);
        }

        file = DurableFiles.Append(path);
        if (isNew)
        {
            DurableFiles.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
    }

    /// <summary>A record as its line has it.</summary>
    public static JsonObject ToJson(T record) => JsonSerializer.SerializeToNode(record, Json)!.AsObject();

    /// <summary>Writes one line and waits until it is on disk.</summary>
    public void Append(T record)
    {
        byte[] line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(record, Json) + "\n");
        try
        {
            file.Write(line);
            DurableFiles.Flush(file);
        }
        catch (ArgumentOutOfRangeException fault) when (FileFault.IsTooLarge(fault))
        {
            throw FileFault.TooLarge(file.Name);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static void KeepBefore(string path, int firstStep)
    {
        var lines = StepLines.ReadAll(path);
        int end = Array.FindLastIndex(lines, line => line.Read is { } read && read.Step < firstStep) + 1;

        // A line between others that cannot be read may be of an earlier step, which is not made again.
        var kept = lines.Take(end).Where(line => line.Read is null || line.Read.Step < firstStep);
        string text = string.Concat(kept.Select(line => $"{line.Text}\n"));
        if (text != File.ReadAllText(path))
        {
            AtomicFile.WriteText(path, text);
        }
    }

    private sealed class FiniteOrNull : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}

/// <summary>A line of a <see cref="StepLog{T}"/>.</summary>
internal sealed record StepLine(int Step, string Text, JsonObject Values);

/// <summary>Reads the files that <see cref="StepLog{T}"/> writes.</summary>
internal static class StepLines
{
    private const string VersionKey = "format_version";

    /// <summary>
    /// The lines that are whole, in order; none where the file does not exist. Values of earlier versions are under the keys of now, the
    /// text is as it stands.
    /// </summary>
    /// <exception cref="FileFormatException">A line is of a version that is not read.</exception>
    public static StepLine[] Read(string path)
    {
        StepLine[] lines = File.Exists(path) ? [.. ReadAll(path).Select(line => line.Read).OfType<StepLine>()] : [];
        foreach (var line in lines)
        {
            Renew(path, line);
        }

        return lines;
    }

    /// <summary>One line of such a file in the keys of now; null where it is not whole.</summary>
    /// <param name="path">The file, for the exception.</param>
    /// <param name="text">The line.</param>
    /// <exception cref="FileFormatException">It is of a version that is not read.</exception>
    public static StepLine? ReadLine(string path, string text)
    {
        var line = Parse(text);
        if (line is not null)
        {
            Renew(path, line);
        }

        return line;
    }

    /// <summary>A number of a line; null where it is missing or not a number.</summary>
    public static double? TryValue(JsonObject line, string key) =>
        line[key] is JsonValue value && value.TryGetValue(out double number) && double.IsFinite(number) ? number : null;

    /// <summary>The lines as they stand, with what they say where they are whole.</summary>
    internal static (string Text, StepLine? Read)[] ReadAll(string path) => [.. File.ReadLines(path).Select(text => (text, Parse(text)))];

    private static void Renew(string path, StepLine line)
    {
        bool isStated = line.Values[VersionKey] is JsonValue stated && stated.TryGetValue(out int _);
        int version = isStated ? (int)line.Values[VersionKey]! : FileFormat.Unstated;
        FileFormat.Metrics.Require(path, version);
        EarlierLines.Renew(line.Values, version);
    }

    private static StepLine? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject values && values["step"] is JsonValue step && step.TryGetValue(out int number)
                ? new StepLine(number, text, values)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Browse;

/// <summary>The lines of a run's <c>evaluations.jsonl</c>.</summary>
internal sealed class EvaluationLines(string path)
{
    private readonly LineTail tail = new(path);
    private readonly List<StepLine> lines = [];

    /// <summary>How often lines that had been read were replaced or removed.</summary>
    public int Revision { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count => lines.Count;

    /// <summary>Reads what has come since the last call.</summary>
    public void Refresh()
    {
        try
        {
            var (restarted, read) = tail.Read();
            if (restarted)
            {
                Revision++;
                lines.Clear();
            }

            lines.AddRange(read.Select(line => StepLines.ReadLine(path, line.Text)).OfType<StepLine>());
        }
        catch (Exception fault)
            when (fault
                    is FileFormatException
                        or IOException
                        or UnauthorizedAccessException
                        or ArgumentException
                        or InvalidOperationException
            )
        {
            // The run's other file, of the same version, says so.
        }
    }

    /// <summary>The accuracy of the policy after some updates; null where it was not evaluated.</summary>
    public double? AccuracyAfter(int updates) =>
        lines.FindLast(line => line.Step == updates) is { } line && Number(line, "accuracy") is var accuracy && double.IsFinite(accuracy)
            ? accuracy
            : null;

    /// <summary>All lines, each with its places on the axes of the updates.</summary>
    public void Write(Utf8JsonWriter json, MetricColumns updates)
    {
        json.WriteStartArray("evaluations");
        foreach (var line in lines)
        {
            int last = updates.LineOf(line.Step - 1);
            bool isFirst = line.Step == 0;
            json.WriteStartObject();
            json.WriteNumber("step", line.Step);
            json.Number("question", isFirst ? 0 : At(updates.Questions, last));
            json.Number("token", isFirst ? 0 : At(updates.Tokens, last));
            json.Number("second", isFirst ? 0 : At(updates, "elapsed_seconds", last));
            foreach (
                var (name, key) in new[]
                {
                    ("accuracy", "accuracy"),
                    ("accuracyLow", "accuracy_low"),
                    ("accuracyHigh", "accuracy_high"),
                    ("lenientAccuracy", "lenient_accuracy"),
                    ("lenientLow", "lenient_accuracy_low"),
                    ("lenientHigh", "lenient_accuracy_high"),
                    ("formatRate", "format_rate"),
                    ("questions", "questions"),
                    ("unreadableGolds", "unreadable_golds"),
                }
            )
            {
                json.Number(name, Number(line, key));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static double? At(IReadOnlyList<double> values, int line) => line < 0 ? null : values[line];

    private static double? At(MetricColumns updates, string name, int line) => line < 0 ? null : updates.Value(name, line);

    private static double Number(StepLine line, string key) =>
        line.Values[key] is JsonValue value && value.TryGetValue(out double number) ? number : double.NaN;
}

using System.Text.Json;

namespace Cppo.Pipeline.Browse;

/// <summary>Which stage worked and which waited, update by update.</summary>
internal static class TimelineAnswer
{
    private const string Busy = "busy_seconds.";
    private const string Waited = "waited_seconds.";

    /// <summary>The updates from a step on.</summary>
    /// <param name="run">The run.</param>
    /// <param name="from">The first step, from 0; null: the last <paramref name="count"/>.</param>
    /// <param name="count">How many at most.</param>
    public static byte[] Of(BrowsedRun run, int? from, int count) =>
        RunAnswers.Locked(
            run,
            () =>
            {
                var steps = run.Updates.Steps;
                int first = from is { } step ? FirstFrom(steps, step) : Math.Max(0, steps.Count - count);
                return Write(run, first, [.. Enumerable.Range(first, Math.Min(count, steps.Count - first))]);
            }
        );

    /// <summary>All updates where there are few, else the first, those in the middle and the last.</summary>
    /// <param name="run">The run.</param>
    /// <param name="part">How many of each.</param>
    public static byte[] Parts(BrowsedRun run, int part) =>
        RunAnswers.Locked(
            run,
            () =>
            {
                int count = run.Updates.Steps.Count;
                int middle = (count - part) / 2;
                int[] lines =
                    count <= 3 * part
                        ? [.. Enumerable.Range(0, count)]
                        : [.. Enumerable.Range(0, part), .. Enumerable.Range(middle, part), .. Enumerable.Range(count - part, part)];
                return Write(run, 0, [.. lines.Distinct()]);
            }
        );

    private static byte[] Write(BrowsedRun run, int first, int[] lines)
    {
        var updates = run.Updates;
        string[] stages =
        [
            .. updates.Names.Where(name => name.StartsWith(Busy, StringComparison.Ordinal)).Select(name => name[Busy.Length..]),
        ];
        return PageJson.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteString("run", run.Id);
            json.WriteNumber("steps", updates.Steps.Count);
            json.WriteNumber("first", first < updates.Steps.Count ? updates.Steps[first] : 0);
            json.WriteStartArray("stages");
            Array.ForEach(stages, json.WriteStringValue);
            json.WriteEndArray();
            json.WriteStartArray("updates");
            foreach (int line in lines)
            {
                Update(json, updates, stages, line);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Update(Utf8JsonWriter json, MetricColumns updates, string[] stages, int line)
    {
        var spans = updates.SpansOf(line);
        json.WriteStartObject();
        json.WriteNumber("step", updates.Steps[line]);
        json.Number("seconds", updates.Value("step_seconds", line));
        json.Number("overlap", updates.Value("overlap_seconds", line));
        json.Number("rolloutsWaited", updates.Value("rollouts_waited_for_update_seconds", line));
        json.Number("updateWaited", updates.Value("update_waited_for_rollouts_seconds", line));
        foreach (var (name, prefix) in new[] { ("busy", Busy), ("waited", Waited) })
        {
            json.WriteStartArray(name);
            foreach (string stage in stages)
            {
                json.Number(updates.Value(prefix + stage, line));
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("spans");
        foreach (string stage in stages)
        {
            json.WriteStartArray();
            foreach (double[] span in spans.GetValueOrDefault(stage, []))
            {
                json.WriteStartArray();
                json.WriteNumberValue(span[0]);
                json.WriteNumberValue(span[1]);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The first line whose step is not before one.</summary>
    private static int FirstFrom(IReadOnlyList<int> steps, int step)
    {
        int line = 0;
        while (line < steps.Count && steps[line] < step)
        {
            line++;
        }

        return line;
    }
}

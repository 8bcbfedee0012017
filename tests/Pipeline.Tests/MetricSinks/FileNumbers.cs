using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Tests.Run;

namespace Cppo.Pipeline.Tests.MetricSinks;

/// <summary>The numbers that a run's own files state, read from their JSON alone.</summary>
internal static class FileNumbers
{
    /// <summary>Each line of both files as its kind, step, and numbers by key, or by key and part.</summary>
    public static (string Kind, int Step, Dictionary<string, double> Numbers)[] Of(SmallRun run) =>
        [.. Read(run, "update", "metrics.jsonl"), .. Read(run, "evaluation", "evaluations.jsonl")];

    private static IEnumerable<(string Kind, int Step, Dictionary<string, double> Numbers)> Read(SmallRun run, string kind, string file) =>
        File.ReadLines(run.Of(file))
            .Select(text => JsonNode.Parse(text)!.AsObject())
            .Select(line => (kind, (int)line["step"]!, Numbers(line).ToDictionary(number => number.Key, number => number.Value)));

    private static IEnumerable<KeyValuePair<string, double>> Numbers(JsonObject line)
    {
        foreach (var (key, value) in line)
        {
            if (key is "step" or "format_version")
            {
                continue;
            }

            if (value is JsonObject below)
            {
                foreach (var (part, number) in below.Where(pair => pair.Value is JsonValue))
                {
                    yield return new($"{key}/{part}", Number(number!)!.Value);
                }
            }
            else if (value is JsonValue && Number(value) is { } number)
            {
                yield return new(key, number);
            }
        }
    }

    private static double? Number(JsonNode value) =>
        double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}

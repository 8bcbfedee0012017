using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cppo.Pipeline.MetricSinks;

/// <summary>What a line is of.</summary>
internal enum MetricKind
{
    /// <summary>A line of <c>metrics.jsonl</c>.</summary>
    Update,

    /// <summary>A line of <c>evaluations.jsonl</c>.</summary>
    Evaluation,
}

/// <summary>One number of a line.</summary>
/// <param name="Name">The key in the file, e.g. <c>reward_mean</c>.</param>
/// <param name="Part">The key below it where the file has an object, e.g. the name of a reward or of a stage; else null.</param>
/// <param name="Value">Finite.</param>
internal sealed record MetricValue(string Name, string? Part, double Value);

/// <summary>The numbers of a line of <c>metrics.jsonl</c> or <c>evaluations.jsonl</c>.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Step">The update, from 0; of an evaluation the updates done before it. As in the file.</param>
/// <param name="Time">When it was made.</param>
/// <param name="Values">
/// Every number but for step and version of the format, in the order of the file; what JSON cannot state is null there and not here.
/// </param>
internal sealed record MetricLine(MetricKind Kind, int Step, DateTimeOffset Time, IReadOnlyList<MetricValue> Values)
{
    private static readonly string[] NoMetrics = ["format_version", "step"];

    /// <summary>What a name begins with that tells kinds apart: <c>update</c> or <c>evaluation</c>.</summary>
    public string Prefix => PrefixOf(Kind);

    /// <summary>As <see cref="Prefix"/>.</summary>
    public static string PrefixOf(MetricKind kind) => kind == MetricKind.Update ? "update" : "evaluation";

    /// <summary>The numbers of a line as the file has it.</summary>
    public static MetricLine Of(MetricKind kind, JsonObject line, DateTimeOffset time)
    {
        var values = new List<MetricValue>();
        foreach (var (name, value) in line)
        {
            if (NoMetrics.Contains(name))
            {
                continue;
            }

            if (value is JsonObject parts)
            {
                foreach (var (part, number) in parts)
                {
                    Add(values, name, part, number);
                }
            }
            else
            {
                Add(values, name, null, value);
            }
        }

        return new MetricLine(kind, (int)line["step"]!, time, values);
    }

    private static void Add(List<MetricValue> values, string name, string? part, JsonNode? value)
    {
        if (value?.GetValueKind() == JsonValueKind.Number)
        {
            values.Add(new MetricValue(name, part, (double)value));
        }
    }
}

using System.Text.Json.Nodes;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.MetricSinks;

/// <summary>What a sink was given, by kind.</summary>
/// <param name="Updates">Lines of <c>metrics.jsonl</c>.</param>
/// <param name="Evaluations">Lines of <c>evaluations.jsonl</c>.</param>
/// <param name="Traces">Traces of batches.</param>
internal readonly record struct SinkCount(int Updates, int Evaluations, int Traces)
{
    public int Total => Updates + Evaluations + Traces;

    public static SinkCount operator +(SinkCount left, SinkCount right) =>
        new(left.Updates + right.Updates, left.Evaluations + right.Evaluations, left.Traces + right.Traces);

    /// <summary>E.g. <c>3 of 40 updates, 1 of 2 evaluations</c>; kinds of which nothing was lost are left out.</summary>
    public string Describe(SinkCount of) =>
        string.Join(
            ", ",
            new[] { (Updates, of.Updates, "updates"), (Evaluations, of.Evaluations, "evaluations"), (Traces, of.Traces, "traces") }
                .Where(kind => kind.Item1 > 0)
                .Select(kind => $"{kind.Item1} of {kind.Item2} {kind.Item3}")
        );
}

/// <summary>What became of all that a sink was given.</summary>
/// <param name="Sink">Its name.</param>
/// <param name="Given">All of it.</param>
/// <param name="Lost">What it did not take.</param>
/// <param name="Reasons">What was lost, all kinds together, by the reason.</param>
internal sealed record SinkAccount(string Sink, SinkCount Given, SinkCount Lost, IReadOnlyDictionary<string, int> Reasons)
{
    /// <summary>A line for the end of the run; null where nothing was lost.</summary>
    public string? Describe() =>
        Lost.Total == 0
            ? null
            : $"sinks.{Sink} lost {Lost.Describe(Given)}: "
                + string.Join("; ", Reasons.OrderByDescending(reason => reason.Value).Select(reason => $"{reason.Key} ({reason.Value})"));

    /// <summary>A line of <c>sinks.jsonl</c>.</summary>
    /// <param name="firstStep">The first update of this part of the run.</param>
    public JsonObject ToJson(int firstStep) =>
        new()
        {
            ["format_version"] = FileFormat.Sinks.Current,
            ["sink"] = Sink,
            ["first_step"] = firstStep,
            ["updates"] = Given.Updates,
            ["evaluations"] = Given.Evaluations,
            ["traces"] = Given.Traces,
            ["lost_updates"] = Lost.Updates,
            ["lost_evaluations"] = Lost.Evaluations,
            ["lost_traces"] = Lost.Traces,
            ["lost_reasons"] = new JsonObject(Reasons.Select(reason => KeyValuePair.Create(reason.Key, (JsonNode?)reason.Value))),
        };
}

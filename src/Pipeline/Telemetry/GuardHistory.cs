using System.Text.Json.Nodes;
using Cppo.Model.Training;

namespace Cppo.Pipeline.Telemetry;

/// <summary>What a spike guard knows of a run's earlier updates, from their lines: these state each norm to the bit.</summary>
internal static class GuardHistory
{
    /// <summary>Tells the guard of the updates before a step.</summary>
    /// <param name="guard">Knows of none yet.</param>
    /// <param name="runDirectory">Where <c>metrics.jsonl</c> lies.</param>
    /// <param name="step">The first update that it is not told of.</param>
    /// <param name="passes">Of each update.</param>
    public static void Tell(SpikeGuard guard, string runDirectory, int step, int passes)
    {
        foreach (var line in StepLines.Read(Path.Combine(runDirectory, MetricsWriter.UpdatesFile)).Where(line => line.Step < step))
        {
            guard.Note(Number(line.Values, "gradient_norm"), (int)Number(line.Values, "steps_skipped"), passes);
        }
    }

    private static double Number(JsonObject line, string key) =>
        line[key] is JsonValue value && value.TryGetValue(out double number) ? number : 0;
}

using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Run;

/// <summary>How good the policies of a run's checkpoints are, from its own records, which a resumed run has as well.</summary>
internal static class CheckpointScores
{
    /// <summary>Which checkpoints of a run stay.</summary>
    public static CheckpointKeeping Keeping(string runDirectory, CheckpointConfig config) =>
        new(config.KeepLast, config.KeepEvery, config.KeepBest) { Scores = updates => Of(runDirectory, config, updates) };

    /// <summary>A score in words, e.g. <c>accuracy 0.432</c>.</summary>
    public static string Describe(CheckpointConfig config, double score) =>
        string.Create(CultureInfo.InvariantCulture, $"{config.Best} {score:0.####}");

    /// <summary>
    /// By <c>accuracy</c>: that of the evaluation after exactly so many updates. By <c>reward</c>: the mean of the last
    /// <c>checkpoint.every</c> updates' mean rewards.
    /// </summary>
    private static Dictionary<int, double> Of(string runDirectory, CheckpointConfig config, IReadOnlyList<int> updates)
    {
        if (config.Best == CheckpointConfig.ByAccuracy)
        {
            var accuracies = ByStep(runDirectory, MetricsWriter.EvaluationsFile, "accuracy");
            return updates.Where(accuracies.ContainsKey).ToDictionary(number => number, number => accuracies[number]);
        }

        var rewards = ByStep(runDirectory, MetricsWriter.UpdatesFile, "reward_mean");
        var scores = new Dictionary<int, double>();
        foreach (int number in updates)
        {
            int first = Math.Max(0, number - Math.Max(1, config.Every));
            double[] last = [.. Enumerable.Range(first, number - first).Where(rewards.ContainsKey).Select(step => rewards[step])];
            if (last.Length > 0 && last.Length == number - first)
            {
                scores[number] = last.Average();
            }
        }

        return scores;
    }

    private static Dictionary<int, double> ByStep(string runDirectory, string file, string key)
    {
        var values = new Dictionary<int, double>();
        foreach (var line in StepLines.Read(Path.Combine(runDirectory, file)))
        {
            if (line.Values[key] is JsonValue value && value.TryGetValue(out double number))
            {
                values[line.Step] = number;
            }
        }

        return values;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Bench;

/// <summary>A completion and what it is judged against.</summary>
/// <param name="Answer">The gold answer, as a dataset has it.</param>
/// <param name="Completion">The completion's text.</param>
internal sealed record RewardSample(string Answer, string Completion);

/// <summary>How fast one thread computes some rewards.</summary>
/// <param name="Rewards">The rewards' names, as <c>accuracy+format</c>.</param>
/// <param name="Completions">Completions scored on the clock.</param>
/// <param name="Seconds">Wall-clock time of scoring them.</param>
/// <param name="CpuSeconds">Time that the process had a core in; less than <paramref name="Seconds"/> where others want the machine
/// too.</param>
internal sealed record RewardRate(string Rewards, long Completions, double Seconds, double CpuSeconds)
{
    public double PerSecond => Completions / Seconds;

    public double PerCpuSecond => Completions / CpuSeconds;
}

/// <summary>
/// Completions a second, on one thread, of rewards as training computes them: judgement, parts, weighted sum and the reason in words.
/// </summary>
internal static class RewardBench
{
    /// <summary>
    /// Rewards that are measured where no file of cases is given: the paper's for GSM8K, then each that compares no answers.
    /// </summary>
    private static readonly string[][] Gsm8k =
    [
        [Accuracy.rule.Name, Format.rule.Name],
        .. BuiltInRewards
            .table.Entries.Where(rule => !rule.IsAccuracy && rule.Name != Format.rule.Name)
            .Select(rule => new[] { rule.Name }),
    ];

    /// <summary>Rewards that are measured on a file of cases: the paper's for MATH.</summary>
    private static readonly string[][] Math =
    [
        [MathAccuracy.rule.Name, Format.rule.Name],
    ];

    /// <summary>Measures every reward in turn and returns one JSON object in one line; each rate is also a notice.</summary>
    /// <param name="casesPath">
    /// JSON Lines with <c>gold</c> or <c>answer</c>, and <c>completion</c> or <c>pred</c>; null: generated completions like those of GSM8K.
    /// </param>
    /// <param name="seconds">Wall-clock time that each measurement takes at least, after a warm-up of the same time.</param>
    /// <param name="notice">Takes a sentence for each measurement.</param>
    /// <param name="stop">Ends the measurement.</param>
    public static string Execute(string? casesPath, double seconds, Action<string> notice, CancellationToken stop)
    {
        var samples = casesPath is null ? RewardSamples.Generate(2000) : RewardSamples.Read(casesPath);
        var (rates, cpuRates) = (new JsonObject(), new JsonObject());
        foreach (string[] rewards in casesPath is null ? Gsm8k : Math)
        {
            var rate = Measure(rewards, samples, seconds, stop);
            rates[rate.Rewards] = System.Math.Round(rate.PerSecond);
            cpuRates[rate.Rewards] = System.Math.Round(rate.PerCpuSecond);
            notice(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{rate.Rewards}: {rate.PerSecond:0} completions/s, {rate.PerCpuSecond:0} per second of a core"
                )
            );
        }

        return new JsonObject
        {
            ["workload"] = "reward",
            ["threads"] = 1,
            ["samples"] = samples.Length,
            ["mean_characters"] = System.Math.Round(samples.Average(sample => sample.Completion.Length)),
            ["completions_per_second"] = rates,
            ["completions_per_cpu_second"] = cpuRates,
        }.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>Scores all samples in groups again and again, first unmeasured, until the time has passed.</summary>
    public static RewardRate Measure(string[] rewards, RewardSample[] samples, double seconds, CancellationToken stop)
    {
        var settings = new RewardSettings(
            [.. rewards.Select(name => new RewardSetting(name, weight: 1))],
            3,
            -1,
            LengthRewardSettings.Default
        );
        var groups = RewardSamples.Group(samples);
        Repeat();
        return Repeat();

        RewardRate Repeat()
        {
            long start = Stopwatch.GetTimestamp(),
                scored = 0;
            var cpuStart = Environment.CpuUsage.TotalTime;
            do
            {
                stop.ThrowIfCancellationRequested();
                foreach (var group in groups)
                {
                    scored += Reward.scoreGroup(settings, group).Rewards.Length;
                }
            } while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
            return new(
                string.Join('+', rewards),
                scored,
                Stopwatch.GetElapsedTime(start).TotalSeconds,
                (Environment.CpuUsage.TotalTime - cpuStart).TotalSeconds
            );
        }
    }
}

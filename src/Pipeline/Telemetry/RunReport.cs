using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Cppo.Model.Files;
using Cppo.Pipeline.Charts;
using Cppo.Pipeline.Checkpoints;

namespace Cppo.Pipeline.Telemetry;

/// <summary>A completion in the report.</summary>
internal sealed record ReportedCompletion(string Text, double Reward, string RewardReason, double Advantage, string Fate, int NumTokens);

/// <summary>A question and its completions in the report.</summary>
internal sealed record ReportedGroup(int Step, string Question, string Answer, IReadOnlyList<ReportedCompletion> Completions);

/// <summary>
/// Writes <c>report.html</c>: evaluations, curves, a sample of groups and the configuration of a run, in one file that needs no
/// network and no script. All text that comes from the run is escaped.
/// </summary>
internal static class RunReport
{
    /// <summary>Name of the file in the run directory.</summary>
    public const string FileName = "report.html";

    private static readonly (string Title, string[] Keys)[] Charts =
    [
        ("Reward (mean)", ["reward_mean", "reward_std"]),
        ("Accuracy and format rate", ["accuracy", "format_rate"]),
        ("Loss", ["loss", "policy_loss"]),
        ("KL to the reference", ["kl"]),
        ("Entropy per token", ["entropy"]),
        ("Clip ratio", ["clip_ratio"]),
        ("Gap of generation logprobs", ["generation_gap_mean", "generation_gap_large_share"]),
        ("Importance ratio (mean)", ["importance_ratio_mean"]),
        ("Gradient norm", ["gradient_norm"]),
        ("Learning rate", ["learning_rate"]),
        ("Completion tokens (mean)", ["completion_tokens_mean"]),
        ("Tokens forwarded and avoided", ["tokens_forwarded", "tokens_avoided"]),
        ("Tokens per second", ["rollout_tokens_per_second", "update_tokens_per_second"]),
        ("Seconds of rollouts and updates", ["rollout_seconds", "update_seconds"]),
        ("Seconds of rollouts beside the update", ["overlap_seconds"]),
        ("Seconds waited for one another", ["rollouts_waited_for_update_seconds", "update_waited_for_rollouts_seconds"]),
        ("Share of |advantage| kept", ["kept_advantage_share"]),
        ("Fill of capacity and micro-batches", ["capacity_fill", "token_fill"]),
        ("Staleness", ["staleness"]),
        ("Memory of the process (bytes)", ["working_set_bytes", "peak_bytes"]),
    ];

    /// <summary>Of runs on several devices; one is always even with itself.</summary>
    private static readonly (string Title, string[] Keys) DeviceChart = (
        "Balance of the devices' tokens",
        ["device_balance", "device_balance_threshold"]
    );

    /// <summary>Of runs that correct by importance.</summary>
    private static readonly (string Title, string[] Keys) ImportanceChart = (
        "Tokens capped and masked",
        ["importance_capped_share", "importance_masked_share"]
    );

    /// <summary>Writes the report from the files of a run directory.</summary>
    /// <param name="runDirectory">Holds <c>metrics.jsonl</c>, and <c>config.json</c> and <c>evaluations.jsonl</c> where there are
    /// any.</param>
    /// <param name="readGroups">Some groups of the given steps; those steps are the first, the middle and the last.</param>
    /// <returns>The report's path.</returns>
    public static string Write(string runDirectory, Func<IReadOnlyList<int>, IEnumerable<ReportedGroup>> readGroups)
    {
        var updates = StepLines.Read(Path.Combine(runDirectory, MetricsWriter.UpdatesFile));
        var evaluations = StepLines.Read(Path.Combine(runDirectory, MetricsWriter.EvaluationsFile));
        int[] steps =
            updates.Length == 0 ? [] : [.. new[] { updates[0].Step, updates[updates.Length / 2].Step, updates[^1].Step }.Distinct()];
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(runDirectory)));
        var charts = Charts
            .Concat(updates.Any(update => ImportanceChart.Keys.Any(key => Value(update, key) > 0)) ? [ImportanceChart] : [])
            .Concat(PruningAccounts.HasSeveralDevices(updates) ? [DeviceChart] : []);
        var curves = charts.Select(chart => ReportChart.Draw(chart.Title, chart.Keys, updates));
        string html = Template()
            .Replace("{{title}}", Escape(name), StringComparison.Ordinal)
            .Replace("{{summary}}", Summary(updates), StringComparison.Ordinal)
            .Replace("{{accounts}}", PruningAccounts.Of(updates), StringComparison.Ordinal)
            .Replace("{{evaluations}}", Evaluations(evaluations), StringComparison.Ordinal)
            .Replace("{{curves}}", string.Concat(curves), StringComparison.Ordinal)
            .Replace("{{timeline}}", ReportTimeline.Draw(updates), StringComparison.Ordinal)
            .Replace("{{configuration}}", Configuration(Path.Combine(runDirectory, "config.json")), StringComparison.Ordinal)
            .Replace("{{groups}}", string.Concat(readGroups(steps).Select(Group)), StringComparison.Ordinal);
        string path = Path.Combine(runDirectory, FileName);
        AtomicFile.WriteText(path, html);
        return path;
    }

    /// <summary>A number with four significant digits.</summary>
    internal static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>Text as HTML shows it; braces too, so that no text of a run can pass for a place of the template.</summary>
    private static string Escape(string? text) => SvgWriter.Escape(text ?? "");

    private static string Template()
    {
        var assembly = typeof(RunReport).Assembly;
        string name = assembly.GetManifestResourceNames().Single(resource => resource.EndsWith(FileName, StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static string Summary(StepLine[] updates)
    {
        if (updates.Length == 0)
        {
            return "No update is done.";
        }

        double seconds = Value(updates[^1], "elapsed_seconds");
        double completions = updates.Sum(update => Value(update, "completions_generated"));
        double kept = updates.Sum(update => Value(update, "completions_kept"));
        double forwarded = updates.Sum(update => Value(update, "tokens_forwarded"));
        double avoided = updates.Sum(update => Value(update, "tokens_avoided"));
        double share = avoided + forwarded > 0 ? avoided / (avoided + forwarded) : 0;
        return Escape(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{updates.Length} updates in {seconds:0} s; {completions:0} completions, {kept:0} trained on; "
                    + $"{share * 100:0.0} % of all tokens were kept out of the update.{Dropped(updates[^1])}"
            )
        );
    }

    /// <summary>How many training questions were dropped, and why; empty where there are none.</summary>
    private static string Dropped(StepLine update) =>
        Value(update, "questions_dropped") is > 0 and var dropped && update.Values["questions_dropped_reasons"] is JsonObject reasons
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" {dropped:0} training questions were dropped: "
                    + $"{string.Join(", ", reasons.Select(reason => $"{reason.Key} ({reason.Value})"))}."
            )
            : "";

    private static string Evaluations(StepLine[] evaluations)
    {
        if (evaluations.Length == 0)
        {
            return "<p>None.</p>";
        }

        var rows = evaluations.Select(line =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"<tr><td>{line.Step}<td>{Percent(line, "accuracy")}<td>{Percent(line, "accuracy_low")} to {Percent(line, "accuracy_high")}"
                    + $"<td>{Lenient(line)}<td>{Percent(line, "format_rate")}<td>{Value(line, "questions"):0}</tr>"
            )
        );
        return "<table><tr><th>updates<th>accuracy<th>95 % interval<th>lenient<th>format<th>questions</tr>"
            + string.Concat(rows)
            + "</table>";
    }

    /// <summary>Empty in lines of earlier programs, which did not state it.</summary>
    private static string Lenient(StepLine line) => line.Values.ContainsKey("lenient_accuracy") ? Percent(line, "lenient_accuracy") : "";

    private static string Configuration(string path)
    {
        if (!File.Exists(path))
        {
            return "<p>None.</p>";
        }

        var keys = ConfigKeys.Flatten(ReportedConfig.WithoutSecrets(File.ReadAllText(path)));
        var rows = keys.Select(key => $"<tr><td>{Escape(key.Key)}<td>{Escape(key.Value)}</tr>");
        return "<table>" + string.Concat(rows) + "</table>";
    }

    private static string Group(ReportedGroup group)
    {
        var html = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"<details><summary>Update {group.Step + 1}: {Escape(Shorten(group.Question))}</summary>")
            .Append(CultureInfo.InvariantCulture, $"<p class=question>{Escape(group.Question)}</p><p>Answer: {Escape(group.Answer)}</p>");
        foreach (var completion in group.Completions.OrderByDescending(completion => Math.Abs(completion.Advantage)))
        {
            string kept = completion.Fate == "kept" ? "kept" : "out";
            html.Append(CultureInfo.InvariantCulture, $"<div class='completion {kept}'><p><b>{Escape(completion.Fate)}</b> ")
                .Append(CultureInfo.InvariantCulture, $"reward {Number(completion.Reward)} ({Escape(completion.RewardReason)}), ")
                .Append(CultureInfo.InvariantCulture, $"advantage {Number(completion.Advantage)}, {completion.NumTokens} tokens</p>")
                .Append(CultureInfo.InvariantCulture, $"<pre>{Escape(completion.Text)}</pre></div>");
        }

        return html.Append("</details>").ToString();
    }

    private static string Shorten(string text) => text.Length <= 90 ? text : text[..90] + "…";

    private static string Percent(StepLine line, string key) =>
        (Value(line, key) * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static double Value(StepLine line, string key) => ReportChart.TryValue(line.Values, key) ?? 0;
}

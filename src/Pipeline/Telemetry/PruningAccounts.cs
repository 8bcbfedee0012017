using System.Globalization;
using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Telemetry;

/// <summary>What pruning took and left of a run, as HTML, summed over its updates. Lines of earlier programs lack some of it.</summary>
internal static class PruningAccounts
{
    /// <summary>The kinds in the order of the paper's table 3, with their keys in the lines.</summary>
    private static readonly (string Key, string Name)[] Kinds =
    [
        ("format_and_answer", CompletionKinds.nameOf(CompletionKind.FormatAndAnswer)),
        ("neither", CompletionKinds.nameOf(CompletionKind.Neither)),
        ("format_only", CompletionKinds.nameOf(CompletionKind.FormatOnly)),
        ("answer_only", CompletionKinds.nameOf(CompletionKind.AnswerOnly)),
    ];

    /// <summary>Sentences and the table of the four kinds.</summary>
    public static string Of(StepLine[] updates) =>
        updates.Length == 0 ? "<p>None.</p>" : $"<p>{Tokens(updates)} {Groups(updates)} {Fill(updates)}</p>{Table(updates)}";

    /// <summary>Whether an update was spread over more than one device.</summary>
    public static bool HasSeveralDevices(StepLine[] updates) =>
        Array.Exists(updates, update => ReportChart.TryValue(update.Values, "update_devices") > 1);

    private static string Tokens(StepLine[] updates)
    {
        var (forwarded, avoided) = (Sum(updates, "tokens_forwarded"), Sum(updates, "tokens_avoided"));
        double generated = forwarded + avoided;
        return Text(
                $"Of {generated:0} tokens generated, each completion counted with its prompt, one pass forwarded {forwarded:0} and pruning "
            ) + Text($"and dropping avoided {avoided:0} ({Share(avoided, generated)}).");
    }

    private static string Groups(StepLine[] updates)
    {
        var (without, all) = (Sum(updates, "questions_without_spread"), Sum(updates, "questions"));
        string groups = Text($"{without:0} of {all:0} groups ({Share(without, all)}) had no spread.");
        return Mean(updates, "kept_advantage_share") is { } kept
            ? Text($"The completions trained on held {kept * 100:0.0} % of the sum of |advantages|, in the mean of the updates. ") + groups
            : groups;
    }

    private static string Fill(StepLine[] updates)
    {
        string fill = Mean(updates, "capacity_fill") is { } capacity
            ? Text($"An update filled {capacity * 100:0.0} % of its capacity ")
            : "";
        fill += Mean(updates, "token_fill") is { } tokens
            ? Text($"{(fill.Length == 0 ? "An update filled" : "and")} {tokens * 100:0.0} % of its micro-batches' tokens.")
            : "";
        return HasSeveralDevices(updates) && Mean(updates, "device_balance") is { } balance
            ? Text($"{fill} Its devices were {balance * 100:0.0} % even; by a threshold, on questions of their own, they would be ")
                + Text($"{Mean(updates, "device_balance_threshold") * 100:0.0} %.")
            : fill;
    }

    private static string Table(StepLine[] updates)
    {
        StepLine[] known = [.. updates.Where(update => update.Values["kinds_generated"] is JsonObject)];
        if (known.Length == 0)
        {
            return "";
        }

        double SumOf(string key, string kind) =>
            known.Sum(update => update.Values[key] is JsonObject counts ? ReportChart.TryValue(counts, kind) ?? 0 : 0);
        var (all, kept) = (Kinds.Sum(kind => SumOf("kinds_generated", kind.Key)), Kinds.Sum(kind => SumOf("kinds_kept", kind.Key)));
        var rows = Kinds
            .Select(kind => (kind.Name, All: SumOf("kinds_generated", kind.Key), Kept: SumOf("kinds_kept", kind.Key)))
            .Select(row =>
                Text($"<tr><td>{row.Name}<td>{row.All:0}<td>{Share(row.All, all)}<td>{row.Kept:0}<td>{Share(row.Kept, kept)}")
                + Text($"<td>{Share(row.Kept, row.All)}</tr>")
            );
        return "<table><tr><th>completions<th>generated<th>share<th>trained on<th>share<th>of its kind</tr>"
            + string.Concat(rows)
            + "</table>";
    }

    private static double Sum(StepLine[] updates, string key) => updates.Sum(update => ReportChart.TryValue(update.Values, key) ?? 0);

    /// <summary>The mean of those updates that state the key; null where none does.</summary>
    private static double? Mean(StepLine[] updates, string key) =>
        updates.Select(update => ReportChart.TryValue(update.Values, key)).OfType<double>().DefaultIfEmpty(double.NaN).Average()
            is var mean
                and not double.NaN
            ? mean
            : null;

    private static string Share(double part, double whole) => Text($"{(whole > 0 ? part / whole : 0) * 100:0.0} %");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

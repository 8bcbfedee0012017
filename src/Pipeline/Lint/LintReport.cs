using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Lint;

/// <summary>A dataset that was checked.</summary>
/// <param name="Path">The file.</param>
/// <param name="NumRows">Rows that could be read.</param>
internal sealed record LintedFile(string Path, long NumRows);

/// <summary>What the checks of datasets and rewards found.</summary>
/// <param name="Files">The training file, then the test file where there is one.</param>
/// <param name="Rewards">Names of the rewards that were asked.</param>
/// <param name="Findings">In the order of the files.</param>
/// <param name="Probes">What the rewards gave to every probe.</param>
internal sealed record LintReport(
    IReadOnlyList<LintedFile> Files,
    IReadOnlyList<string> Rewards,
    IReadOnlyList<LintFinding> Findings,
    IReadOnlyList<ProbeResult> Probes
)
{
    private const string Hole = "reward-hole";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private ProbeResult[] Holes => [.. Probes.Where(probe => !probe.IsAsWished)];

    public int NumErrors => Findings.Count(finding => finding.Kind.Severity.IsLintError) + Holes.Count(hole => !hole.IsKnown);

    public int NumWarnings => Findings.Count(finding => finding.Kind.Severity.IsLintWarning) + Holes.Count(hole => hole.IsKnown);

    public int NumNotices => Findings.Count(finding => finding.Kind.Severity.IsLintNotice);

    private long NumRows => Files.Sum(file => file.NumRows);

    /// <summary>Rows whose gold answer can be read and earns the most.</summary>
    private long NumEarnable =>
        NumRows
        - Findings
            .Where(finding => finding.Kind.IsEmptyField || finding.Kind.IsUnreadableGold || finding.Kind.IsUnreachableGold)
            .Select(finding => (finding.Place.File, finding.Place.Line))
            .Distinct()
            .LongCount();

    /// <summary>The report for people, with at most <paramref name="limit"/> findings of each kind.</summary>
    public IEnumerable<string> Lines(int limit)
    {
        foreach (var file in Files)
        {
            yield return $"{file.Path}: {file.NumRows} rows";
        }

        yield return $"rewards: {string.Join(", ", Rewards)}";
        var sections = Findings
            .GroupBy(finding => (finding.Kind.Severity, finding.Kind.Name), Describe)
            .Concat(Holes.GroupBy(hole => (Severity: SeverityOf(hole), Name: Hole), Describe));
        foreach (
            var section in sections.OrderBy(section => section.Key.Severity).ThenBy(section => section.Key.Name, StringComparer.Ordinal)
        )
        {
            string[] lines = [.. section];
            yield return "";
            yield return $"{NameOf(section.Key.Severity)} {section.Key.Name}: {lines.Length}";
            foreach (string? line in lines.Take(limit))
            {
                yield return $"  {line}";
            }

            if (lines.Length > limit)
            {
                yield return $"  and {lines.Length - limit} more (--limit)";
            }
        }

        yield return "";
        yield return $"{Probes.Count - Holes.Length} of {Probes.Count} probes of the rewards as expected";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{NumEarnable} of {NumRows} gold answers can be earned ({100.0 * NumEarnable / Math.Max(1, NumRows):0.00} %)"
        );
        yield return $"errors: {NumErrors}, warnings: {NumWarnings}, notices: {NumNotices}";
    }

    /// <summary>The whole report as JSON.</summary>
    public string ToJson()
    {
        var counts = Findings.CountBy(finding => finding.Kind.Name).Concat(Holes.CountBy(_ => Hole));
        return new JsonObject
        {
            ["files"] = new JsonArray([.. Files.Select(file => new JsonObject { ["path"] = file.Path, ["rows"] = file.NumRows })]),
            ["rewards"] = new JsonArray([.. Rewards.Select(name => JsonValue.Create(name))]),
            ["rows"] = NumRows,
            ["earnable"] = NumEarnable,
            ["errors"] = NumErrors,
            ["warnings"] = NumWarnings,
            ["notices"] = NumNotices,
            ["kinds"] = new JsonObject(counts.Select(count => KeyValuePair.Create(count.Key, (JsonNode?)count.Value))),
            ["findings"] = new JsonArray([.. Findings.Select(ToJson)]),
            ["probes"] = new JsonArray([.. Probes.Select(ToJson)]),
        }.ToJsonString(Indented);
    }

    private string Describe(LintFinding finding) =>
        finding.Place.Line == 0
            ? finding.Message
            : $"{At(finding.Place)}: {finding.Message}{(finding.Other.IsSome ? $" (see {At(finding.Other.Value)})" : "")}";

    private static string Describe(ProbeResult hole) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{hole.Reward} gave {hole.Gave} for {hole.Probe.Name}, expected {Expected(hole)}: {hole.Reason}"
        );

    private static string Expected(ProbeResult result) => result.Probe.Wish.IsEarns ? "more than 0" : "0";

    private string At(LintPlace place)
    {
        string path = Files[place.File].Path;
        return path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? $"{path}, row {place.Line}" : $"{path}:{place.Line}";
    }

    private JsonObject ToJson(LintFinding finding)
    {
        var json = new JsonObject
        {
            ["severity"] = NameOf(finding.Kind.Severity),
            ["kind"] = finding.Kind.Name,
            ["file"] = Files[finding.Place.File].Path,
            ["line"] = finding.Place.Line == 0 ? null : finding.Place.Line,
            ["message"] = finding.Message,
        };
        if (finding.Other.IsSome)
        {
            json["other"] = new JsonObject { ["file"] = Files[finding.Other.Value.File].Path, ["line"] = finding.Other.Value.Line };
        }

        return json;
    }

    private static JsonObject ToJson(ProbeResult result) =>
        new()
        {
            ["probe"] = result.Probe.Name,
            ["reward"] = result.Reward,
            ["gold"] = result.Probe.Gold,
            ["completion"] = result.Probe.Completion,
            ["gave"] = result.Gave,
            ["expected"] = Expected(result),
            ["as_expected"] = result.IsAsWished,
            ["severity"] = result.IsAsWished ? null : NameOf(SeverityOf(result)),
            ["reason"] = result.Reason,
        };

    private static LintSeverity SeverityOf(ProbeResult hole) => hole.IsKnown ? LintSeverity.LintWarning : LintSeverity.LintError;

    private static string NameOf(LintSeverity severity) =>
        severity.IsLintError ? "error"
        : severity.IsLintWarning ? "warning"
        : "notice";
}

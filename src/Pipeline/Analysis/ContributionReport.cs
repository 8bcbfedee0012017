using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Charts;
using Cppo.Pipeline.Files;
using CsvHelper;
using Summing = Cppo.Stages.Evaluation.Contributions;

namespace Cppo.Pipeline.Analysis;

/// <summary>What was measured, as Markdown, CSV, one line of JSON and a scatter chart.</summary>
/// <param name="Model">The model directory.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Contributions">In the order of measuring.</param>
/// <param name="Passes">Their summaries.</param>
internal sealed record ContributionReport(string Model, ulong Seed, Contribution[] Contributions, ContributionSummary[] Passes)
{
    public const string MarkdownFile = "contribution.md";
    public const string CsvFile = "contribution.csv";
    public const string JsonFile = "contribution.json";
    public const string ChartFile = "contribution.svg";

    /// <summary>The ks of the paper's tables.</summary>
    private static readonly int[] Ks = [8, 4, 2, 1];

    private static readonly string[] Columns =
    [
        "update",
        "pass",
        "question_id",
        "completion_index",
        "num_tokens",
        "kind",
        "reward",
        "advantage",
        "kept",
        "gradient_norm",
        "gradient_norm_without_kl",
        "gradient_norm_kl",
        "policy_loss",
        "kl_loss",
        "clip_ratio",
    ];

    /// <summary>Sums measurements up.</summary>
    public static ContributionReport Of(string model, ulong seed, Contribution[] contributions) =>
        new(model, seed, contributions, Summing.summarize(Ks, contributions));

    /// <summary>Writes the four files.</summary>
    /// <exception cref="UsageException">One cannot be written.</exception>
    public void WriteTo(string directory)
    {
        void Write(string name, IEnumerable<string> lines) => LineFile.Write(Path.Combine(directory, name), TextWriter.Null, lines);

        Write(MarkdownFile, Markdown());
        LineFile.WriteWhole(Path.Combine(directory, CsvFile), Csv);
        Write(JsonFile, [Json()]);
        Write(ChartFile, [Chart().TrimEnd()]);
    }

    /// <summary>Tables for people.</summary>
    public IEnumerable<string> Markdown()
    {
        yield return "# What completions contribute to the gradient";
        yield return "";
        yield return $"{Model}, seed {Seed}: {Passes[0].NumCompletions} completions, each forward and backward alone. Norms are";
        yield return "global L2 norms of the gradient of the mean over tokens of (-surrogate + beta KL). Before pass 1 all ratios are 1;";
        yield return "each pass is an optimizer step.";
        foreach (var (title, header, rows) in Tables())
        {
            yield return "";
            yield return $"**{title}**";
            yield return "";
            var table = new MarkdownTable([header, .. Passes.Select(pass => $"before pass {pass.Pass + 1}")]);
            foreach (var (name, values) in rows)
            {
                table.Add([name, .. values]);
            }

            foreach (string line in table.Lines())
            {
                yield return line;
            }
        }
    }

    private IEnumerable<(string Title, string Header, IEnumerable<(string Name, IEnumerable<string> Values)> Rows)> Tables()
    {
        (string, IEnumerable<string>) Row(string name, Func<ContributionSummary, string> value) => (name, Passes.Select(value));

        yield return (
            "|A| and the gradient's norm",
            "",
            [
                Row("Pearson's correlation", pass => Plain(pass.Pearson)),
                Row("Spearman's", pass => Plain(pass.Spearman)),
                Row("Pearson's, without KL", pass => Plain(pass.PearsonWithoutKl)),
                Row("Spearman's, without KL", pass => Plain(pass.SpearmanWithoutKl)),
                Row("KL's share of the gradients' norms", pass => Percent(pass.KlGradientShare)),
                Row("KL's share of the losses", pass => Percent(pass.KlLossShare)),
                Row("clipped tokens", pass => Percent(pass.ClipRatio)),
            ]
        );
        string[] quarters = ["smallest quarter", "second", "third", "largest quarter"];
        yield return (
            "Mean norm by |A|",
            "completions by |A|",
            quarters.Select(
                (name, at) => Row(name, pass => $"{Plain(pass.QuarterNorms[at])} ({Plain(pass.QuarterNormsWithoutKl[at])} without KL)")
            )
        );
        yield return (
            "Mean norm by kind (table 3)",
            "kind",
            Passes[0]
                .Kinds.Select(
                    (kind, at) =>
                        Row(
                            $"{CompletionKinds.nameOf(kind.Kind)}: {kind.NumCompletions}, mean |A| {Plain(kind.AbsoluteAdvantage)}",
                            pass => kind.NumCompletions == 0 ? "none" : Plain(pass.Kinds[at].Norm)
                        )
                )
        );
        yield return (
            "Share of the summed norms that k completions of each question hold",
            "k",
            Passes[0]
                .TopShares.SelectMany(
                    (top, at) =>
                        new[]
                        {
                            Row($"{top.K}, those with the largest |A|", pass => Percent(pass.TopShares[at].ByAdvantage)),
                            Row($"{top.K}, without KL", pass => Percent(pass.TopShares[at].ByAdvantageWithoutKl)),
                            Row($"{top.K}, those with the largest norms", pass => Percent(pass.TopShares[at].ByNorm)),
                            Row($"{top.K}, any", pass => Percent(pass.TopShares[at].Even)),
                        }
                )
        );
    }

    /// <summary>A row a completion and pass.</summary>
    private void Csv(Stream target)
    {
        using var writer = new StreamWriter(target, leaveOpen: true);
        using var csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        Row(Columns);
        foreach (var row in Contributions)
        {
            Row([
                Text(row.Update),
                Text(row.Pass + 1),
                row.QuestionId,
                Text(row.Completion),
                Text(row.NumTokens),
                CompletionKinds.nameOf(row.Kind),
                Text(row.Reward),
                Text(row.Advantage),
                row.IsKept ? "true" : "false",
                Text(row.Norm),
                Text(row.SurrogateNorm),
                Text(row.KlNorm),
                Text(row.PolicyLoss),
                Text(row.KlLoss),
                Text(row.ClipRatio),
            ]);
        }

        static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

        void Row(string[] cells)
        {
            Array.ForEach(cells, cell => csv.WriteField(cell));
            csv.EndRecord();
        }
    }

    /// <summary>One object in one line; a number that there is none of is null.</summary>
    public string Json() =>
        new JsonObject
        {
            ["format_version"] = FileFormat.Contribution.Current,
            ["model"] = Model,
            ["seed"] = Seed,
            ["passes"] = new JsonArray([.. Passes.Select(Of)]),
        }.ToJsonString(JsonSerializerOptions.Default);

    /// <summary>|A| against the norm, before the first and the last pass, by kind.</summary>
    public string Chart()
    {
        var shown = new[] { Passes[0].Pass, Passes[^1].Pass }.Distinct();
        var panels = shown.Select(pass => new XyChart
        {
            Title = $"before pass {pass + 1}",
            XLabel = "|A|",
            YLabel = "L2 norm of the gradient",
            Width = 520,
            Height = 400,
            HasZeroX = true,
            HasZeroY = true,
            Series =
            [
                .. CompletionKinds.all.Select(kind => new XySeries(
                    CompletionKinds.nameOf(kind),
                    [
                        .. Contributions
                            .Where(row => row.Pass == pass && row.Kind.Equals(kind))
                            .Select(row => new ChartPoint(Math.Abs(row.Advantage), row.Norm)),
                    ],
                    SeriesKind.Points
                )),
            ],
        });
        return new ChartSheet("Advantage and gradient of each completion", [.. panels]).ToDocument();
    }

    private static JsonNode Of(ContributionSummary pass) =>
        new JsonObject
        {
            ["pass"] = pass.Pass + 1,
            ["completions"] = pass.NumCompletions,
            ["pearson"] = Finite(pass.Pearson),
            ["spearman"] = Finite(pass.Spearman),
            ["pearson_without_kl"] = Finite(pass.PearsonWithoutKl),
            ["spearman_without_kl"] = Finite(pass.SpearmanWithoutKl),
            ["quarter_norms"] = new JsonArray([.. pass.QuarterNorms.Select(Finite)]),
            ["quarter_norms_without_kl"] = new JsonArray([.. pass.QuarterNormsWithoutKl.Select(Finite)]),
            ["kinds"] = new JsonArray([
                .. pass.Kinds.Select(kind => new JsonObject
                {
                    ["kind"] = CompletionKinds.nameOf(kind.Kind),
                    ["completions"] = kind.NumCompletions,
                    ["absolute_advantage"] = Finite(kind.AbsoluteAdvantage),
                    ["norm"] = Finite(kind.Norm),
                    ["norm_without_kl"] = Finite(kind.SurrogateNorm),
                }),
            ]),
            ["top_shares"] = new JsonArray([
                .. pass.TopShares.Select(top => new JsonObject
                {
                    ["k"] = top.K,
                    ["by_advantage"] = Finite(top.ByAdvantage),
                    ["by_advantage_without_kl"] = Finite(top.ByAdvantageWithoutKl),
                    ["by_norm"] = Finite(top.ByNorm),
                    ["even"] = Finite(top.Even),
                }),
            ]),
            ["kl_gradient_share"] = Finite(pass.KlGradientShare),
            ["kl_loss_share"] = Finite(pass.KlLossShare),
            ["clip_ratio"] = Finite(pass.ClipRatio),
        };

    private static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static string Plain(double value) => double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "none";

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}

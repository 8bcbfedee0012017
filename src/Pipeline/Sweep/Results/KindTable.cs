using System.Globalization;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Sweep.Results;

/// <summary>Completions of one of the four kinds of the paper's table 3.</summary>
/// <param name="Name">Which.</param>
/// <param name="Number">Completions of it.</param>
/// <param name="Kept">Those that were trained on.</param>
/// <param name="Advantage">Their mean advantage; NaN where there are none.</param>
/// <param name="AbsoluteAdvantage">Their mean |advantage|.</param>
/// <param name="Reward">Their mean reward.</param>
internal sealed record KindRow(string Name, int Number, int Kept, double Advantage, double AbsoluteAdvantage, double Reward);

/// <summary>The four kinds of a run's completions, counted from its Parquet files (table 3 of the paper).</summary>
internal static class KindTable
{
    private const string Format = "reward_format";
    private const string Advantage = "advantage";
    private const string Reward = "reward";
    private const string Kept = "kept";

    /// <summary>What tells a right answer: the column of it, else an accuracy reward.</summary>
    private static readonly string[] Accuracies = ["correct", "reward_accuracy", "reward_math_accuracy"];

    /// <summary>Counts the completions of runs together.</summary>
    /// <param name="runDirectories">The runs' directories.</param>
    /// <exception cref="UsageException">One has no completions.</exception>
    /// <exception cref="DataException">A file lacks a column, or is damaged.</exception>
    public static KindRow[] Of(IReadOnlyList<string> runDirectories)
    {
        string[] files = [.. runDirectories.SelectMany(FilesOf)];
        string accuracy = ColumnsOf(files[0]);
        var sums = new (int Number, int Kept, double Advantage, double Absolute, double Reward)[CompletionKinds.all.Length];
        foreach (string file in files)
        {
            string[] columns = [Format, accuracy, Advantage, Reward, Kept];
            foreach (var row in ParquetRows.ReadAsync(file, file, columns, CancellationToken.None).ToBlockingEnumerable())
            {
                ref var sum = ref sums[
                    Array.IndexOf(CompletionKinds.all, CompletionKinds.kindOf(IsTrue(row.Values[0]), IsTrue(row.Values[1])))
                ];
                double advantage = Number(row.Values[2]);
                sum.Number++;
                sum.Kept += IsTrue(row.Values[4]) ? 1 : 0;
                sum.Advantage += advantage;
                sum.Absolute += Math.Abs(advantage);
                sum.Reward += Number(row.Values[3]);
            }
        }

        return
        [
            .. sums.Select(
                (sum, kind) =>
                    new KindRow(
                        CompletionKinds.nameOf(CompletionKinds.all[kind]),
                        sum.Number,
                        sum.Kept,
                        sum.Advantage / sum.Number,
                        sum.Absolute / sum.Number,
                        sum.Reward / sum.Number
                    )
            ),
        ];
    }

    /// <summary>A Markdown table: shares before and after pruning, mean advantages.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<KindRow> kinds)
    {
        var table = new MarkdownTable(
            "completion",
            "generated",
            "share, %",
            "trained",
            "share, %",
            "advantage",
            "abs. advantage",
            "reward"
        );
        var (all, kept) = (kinds.Sum(kind => kind.Number), kinds.Sum(kind => kind.Kept));
        foreach (var kind in kinds)
        {
            table.Add(
                kind.Name,
                Text($"{kind.Number:#,0}"),
                Text($"{100.0 * kind.Number / all:0.0}"),
                Text($"{kind.Kept:#,0}"),
                kept == 0 ? "" : Text($"{100.0 * kind.Kept / kept:0.0}"),
                kind.Number == 0 ? "" : Text($"{kind.Advantage:0.00}"),
                kind.Number == 0 ? "" : Text($"{kind.AbsoluteAdvantage:0.00}"),
                kind.Number == 0 ? "" : Text($"{kind.Reward:0.00}")
            );
        }

        return table.Lines();
    }

    private static IEnumerable<string> FilesOf(string runDirectory)
    {
        string directory = RunDirectory.CompletionsOf(runDirectory);
        string[] files = Directory.Exists(directory)
            ? [.. Directory.EnumerateFiles(directory, "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];
        return files.Length > 0
            ? files
            : throw new UsageException($"{directory} has no Parquet files of completions; name the directory of a run, e.g. runs/default.");
    }

    private static string ColumnsOf(string file)
    {
        var (readable, _) = ParquetRows.ColumnsAsync(file, file, CancellationToken.None).GetAwaiter().GetResult();
        string[] there = [.. readable.Select(field => field.Name)];
        string[] missing = [.. new[] { Format, Advantage, Reward, Kept }.Where(column => !there.Contains(column))];
        string? accuracy = Accuracies.FirstOrDefault(there.Contains);
        if (missing.Length > 0 || accuracy is null)
        {
            throw new DataException(
                $"{file} lacks {string.Join(" and ", accuracy is null ? [.. missing, "an accuracy reward"] : missing)}, which the "
                    + "four kinds of completions need; take a run whose reward.parts have format and accuracy or mathAccuracy."
            );
        }

        return accuracy;
    }

    private static bool IsTrue(string? value) => value is "true" or "True" || (value is not null && Number(value) > 0);

    private static double Number(string? value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

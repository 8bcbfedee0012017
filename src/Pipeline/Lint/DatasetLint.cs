using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;

namespace Cppo.Pipeline.Lint;

/// <summary>Checks datasets and rewards. Of the rows only hashes of questions and the gold answers are held.</summary>
/// <param name="rewards">The rewards that golds must be able to earn.</param>
internal sealed class DatasetLint(RewardSettings rewards)
{
    private sealed record Checked(LintRow? Row, LintFinding[] Findings);

    /// <summary>
    /// Reads the training file and, where there is one, the test file, checks every row and all rows with each other, and probes the
    /// rewards.
    /// </summary>
    /// <exception cref="DataException">A file is missing, empty or unreadable, or lacks a column.</exception>
    public LintReport Run(IReadOnlyList<DatasetConfig> datasets, CancellationToken stop)
    {
        var files = new List<LintedFile>();
        var findings = new List<LintFinding>();
        var rows = new List<LintRow>();
        for (int file = 0; file < datasets.Count; file++)
        {
            int before = rows.Count + findings.Count;
            long numRows = 0;
            foreach (var row in Check(datasets[file], file, findings, stop))
            {
                numRows++;
                findings.AddRange(row.Findings);
                if (row.Row is { } complete)
                {
                    rows.Add(complete);
                }
            }

            if (rows.Count + findings.Count == before)
            {
                throw new DataException($"Dataset {datasets[file].Path} holds no row.");
            }

            files.Add(new(datasets[file].Path, numRows));
        }

        findings.AddRange(DataLint.compare(rewards, [.. rows]));
        var inOrder = findings.OrderBy(finding => finding.Place.File).ThenBy(finding => finding.Place.Line);
        return new(files, [.. rewards.Rewards.Select(reward => reward.Name)], [.. inOrder], Probe());
    }

    /// <summary>The rows of a file, checked on all cores, in order; malformed ones go to <paramref name="findings"/>.</summary>
    private IEnumerable<Checked> Check(DatasetConfig dataset, int file, List<LintFinding> findings, CancellationToken stop)
    {
        string[] columns =
        [
            dataset.QuestionColumn,
            dataset.AnswerColumn,
            .. dataset.IdColumn.Length > 0 ? [dataset.IdColumn] : Array.Empty<string>(),
        ];
        var faults = new DataFaults(sentence => findings.Add(new(LintKind.MalformedRow, new LintPlace(file, 0), default, sentence)));
        var rows = RowReader
            .ReadAsync(dataset.Path, dataset.Format, new RowColumns(columns, FirstMayBeChat: true), faults, stop)
            .ToBlockingEnumerable(stop)
            .TakeWhile(row => dataset.Limit == 0 || row.Number <= dataset.Limit);
        return OrderedWork.Map(rows, row => row.Values.Sum(value => value?.Length ?? 0), row => Check(new LintPlace(file, row.Line), row));
    }

    private Checked Check(LintPlace place, DataRow row)
    {
        string?[] values = row.Values;
        var (question, answer, id) = (values[0] ?? "", values[1] ?? "", values.Length > 2 ? values[2] ?? "" : "");
        var findings = DataLint.check(rewards, place, question, answer);
        bool isComplete = !Array.Exists(findings, finding => finding.Kind.IsEmptyField);
        return new(isComplete ? DataLint.rowOf(rewards, place, id, ChatTurns.WholeText(row.Earlier, question), answer) : null, findings);
    }

    private ProbeResult[] Probe() =>
        [.. RewardProbeModule.all.SelectMany(probe => RewardProbeModule.judge(Reward.score(rewards, probe.Gold, probe.Completion), probe))];
}

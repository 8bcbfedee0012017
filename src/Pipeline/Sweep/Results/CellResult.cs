using Cppo.Pipeline.Data;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Sweep.Cells;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Sweep.Results;

/// <summary>What a cell's files say. Seconds include generation and exclude evaluation.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Updates">The lines of its metrics.</param>
/// <param name="Evaluations">By the tests' names.</param>
/// <param name="Machine">What it was trained on.</param>
internal sealed record CellResult(
    SweepCell Cell,
    StepLine[] Updates,
    IReadOnlyDictionary<string, StoredEvaluation> Evaluations,
    string Machine
)
{
    /// <summary>Questions asked.</summary>
    public double Questions { get; } = Sum(Updates, "questions");

    /// <summary>Completions generated.</summary>
    public double Generated { get; } = Sum(Updates, "completions_generated");

    /// <summary>Completions trained on.</summary>
    public double Kept { get; } = Sum(Updates, "completions_kept");

    /// <summary>Optimizer steps: updates times passes.</summary>
    public double OptimizerSteps => (double)Updates.Length * Cell.Config.Update.Passes;

    /// <summary>The whole run, from the first rollout to the last update.</summary>
    public double Seconds { get; } = Updates.Length == 0 ? 0 : Value(Updates[^1], "elapsed_seconds");

    /// <summary>Generating, which pruning does not shorten.</summary>
    public double RolloutSeconds { get; } = Sum(Updates, "rollout_seconds");

    /// <summary>Forward, backward and step.</summary>
    public double UpdateSeconds { get; } = Sum(Updates, "update_seconds");

    /// <summary>Reads the files of a cell that has ended.</summary>
    /// <exception cref="DataException">One of them is damaged.</exception>
    public static CellResult Read(SweepCell cell)
    {
        string machine = CellRecord.MachineOf(cell.Directory);
        string metrics = Path.Combine(cell.Directory, MetricsWriter.UpdatesFile);
        var updates = StepLines.Read(metrics);
        if (updates.Length != cell.Config.Run.Updates)
        {
            throw new DataException(
                $"{metrics} has {updates.Length} lines for {cell.Config.Run.Updates} updates; remove {cell.Directory}, and the sweep makes "
                    + "the cell again."
            );
        }

        return new CellResult(cell, updates, cell.Tests.ToDictionary(test => test.Name, test => Evaluation(cell, test)), machine);
    }

    /// <summary>
    /// The acceleration that would be reached if a run were generating g and updates u that shrink with what is kept:
    /// (g + u) / (g + u k / G), with g and u of <paramref name="reference"/>. Null where groups differ in size or nothing was trained.
    /// </summary>
    public double? LimitAgainst(CellResult reference) =>
        Kept > 0 && reference.Kept > 0 && Cell.Config.Rollout.Group == reference.Cell.Config.Rollout.Group
            ? (reference.RolloutSeconds + reference.UpdateSeconds)
                / (reference.RolloutSeconds + (reference.UpdateSeconds * (Kept / Generated) / (reference.Kept / reference.Generated)))
            : null;

    /// <summary>The mean reward over what has been spent; one point an update.</summary>
    /// <param name="over">questions, updates or seconds.</param>
    public (double X, double Y)[] Rewards(string over)
    {
        double questions = 0;
        return
        [
            .. Updates.Select(line =>
            {
                questions += Value(line, "questions");
                double x =
                    over == "questions" ? questions
                    : over == "updates" ? line.Step + 1
                    : Value(line, "elapsed_seconds");
                return (x, Value(line, "reward_mean"));
            }),
        ];
    }

    private static StoredEvaluation Evaluation(SweepCell cell, CellTest test)
    {
        string path = Path.Combine(cell.Directory, CellRunner.EvaluationOf(test, "json"));
        return EvaluationFile.Parse(path, File.ReadAllText(path))[0];
    }

    private static double Sum(StepLine[] updates, string key) => updates.Sum(line => Value(line, key));

    private static double Value(StepLine line, string key) =>
        StepLines.TryValue(line.Values, key) ?? throw new DataException($"Update {line.Step} of the cell's metrics lacks {key}.");
}

using Cppo.Model.Files;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Scoring;
using Cppo.Pipeline.Settings;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Sweep.Cells;

/// <summary>
/// Trains cells and evaluates their models. What is there from before is taken; a run that was interrupted goes on from its newest
/// checkpoint, or begins anew where it has none.
/// </summary>
internal sealed class CellRunner(SweepProgress progress, CancellationToken stop, CancellationToken cancel)
{
    private const string LogFile = "log.txt";

    /// <summary>Where <c>NAME-ID.json</c> has each question's outcome and <c>NAME-ID.parquet</c> each completion.</summary>
    private const string Evaluations = "evaluations";

    /// <summary>The file of a cell's evaluation, below its directory.</summary>
    public static string EvaluationOf(CellTest test, string ending) => $"{Evaluations}/{test.Name}-{test.Id}.{ending}";

    /// <summary>Where a cell says how it is going.</summary>
    public static string LogOf(SweepCell cell) => Path.Combine(cell.Config.Run.Directory, $"{cell.Id}.{LogFile}");

    /// <summary>Whether nothing of the cell is left to do.</summary>
    /// <exception cref="Data.DataException">Files of it were changed.</exception>
    public static bool IsDone(SweepCell cell) =>
        CellRecord.Read(cell.Directory) is { } record && cell.Tests.All(test => record.Has(EvaluationOf(test, "json")));

    /// <summary>Makes what is missing of a cell.</summary>
    /// <returns>Whether all of it is there; false where it was asked to stop.</returns>
    public async Task<bool> RunAsync(SweepCell cell)
    {
        try
        {
            return await MakeAsync(cell);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> MakeAsync(SweepCell cell)
    {
        if (CellRecord.Read(cell.Directory) is not { } record)
        {
            if (!await TrainAsync(cell))
            {
                return false;
            }

            record = CellRecord.Create(
                cell,
                [MetricsWriter.UpdatesFile, .. Directory.EnumerateFiles(RunDirectory.ModelOf(cell.Directory)).Select(ModelFile)]
            );
        }

        foreach (var test in cell.Tests.Where(test => !record.Has(EvaluationOf(test, "json"))))
        {
            if (stop.IsCancellationRequested)
            {
                return false;
            }

            await EvaluateAsync(cell, test);
            record.Add(EvaluationOf(test, "json"), EvaluationOf(test, "parquet"));
        }

        return true;
    }

    private static string ModelFile(string path) => $"model/{Path.GetFileName(path)}";

    private async Task<bool> TrainAsync(SweepCell cell)
    {
        bool resumes = CheckpointStore.IsAnyIn(RunDirectory.CheckpointsOf(cell.Directory));
        if (!resumes && Directory.Exists(cell.Directory))
        {
            Directory.Delete(cell.Directory, recursive: true);
        }

        Directory.CreateDirectory(cell.Config.Run.Directory);
        await using var lines = new StreamWriter(LogOf(cell), append: resumes);
        var config = cell.Config with { Run = cell.Config.Run with { Resume = resumes, Restart = false } };
        var outcome = await TrainingRun.ExecuteAsync(config, lines, new TerminalWriter(lines), stop, cancel, progress.OfCell(cell, lines));
        return !outcome.IsStopped;
    }

    private async Task EvaluateAsync(SweepCell cell, CellTest test)
    {
        string model = RunDirectory.ModelOf(cell.Directory);
        var trained = test.Config.Model with { Path = model, TokenizerPath = "", RandomInitialization = false };
        var config = test.Config with { Model = trained };
        var plan = new EvaluationPlan(null, config, SettingsMap.Judging(config), [], [config.Evaluation.Samples]);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancel);
        var questions = await TestQuestions.ReadAsync(plan, either.Token);
        progress.Evaluating(cell, test);
        var reports = await ModelEvaluation.RunAsync([plan], [questions], _ => { }, (_, _) => { }, either.Token);
        Directory.CreateDirectory(Path.Combine(cell.Directory, Evaluations));
        CompletionRows.Write(
            Path.Combine(cell.Directory, EvaluationOf(test, "parquet")),
            TextWriter.Null,
            EvaluatedRows.Of(reports[0]),
            cancel
        );
        AtomicFile.WriteText(
            Path.Combine(cell.Directory, EvaluationOf(test, "json")),
            EvaluationJson.Write(reports, [], hasOutcomes: true) + "\n"
        );
    }
}

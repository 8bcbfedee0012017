using Cppo.Model.Files;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sweep.Cells;
using Cppo.Pipeline.Sweep.Definition;
using Cppo.Pipeline.Sweep.Results;

namespace Cppo.Pipeline.Sweep;

/// <summary>Where a sweep finds and leaves its files, and what it takes in place of what its file says.</summary>
internal sealed record SweepSettings
{
    /// <summary>Cells of all sweeps.</summary>
    public required string CellsDirectory { get; init; }

    /// <summary>Results, a directory a sweep.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>Seeds in place of the files'; null: those.</summary>
    public IReadOnlyList<int>? Seeds { get; init; }

    /// <summary>A document with a place for each sweep; null: none.</summary>
    public string? Document { get; init; }
}

/// <summary>How sweeps ended.</summary>
/// <param name="NumFailed">Cells that failed.</param>
/// <param name="IsStopped">Whether it was asked to stop before all cells were made.</param>
internal sealed record SweepOutcome(int NumFailed, bool IsStopped);

/// <summary>
/// Makes the cells of sweeps, each once, and reports each sweep when its cells are there. A cell that fails is named and the others go on.
/// </summary>
internal sealed class SweepRun(SweepSettings settings, TextWriter output, SweepProgress progress)
{
    private const string LockFile = "sweep.lock";
    private readonly Dictionary<string, string> failed = [];
    private int numUnreported;

    /// <summary>Runs to the end, or until it is asked to stop.</summary>
    /// <param name="files">The sweeps, in the order in which they are made.</param>
    /// <param name="stop">End an evaluation and all waits, finish the update in progress, save a checkpoint, end.</param>
    /// <param name="cancel">End at once.</param>
    /// <exception cref="ConfigException">Cells have faults; nothing was written.</exception>
    /// <exception cref="DataException">Files of cells that have ended were changed; nothing was written.</exception>
    /// <exception cref="UsageException">Another sweep makes cells there, or something cannot be written.</exception>
    public async Task<SweepOutcome> RunAsync(IReadOnlyList<SweepFile> files, CancellationToken stop, CancellationToken cancel)
    {
        var document = settings.Document is { } path ? DocumentFile.Open(path, files.Select(file => file.Config.Name)) : null;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancel);
        var plans = await PlansAsync(files, either.Token);
        SweepCell[] cells = [.. plans.SelectMany(plan => plan.Cells).GroupBy(cell => cell.Id).Select(Joined)];
        SweepCell[] left = [.. cells.Where(cell => !CellRunner.IsDone(cell))];
        LineFile.RequireDirectory("--output", settings.OutputDirectory);
        using var held = Hold();
        progress.Begin(cells.Length, left);
        var runner = new CellRunner(progress, stop, cancel);
        foreach (var plan in plans)
        {
            foreach (var cell in left.Where(cell => plan.Cells.Any(own => own.Id == cell.Id)))
            {
                if (stop.IsCancellationRequested || !await MakeAsync(runner, cell, cancel))
                {
                    progress.Line("stopped; the same command goes on from here");
                    return new SweepOutcome(failed.Count, IsStopped: true);
                }
            }

            left = [.. left.Where(cell => !plan.Cells.Any(own => own.Id == cell.Id))];
            ReportOrTell(plan, document);
        }

        return new SweepOutcome(failed.Count + numUnreported, IsStopped: false);
    }

    /// <summary>Plans of all sweeps, with the faults of all of them together.</summary>
    private async Task<List<SweepPlan>> PlansAsync(IReadOnlyList<SweepFile> files, CancellationToken cancel)
    {
        var digests = new InputDigests();
        var (plans, faults) = (new List<SweepPlan>(), new List<ConfigFault>());
        foreach (var file in files)
        {
            try
            {
                plans.Add(await SweepPlan.MakeAsync(file, settings.Seeds, settings.CellsDirectory, digests, cancel));
            }
            catch (ConfigException fault)
            {
                faults.AddRange(fault.Faults);
            }
        }

        if (files.CountBy(file => file.Config.Name).FirstOrDefault(name => name.Value > 1) is { Value: > 1 } twice)
        {
            throw new UsageException($"Two of the sweeps are called {twice.Key}; their results would be in one directory. Rename one.");
        }

        return faults.Count == 0 ? plans : throw new ConfigException(faults);
    }

    /// <summary>Cells that are the same run are made once, with the evaluations of all.</summary>
    private static SweepCell Joined(IEnumerable<SweepCell> same)
    {
        SweepCell[] all = [.. same];
        return all[0] with { Tests = [.. all.SelectMany(cell => cell.Tests).DistinctBy(test => CellRunner.EvaluationOf(test, "json"))] };
    }

    private async Task<bool> MakeAsync(CellRunner runner, SweepCell cell, CancellationToken cancel)
    {
        try
        {
            progress.Begun();
            if (!await runner.RunAsync(cell))
            {
                return false;
            }

            progress.Ended(cell, Brief(CellResult.Read(cell)));
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            // Where the disk is full the other cells would fail as well.
            if (FileFault.IsFull(fault))
            {
                throw;
            }

            failed[cell.Id] = Sentence(fault);
            progress.Failed(cell, failed[cell.Id]);
            await File.AppendAllTextAsync(CellRunner.LogOf(cell), TerminalText.Escaped($"{fault}\n"), cancel);
        }

        return true;
    }

    /// <summary>A fault in words; the cell's log has the whole of it.</summary>
    private static string Sentence(Exception fault) =>
        fault switch
        {
            AggregateException { InnerExceptions: [var first, ..] } => Sentence(first),
            IOException or UnauthorizedAccessException => $"{FileFault.PathOf(fault) ?? "a file"}: {FileFault.Reason(fault)}",
            _ => fault.Message,
        };

    /// <summary>A sweep whose results cannot be reported is told, and the next goes on.</summary>
    private void ReportOrTell(SweepPlan plan, DocumentFile? document)
    {
        try
        {
            Report(plan, document);
        }
        catch (Exception fault) when (fault is DataException or UsageException or FileFormatException)
        {
            numUnreported++;
            progress.Line($"failed: {plan.File.Config.Name} cannot be reported: {fault.Message}");
        }
    }

    private static string Brief(CellResult result)
    {
        var test = result.Evaluations.Values.FirstOrDefault();
        string accuracy = test is null ? "" : FormattableString.Invariant($", {100 * test.Questions.Average(each => each.Strict):0.0} %");
        return FormattableString.Invariant($"{result.Seconds:0.0} s{accuracy}");
    }

    private void Report(SweepPlan plan, DocumentFile? document)
    {
        var results = new SweepResults(
            plan.File,
            [
                .. plan.Methods.Select(method => new MethodResult(
                    method,
                    [
                        .. plan
                            .Cells.Where(cell => cell.Method == method.Name && !failed.ContainsKey(cell.Id))
                            .OrderBy(cell => cell.Seed)
                            .Select(CellResult.Read),
                    ]
                )),
            ]
        );
        // Results of other seeds than the file's do not take the place of its own.
        string suffix = settings.Seeds is { } seeds ? $"-seeds-{string.Join('-', seeds)}" : "";
        string directory = Path.Combine(settings.OutputDirectory, plan.File.Config.Name + suffix);
        string[] lines = new ResultFiles(results).Write(directory, document);
        progress.Line("");
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }

        foreach (var cell in plan.Cells.Where(cell => failed.ContainsKey(cell.Id)))
        {
            output.WriteLine($"failed: {SweepProgress.Name(cell)}: {failed[cell.Id]}");
        }

        output.WriteLine();
        output.WriteLine($"results  {directory}");
    }

    private FileStream Hold()
    {
        LineFile.RequireDirectory("--cells", settings.CellsDirectory);
        try
        {
            return new FileStream(
                Path.Combine(settings.CellsDirectory, LockFile),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (IOException)
        {
            throw new UsageException(
                $"Another sweep makes cells in {settings.CellsDirectory}; wait for it, or name another place with --cells."
            );
        }
    }
}

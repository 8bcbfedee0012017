using Cppo.Chaos.Children;
using Cppo.Chaos.Runs;

namespace Cppo.Chaos.Injections;

/// <summary>
/// Has a run come to its end as its user would: it is resumed; where that is refused, begun; where both are refused and a sentence names
/// it, restarted. Every refusal must be one sentence that names the place and leave every byte as it was.
/// </summary>
/// <param name="bed">What all injections share.</param>
/// <param name="variant">The run.</param>
/// <param name="run">Its directory.</param>
internal sealed class Recovery(TestBed bed, Variant variant, string run)
{
    private const string Resume = "run.resume=true";
    private const string Begin = "run.resume=false";
    private const string Restart = "run.restart=true";

    private readonly List<string> refusals = [];

    /// <summary>What the program must say where it resumes; null: nothing.</summary>
    public string? MustName { get; init; }

    /// <summary>A file below the run whose content may stay as the damage made it, if all else is equal; null: none.</summary>
    public string? Unread { get; init; }

    /// <summary>Whether it may be refused for good, with a sentence: where its files were damaged.</summary>
    public bool MayRefuse { get; init; }

    /// <summary>How many updates must not be made again: those that a sound checkpoint stands for.</summary>
    public int Kept { get; init; }

    /// <summary>Runs to the end and compares.</summary>
    public async Task<Outcome> RunAsync()
    {
        var kept = KeptFiles();
        foreach (string set in new[] { Resume, Begin, Restart })
        {
            if (set == Restart && !refusals.Any(words => words.Contains(Restart, StringComparison.Ordinal)))
            {
                continue;
            }

            var before = FileTree.Read(run);
            var end = await bed.CallAsync(variant, run, set);
            if (end.ExitCode == 0)
            {
                return await JudgeAsync(set, end, before, kept);
            }

            string words = Sentence.Short(end.Error, run);
            string? fault =
                end.ExitCode != 2 ? $"it ended with {end.ExitCode}: {words}"
                : Sentence.Fault(end.Error, run) is { } complaint ? complaint
                : FileTree.Difference(before, FileTree.Read(run)) is { } change ? $"it was refused, but {change}: {words}"
                : null;
            if (fault is not null)
            {
                return Outcome.Wrong($"{set}: {fault}");
            }

            refusals.Add(words);
        }

        string all = string.Join(" / ", refusals);
        return MayRefuse ? new Outcome(OutcomeKind.Refused, all) : Outcome.Wrong($"it neither goes on nor begins: {all}");
    }

    private async Task<Outcome> JudgeAsync(
        string set,
        CallEnd end,
        SortedDictionary<string, string> before,
        IReadOnlyDictionary<string, string> kept
    )
    {
        var whole = await bed.WholeAsync(variant);
        var comparison = new ContentComparison(whole.Content, RunContent.Read(run));
        if (!comparison.IsEqual && Unread is not null)
        {
            File.Copy(Path.Combine(whole.DirectoryPath, Unread), Path.Combine(run, Unread), overwrite: true);
            comparison = new ContentComparison(whole.Content, RunContent.Read(run));
        }

        if (!comparison.IsEqual)
        {
            var kind =
                comparison.IsLost ? OutcomeKind.Lost
                : comparison.IsDoubled ? OutcomeKind.Doubled
                : OutcomeKind.Wrong;
            return new Outcome(kind, $"{set}: {comparison}; it said: {Sentence.Short(end.Error, run)}");
        }

        if (set == Resume)
        {
            var now = KeptFiles();
            string? again = kept.FirstOrDefault(file => now.GetValueOrDefault(file.Key) != file.Value).Key;
            if (again is not null)
            {
                return Outcome.Wrong($"{again} was made again, though a checkpoint stood for it");
            }

            return MustName is null || end.Error.Contains(MustName, StringComparison.Ordinal)
                ? new Outcome(OutcomeKind.Equal, Sentence.Short(end.Error, run))
                : Outcome.Wrong($"it went on without naming {MustName}");
        }

        if (set == Begin && before.Keys.Any(path => path.StartsWith("completions/step", StringComparison.Ordinal)))
        {
            return Outcome.Wrong("it began a new run over completions that were there");
        }

        string all = string.Join(" / ", refusals);
        return set == Begin ? new Outcome(OutcomeKind.Equal, all)
            : MayRefuse ? new Outcome(OutcomeKind.Refused, all)
            : Outcome.Wrong($"it goes on only when it is restarted: {all}");
    }

    /// <summary>The lines and completions of the updates that must not be made again, by their names.</summary>
    private Dictionary<string, string> KeptFiles()
    {
        var files = FileTree
            .Read(run)
            .Where(file => Enumerable.Range(0, Kept).Any(step => file.Key == $"completions/step-{step:D6}.parquet"))
            .ToDictionary();
        foreach (var line in RunContent.UpdatesOf(run).Where(line => line.Step < Kept))
        {
            files[$"the line of step {line.Step}"] = line.Whole;
        }

        return files;
    }
}

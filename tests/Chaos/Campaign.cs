using System.Diagnostics;
using System.Globalization;
using Cppo.Chaos.Injections;
using Cppo.Chaos.Runs;

namespace Cppo.Chaos;

/// <summary>Does injections, some at a time, and counts their outcomes.</summary>
/// <param name="bed">What they share.</param>
/// <param name="tell">Gets a line for each, one after the other.</param>
internal sealed class Campaign(TestBed bed, Action<string> tell)
{
    private readonly Lock gate = new();
    private readonly Dictionary<OutcomeKind, int> counts = [];
    private readonly List<string> failures = [];
    private int number;

    /// <summary>Those that this machine could not do.</summary>
    public int Skipped => Count(OutcomeKind.Skipped);

    /// <summary>Whether every promise was kept, and something was promised.</summary>
    public bool IsGood => failures.Count == 0 && counts.Keys.Any(kind => kind != OutcomeKind.Skipped);

    /// <summary>A line for each that went wrong.</summary>
    public IReadOnlyList<string> Failures => failures;

    /// <summary>The counts in one line; the last one only where it is not 0.</summary>
    public string Summary =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"injected {counts.Values.Sum() - Skipped}, recovered equal {Count(OutcomeKind.Equal)}, "
                + $"refused with a sentence {Count(OutcomeKind.Refused)}"
                + $", lost {Count(OutcomeKind.Lost)}, doubled {Count(OutcomeKind.Doubled)}"
        )
        + (
            Count(OutcomeKind.Wrong) == 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $", otherwise wrong {Count(OutcomeKind.Wrong)}")
        );

    /// <summary>Does them all.</summary>
    public Task RunAsync(IReadOnlyList<Injection> injections, int jobs) =>
        Parallel.ForEachAsync(
            injections,
            new ParallelOptions { MaxDegreeOfParallelism = jobs },
            async (injection, _) => await DoAsync(injection, injections.Count)
        );

    private async Task DoAsync(Injection injection, int total)
    {
        int place = Interlocked.Increment(ref number);
        string directory = Path.Combine(bed.DirectoryPath, "runs", place.ToString("D4", CultureInfo.InvariantCulture));
        Directory.CreateDirectory(directory);
        long began = Stopwatch.GetTimestamp();
        var outcome = await OutcomeAsync(injection, Path.Combine(directory, Variant.RunName));
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{place, 4}/{total} {outcome.Kind, -8} {Stopwatch.GetElapsedTime(began).TotalSeconds, 5:0.0} s  {injection.Id}"
        );
        if (!outcome.IsGood)
        {
            line += $"  in {directory}";
        }

        lock (gate)
        {
            counts[outcome.Kind] = Count(outcome.Kind) + 1;
            line += outcome.Words.Length == 0 ? "" : $"  {outcome.Words}";
            if (!outcome.IsGood)
            {
                failures.Add(line);
            }

            tell(line);
        }
    }

    private async Task<Outcome> OutcomeAsync(Injection injection, string run)
    {
        try
        {
            var outcome = await injection.ExecuteAsync(bed, run);
            if (outcome.IsGood)
            {
                FileTree.Delete(Path.GetDirectoryName(run)!);
            }

            return outcome;
        }
        catch (Exception fault)
        {
            return Outcome.Wrong(fault is TimeoutException ? fault.Message : fault.ToString());
        }
    }

    private int Count(OutcomeKind kind) => counts.GetValueOrDefault(kind);
}

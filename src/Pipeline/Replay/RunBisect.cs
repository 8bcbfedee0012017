using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Replay;

/// <summary>
/// Finds where two runs begin to differ: compares their configurations, then update by update lines and rows, a row group of each in
/// memory at a time, up to the first update that differs.
/// </summary>
internal static class RunBisect
{
    /// <summary>Compares the updates that both runs have.</summary>
    /// <param name="a">A run's directory.</param>
    /// <param name="b">Another one's.</param>
    /// <param name="stop">Ends it between rows.</param>
    /// <exception cref="UsageException">One of them is no run's directory.</exception>
    /// <exception cref="DataException">A file of completions is damaged.</exception>
    public static async Task<BisectResult> ExecuteAsync(string a, string b, CancellationToken stop)
    {
        var (one, other) = (RecordedRun.Open(a), RecordedRun.Open(b));
        string[] configuration = [.. ConfigKeys.Differences(one.ConfigText, other.ConfigText).Where(difference => !IsOfPlace(difference))];
        var result = new BisectResult(one.DirectoryPath, other.DirectoryPath, configuration)
        {
            UpdatesOfA = one.Lines.Length,
            UpdatesOfB = other.Lines.Length,
        };
        foreach (var (lineOfA, lineOfB) in Common(one.Lines, other.Lines))
        {
            stop.ThrowIfCancellationRequested();
            var lines = LineComparison.Of(lineOfA, lineOfB);
            var rows = await RowsAsync(one, other, lineOfA.Step, stop);
            result = result with
            {
                Updates = result.Updates + 1,
                Rows = result.Rows + (rows?.NumRows ?? 0),
                StepsWithoutRows = result.StepsWithoutRows + (rows is null ? 1 : 0),
                WeightsHash = lineOfA.Values["weights_hash"]?.ToString(),
            };
            if (rows?.First is { } first)
            {
                return result with { First = first, OfRows = [.. rows.Found], OfLine = lines };
            }

            if (lines.Length > 0)
            {
                return result with { First = lines[0], OfLine = lines };
            }
        }

        return result;
    }

    /// <summary>
    /// Where a model or dataset lies differs between machines; another one that lies there shows in the first update's questions or tokens.
    /// </summary>
    private static bool IsOfPlace(string difference)
    {
        string key = difference[..difference.IndexOf(' ', StringComparison.Ordinal)];
        return key.EndsWith(".path", StringComparison.Ordinal) || key.EndsWith("Path", StringComparison.Ordinal);
    }

    /// <summary>The updates that both have, up to the first that one of them lacks.</summary>
    private static IEnumerable<(StepLine A, StepLine B)> Common(StepLine[] a, StepLine[] b) =>
        a.Zip(b).TakeWhile(pair => pair.First.Step == pair.Second.Step);

    /// <summary>Null where one of the runs has no file of the step.</summary>
    private static async Task<RowComparison?> RowsAsync(RecordedRun one, RecordedRun other, int step, CancellationToken stop)
    {
        if (one.CompletionsOf(step) is not { } ofOne || other.CompletionsOf(step) is not { } ofOther)
        {
            return null;
        }

        var comparison = new RowComparison(step);
        await using var a = RecordedCompletions.ReadAsync(ofOne, stop).GetAsyncEnumerator(stop);
        await using var b = RecordedCompletions.ReadAsync(ofOther, stop).GetAsyncEnumerator(stop);
        while (true)
        {
            bool hasA = await a.MoveNextAsync(),
                hasB = await b.MoveNextAsync();
            if (!(hasA || hasB) || !comparison.Add(hasA ? a.Current : null, hasB ? b.Current : null))
            {
                return comparison;
            }
        }
    }
}

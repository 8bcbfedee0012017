using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Cppo.Model.Files;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sinks;

namespace Cppo.Pipeline.Browse;

/// <summary>
/// Writes the page of <c>view</c> with what it shows of some runs as one file that needs no server and no network: all numbers, and groups
/// as far as a size allows.
/// </summary>
/// <param name="catalogue">The runs.</param>
/// <param name="mostBytes">What the file may have, about; numbers are there even where they alone take more.</param>
/// <param name="bundle">The page.</param>
/// <param name="warn">Receives a line for each damaged file of groups, which then has none.</param>
internal sealed class RunReport(RunCatalogue catalogue, long mostBytes, PageBundle bundle, Action<string> warn)
{
    /// <summary>Name of the file in the run directory.</summary>
    public const string FileName = "report.html";

    /// <summary>What the file that a run leaves at its end may have: opened at once, sent by mail.</summary>
    public const long BytesOfRun = 4 << 20;

    /// <summary>Updates of each part of a long run whose stages are drawn.</summary>
    private const int TimelinePart = 20;

    /// <summary>Updates of a run at most that groups are taken from.</summary>
    private const int MostUpdates = 60;

    /// <summary>The report of one run in its directory.</summary>
    /// <returns>The report's path.</returns>
    /// <exception cref="IOException">It could not be written.</exception>
    public static string WriteOf(string runDirectory, Action<string> warn, CancellationToken cancel)
    {
        string path = Path.Combine(runDirectory, FileName);
        new RunReport(RunCatalogue.Open([runDirectory]), BytesOfRun, PageBundle.Carried, warn).Write(path, cancel);
        return path;
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Write(string path, CancellationToken cancel)
    {
        var (before, after) = OfflinePage.Of(bundle);
        AtomicFile.Write(
            path,
            stream =>
            {
                stream.Write(Encoding.UTF8.GetBytes(before));
                using (var base64 = new Base64Stream(stream))
                {
                    WriteData(base64, mostBytes - before.Length - after.Length, cancel);
                }

                stream.Write(Encoding.UTF8.GetBytes(after));
            }
        );
    }

    private void WriteData(Base64Stream output, long most, CancellationToken cancel)
    {
        var runs = catalogue.Runs;
        (string Path, byte[] Answer)[] answers = [.. runs.SelectMany(Answers), .. catalogue.Sweeps.Select(Answer)];

        // Of four bytes in base64 three are data; JSON shrinks to a quarter or less. Groups come first: the list tells what they lack.
        long room = (most * 3 / 4) - (answers.Sum(answer => (long)answer.Answer.Length) / 4);
        using var packed = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true);
        using var json = PageJson.Writer(packed);
        var leftOut = new List<string>();
        json.WriteStartObject();
        json.WriteNumber("format", 1);
        json.WriteStartObject("groups");
        foreach (var (number, run) in runs.Index())
        {
            json.WritePropertyName(run.Id);

            // What is left is shared by the runs that are left.
            long end = output.Given + ((room - output.Given) / (runs.Count - number));
            if (Groups(json, run, () => output.Given, end, cancel) is { } sentence)
            {
                leftOut.Add(runs.Count == 1 ? sentence : $"{run.Title}: {sentence}");
            }
        }

        json.WriteEndObject();
        json.WriteStartObject("answers");
        foreach (var (path, answer) in answers.Prepend(("/api/runs", RunAnswers.List(catalogue, leftOut))))
        {
            json.WritePropertyName(path);
            json.WriteRawValue(answer, skipInputValidation: true);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static IEnumerable<(string Path, byte[] Answer)> Answers(BrowsedRun run)
    {
        string path = $"/api/runs/{Uri.EscapeDataString(run.Id)}";
        yield return (path, RunAnswers.Details(run));
        yield return ($"{path}/metrics", RunAnswers.Metrics(run, 0, []));
        yield return ($"{path}/evaluations", RunAnswers.Evaluations(run));
        yield return ($"{path}/timeline", TimelineAnswer.Parts(run, TimelinePart));
    }

    private static (string Path, byte[] Answer) Answer(BrowsedSweep sweep) =>
        ($"/api/sweeps/{Uri.EscapeDataString(sweep.Id)}", sweep.Answer());

    /// <summary>Groups of a run, evenly from its updates, until the data have a length.</summary>
    /// <returns>What was left out; null where nothing was.</returns>
    private string? Groups(Utf8JsonWriter json, BrowsedRun run, Func<long> written, long end, CancellationToken cancel)
    {
        int[] steps = RunAnswers.Locked(run, () => run.Updates.Steps.Distinct().ToArray());
        string completions = RunDirectory.CompletionsOf(run.Directory);
        int[] chosen = [.. Evenly(steps, MostUpdates).Where(step => RolloutFiles.IsWhole(completions, step))];
        var (tokenizer, items, isCut) = (new RunTokenizer(run), new List<GroupSummary>(), steps.Length > MostUpdates);
        json.WriteStartObject();
        json.WriteStartObject("details");
        foreach (var (number, step) in chosen.Index())
        {
            long start = written(),
                stop = start + ((end - start) / (chosen.Length - number));
            BrowsedGroup? waiting = null;
            string? previous = null;
            foreach (var group in Read(RolloutFiles.Find(completions, step)!, step, cancel))
            {
                if (waiting is not null && !Write(waiting, group.Id))
                {
                    waiting = null;
                    isCut = true;
                    break;
                }

                waiting = group;
            }

            if (waiting is not null)
            {
                isCut |= !Write(waiting, null);
            }

            bool Write(BrowsedGroup group, string? next)
            {
                json.Flush();
                if (written() >= stop)
                {
                    return false;
                }

                json.WritePropertyName(group.Id);
                GroupAnswer.Write(json, run, group, tokenizer, new GroupNeighbours(previous, next, IsDone: true), isReport: true);
                items.Add(GroupSummary.Of(group));
                previous = group.Id;
                return true;
            }
        }

        json.WriteEndObject();
        json.WriteStartArray("items");
        items.ForEach(item => item.Write(json));
        json.WriteEndArray();
        long total = RunAnswers.Locked(run, () => run.Updates.Questions.Count == 0 ? items.Count : (long)run.Updates.Questions[^1]);
        string? leftOut =
            isCut ? LeftOut(items.Count, Math.Max(total, items.Count))
            : items.Count < total
                ? FormattableString.Invariant($"{total - items.Count} of {total} groups are not here: their files are missing or damaged.")
            : null;
        json.WriteNumber("total", Math.Max(total, items.Count));
        json.WriteNumber("included", items.Count);
        json.WriteString("leftOut", leftOut);
        json.WriteEndObject();
        return leftOut;
    }

    private IEnumerable<BrowsedGroup> Read(string path, int step, CancellationToken cancel)
    {
        using var groups = RecordedGroups.Read(path, step, cancel).GetEnumerator();
        while (true)
        {
            try
            {
                if (!groups.MoveNext())
                {
                    yield break;
                }
            }
            catch (Exception damaged) when (damaged is DataException or FileFormatException)
            {
                warn($"warning: the report lacks groups of step {step}: {damaged.Message}");
                yield break;
            }

            yield return groups.Current;
        }
    }

    private string LeftOut(int included, long total) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{total - included} of {total} groups were left out to keep the file at about {mostBytes / 1048576.0:0.#} MB; "
                + $"{ProgramCall.Of("view")} shows all."
        );

    /// <summary>The first, the last, and others at equal distances.</summary>
    private static IEnumerable<int> Evenly(int[] steps, int most) =>
        steps.Length <= most
            ? steps
            : Enumerable.Range(0, most).Select(place => steps[(int)((long)place * (steps.Length - 1) / (most - 1))]).Distinct();
}

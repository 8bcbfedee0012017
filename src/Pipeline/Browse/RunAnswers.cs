using System.Text.Json;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Browse;

/// <summary>
/// What the page is told of runs, but for their groups: the same from the server and in an offline report. docs/view.md describes each
/// answer.
/// </summary>
internal static class RunAnswers
{
    /// <summary>The list of runs and sweeps.</summary>
    /// <param name="catalogue">What is known.</param>
    /// <param name="leftOut">Of a report: sentences about what it lacks; null: the server answers.</param>
    public static byte[] List(RunCatalogue catalogue, IReadOnlyList<string>? leftOut = null) =>
        PageJson.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteString("program", ProgramVersion.Text);
            json.Time("now", DateTimeOffset.UtcNow);
            if (leftOut is null)
            {
                json.WriteNull("offline");
            }
            else
            {
                json.WriteStartObject("offline");
                json.Time("created", DateTimeOffset.UtcNow);
                json.WriteStartArray("leftOut");
                foreach (string sentence in leftOut)
                {
                    json.WriteStringValue(sentence);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteStartArray("runs");
            foreach (var run in catalogue.Runs)
            {
                Locked(run, () => Entry(json, run, () => { }));
            }

            json.WriteEndArray();
            json.WriteStartArray("sweeps");
            foreach (var sweep in catalogue.Sweeps)
            {
                json.WriteStartObject();
                sweep.WriteEntry(json);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    /// <summary>How far each run is, and when each sweep's results were written.</summary>
    public static byte[] States(RunCatalogue catalogue) =>
        PageJson.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("runs");
            foreach (var run in catalogue.Runs)
            {
                Locked(run, () => run.WriteState(json));
            }

            json.WriteEndArray();
            json.WriteStartArray("sweeps");
            foreach (var sweep in catalogue.Sweeps)
            {
                sweep.WriteState(json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    /// <summary>A run's entry, its configuration and the names of its series.</summary>
    public static byte[] Details(BrowsedRun run) =>
        Locked(
            run,
            () =>
                PageJson.Bytes(json =>
                    Entry(
                        json,
                        run,
                        () =>
                        {
                            run.Keys.Write(json);
                            json.WriteStartArray("series");
                            foreach (string name in run.Updates.Names)
                            {
                                json.WriteStringValue(name);
                            }

                            json.WriteEndArray();
                            DroppedQuestions(json, run.Updates);
                        }
                    )
                )
        );

    /// <summary>The keys whose values differ between runs.</summary>
    public static byte[] Differences(IReadOnlyList<BrowsedRun> runs)
    {
        RunKeys[] keys = [.. runs.Select(run => Locked(run, () => run.Keys))];
        (string Name, bool Determines)[] names = [.. keys.SelectMany(all => all.All).Select(key => (key.Name, key.Determines)).Distinct()];
        var byName = keys.Select(all => all.All.GroupBy(key => key.Name).ToDictionary(key => key.Key, key => key.First().Value)).ToArray();
        return PageJson.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("runs");
            foreach (var run in runs)
            {
                json.WriteStringValue(run.Id);
            }

            json.WriteEndArray();
            int same = 0;
            json.WriteStartArray("keys");
            foreach (var (name, determines) in names)
            {
                string?[] values = [.. byName.Select(all => all.GetValueOrDefault(name))];
                if (RunKeys.AreEqual(name, values))
                {
                    same++;
                    continue;
                }

                json.WriteStartObject();
                json.WriteString("key", name);
                json.WriteStartArray("values");
                foreach (string? value in values)
                {
                    json.WriteStringValue(value);
                }

                json.WriteEndArray();
                json.WriteBoolean("determines", determines);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("same", same);
            json.WriteEndObject();
        });
    }

    /// <summary>Columns of numbers, one of each a line from <paramref name="from"/> on.</summary>
    /// <param name="run">The run.</param>
    /// <param name="from">The first line.</param>
    /// <param name="keys">Which columns; empty: all.</param>
    public static byte[] Metrics(BrowsedRun run, int from, IReadOnlyList<string> keys) =>
        Locked(
            run,
            () =>
                PageJson.Bytes(json =>
                {
                    var updates = run.Updates;
                    int count = updates.Steps.Count,
                        first = Math.Min(from, count);
                    json.WriteStartObject();
                    json.WriteString("run", run.Id);
                    json.WriteString("revision", run.Revision);
                    json.WriteNumber("from", first);
                    json.WriteNumber("next", count);
                    json.WriteStartObject("axes");
                    Column("update", line => updates.Steps[line] + 1);
                    Column("question", line => updates.Questions[line]);
                    Column("token", line => updates.Tokens[line]);
                    Column("second", line => updates.Value("elapsed_seconds", line));
                    json.WriteEndObject();
                    json.WriteStartObject("series");
                    foreach (string name in updates.Names.Where(name => keys.Count == 0 || keys.Contains(name)))
                    {
                        Column(name, line => updates.Value(name, line));
                    }

                    json.WriteEndObject();
                    json.WriteEndObject();

                    void Column(string name, Func<int, double> value)
                    {
                        json.WriteStartArray(name);
                        for (int line = first; line < count; line++)
                        {
                            json.Number(value(line));
                        }

                        json.WriteEndArray();
                    }
                })
        );

    /// <summary>All evaluations.</summary>
    public static byte[] Evaluations(BrowsedRun run) =>
        Locked(
            run,
            () =>
                PageJson.Bytes(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("run", run.Id);
                    run.Evaluations.Write(json, run.Updates);
                    json.WriteEndObject();
                })
        );

    /// <summary>Does something with a run that is up to date, while nobody else does.</summary>
    public static T Locked<T>(BrowsedRun run, Func<T> work)
    {
        lock (run.Gate)
        {
            run.Refresh();
            return work();
        }
    }

    private static void Locked(BrowsedRun run, Action work) =>
        Locked(
            run,
            () =>
            {
                work();
                return true;
            }
        );

    private static void Entry(Utf8JsonWriter json, BrowsedRun run, Action more)
    {
        json.WriteStartObject();
        run.WriteEntry(json);
        more();
        json.WriteEndObject();
    }

    private static void DroppedQuestions(Utf8JsonWriter json, MetricColumns updates)
    {
        const string Prefix = "questions_dropped_reasons.";
        json.WriteStartArray("droppedQuestions");
        foreach (string name in updates.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            json.WriteStartObject();
            json.WriteString("reason", name[Prefix.Length..]);
            json.Number("count", updates.Value(name, updates.Steps.Count - 1));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

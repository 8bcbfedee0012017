using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Browse;

/// <summary>
/// The lines of a run's <c>metrics.jsonl</c> as columns, one number a line each, and sums of questions and tokens beside them. A member of
/// an object is a column <c>object.member</c>. What a line lacks is NaN.
/// </summary>
internal sealed class MetricColumns
{
    private const string Spans = "busy_spans";
    private static readonly string[] NoSeries = ["step", "format_version", "weights_hash", Spans];

    private readonly string path;
    private readonly LineTail tail;
    private readonly List<TailLine> places = [];
    private readonly Dictionary<string, List<double>> columns = new(StringComparer.Ordinal);
    private readonly List<string> names = [];
    private readonly List<int> steps = [];
    private readonly List<double> questions = [];
    private readonly List<double> tokens = [];
    private string? unreadable;
    private string? damaged;

    public MetricColumns(string path) => (this.path, tail) = (path, new LineTail(path));

    /// <summary>How often lines that had been read were replaced or removed.</summary>
    public int Revision { get; private set; }

    /// <summary>A sentence where the file, or a line of it, cannot be read; else null.</summary>
    public string? Fault => unreadable ?? damaged;

    /// <summary>The columns' names in the order in which lines have them.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The step of each line, from 0.</summary>
    public IReadOnlyList<int> Steps => steps;

    /// <summary>Questions asked up to each line, and with it.</summary>
    public IReadOnlyList<double> Questions => questions;

    /// <summary>Tokens generated up to each line, prompts counted with each completion; NaN where a line does not state them.</summary>
    public IReadOnlyList<double> Tokens => tokens;

    /// <summary>Reads what has come since the last call.</summary>
    public void Refresh()
    {
        try
        {
            var (restarted, lines) = tail.Read();
            if (restarted)
            {
                Clear();
            }

            unreadable = null;
            foreach (var line in lines)
            {
                Add(line);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            unreadable = $"{path} cannot be read: {FileFault.Reason(fault)}.";
        }
    }

    /// <summary>A line's value; NaN where it has none.</summary>
    public double Value(string name, int line) => columns.TryGetValue(name, out var column) ? column[line] : double.NaN;

    /// <summary>Where a step is among the lines; -1 where there is no line of it.</summary>
    public int LineOf(int step) => steps.BinarySearch(step) is >= 0 and var at ? at : -1;

    /// <summary>When the stages worked in a line's interval, pairs of seconds by stage; empty where the line does not say.</summary>
    public IReadOnlyDictionary<string, double[][]> SpansOf(int line)
    {
        var spans = new Dictionary<string, double[][]>(StringComparer.Ordinal);
        if (
            tail.ReadAgain(places[line].Offset, places[line].Length) is { } text
            && StepLines.ReadLine(path, text)?.Values[Spans] is JsonObject stages
        )
        {
            foreach (var (stage, pairs) in stages)
            {
                spans[stage] = pairs is JsonArray list ? [.. list.Select(Pair).OfType<double[]>()] : [];
            }
        }

        return spans;
    }

    private static double[]? Pair(JsonNode? node) =>
        node is JsonArray { Count: 2 } pair && Number(pair[0]) is var from && Number(pair[1]) is var to && double.IsFinite(from + to)
            ? [from, to]
            : null;

    private void Clear()
    {
        Revision++;
        damaged = null;
        columns.Clear();
        places.Clear();
        names.Clear();
        steps.Clear();
        questions.Clear();
        tokens.Clear();
    }

    /// <summary>Adds a line that is whole; one that another program wrote otherwise is told.</summary>
    private void Add(TailLine place)
    {
        try
        {
            if (StepLines.ReadLine(path, place.Text) is { } line)
            {
                Add(place, line.Step, [.. Members(line)]);
            }
        }
        catch (FileFormatException other)
        {
            damaged = other.Message;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            // A key that is stated twice, or half of a surrogate pair in one.
            damaged = $"{path} has a line that is no line of a run's numbers; it is left out.";
        }
    }

    private void Add(TailLine place, int step, (string Name, double Value)[] members)
    {
        foreach (var (name, value) in members)
        {
            Set(name, value);
        }

        places.Add(place with { Text = "" });
        steps.Add(step);
        foreach (var column in columns.Values.Where(column => column.Count < steps.Count))
        {
            column.Add(double.NaN);
        }

        questions.Add(Before(questions) + Or0(Value("questions", steps.Count - 1)));
        double generated = Value("tokens_generated", steps.Count - 1);
        double parts = Value("tokens_forwarded", steps.Count - 1) + Value("tokens_avoided", steps.Count - 1);
        tokens.Add(Before(tokens) + (double.IsNaN(generated) ? parts : generated));
    }

    private static IEnumerable<(string Name, double Value)> Members(StepLine line)
    {
        foreach (var (key, value) in line.Values.Where(member => !NoSeries.Contains(member.Key)))
        {
            if (value is JsonObject members)
            {
                foreach (var (member, inner) in members)
                {
                    yield return ($"{key}.{member}", Number(inner));
                }
            }
            else if (value is not JsonArray)
            {
                yield return (key, Number(value));
            }
        }
    }

    private void Set(string name, double value)
    {
        if (!columns.TryGetValue(name, out var column))
        {
            // Lines before this one lack the key.
            columns[name] = column = [.. Enumerable.Repeat(double.NaN, steps.Count)];
            names.Add(name);
        }

        // A member that a line states twice counts once.
        if (column.Count == steps.Count)
        {
            column.Add(value);
        }
    }

    private static double Before(List<double> sums) => sums.Count == 0 ? 0 : sums[^1];

    private static double Or0(double value) => double.IsNaN(value) ? 0 : value;

    private static double Number(JsonNode? value) =>
        value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out double stated)
            ? stated
            : double.NaN;
}

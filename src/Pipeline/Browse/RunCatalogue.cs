using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Files;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Browse;

/// <summary>
/// The runs and sweeps that may be looked at: those that the user named, and those in directories that the user named, also where they
/// begin later. Nothing else is ever opened: a name in an address is looked up here, and is never a part of a path.
/// </summary>
internal sealed class RunCatalogue
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();
    private readonly string[] places;
    private readonly Dictionary<string, BrowsedRun> runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BrowsedSweep> sweeps = new(StringComparer.Ordinal);
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private List<BrowsedRun> runsInOrder = [];
    private List<BrowsedSweep> sweepsInOrder = [];
    private long looked;

    private RunCatalogue(string[] places) => this.places = places;

    /// <summary>The directories that the user named, in full.</summary>
    public IReadOnlyList<string> Places => [.. places.Select(Path.GetFullPath)];

    /// <summary>The runs in the order of the places; those that began later follow.</summary>
    public IReadOnlyList<BrowsedRun> Runs
    {
        get
        {
            Look();
            return runsInOrder;
        }
    }

    /// <summary>The sweeps' results.</summary>
    public IReadOnlyList<BrowsedSweep> Sweeps
    {
        get
        {
            Look();
            return sweepsInOrder;
        }
    }

    /// <summary>The run of a name; null where there is none.</summary>
    public BrowsedRun? Run(string id)
    {
        Look();
        lock (gate)
        {
            return runs.GetValueOrDefault(id);
        }
    }

    /// <summary>The sweep of a name; null where there is none.</summary>
    public BrowsedSweep? Sweep(string id)
    {
        Look();
        lock (gate)
        {
            return sweeps.GetValueOrDefault(id);
        }
    }

    /// <summary>What is in some places.</summary>
    /// <param name="places">Directories of runs, of sweeps' results, or directories that hold some.</param>
    /// <exception cref="UsageException">One holds neither.</exception>
    public static RunCatalogue Open(IReadOnlyList<string> places)
    {
        foreach (string place in places)
        {
            if (!Directory.Exists(place))
            {
                throw new UsageException(
                    File.Exists(place)
                        ? $"{place} is a file; name the directory of a run, e.g. runs/default."
                        : $"{place}: no such directory{NearFile.Hint(place)}"
                );
            }

            if (!Within(place).Any())
            {
                throw new UsageException(
                    $"{place} holds no run ({MetricsWriter.UpdatesFile} is missing) and no sweep's results; name the directory of a run, "
                        + "e.g. runs/default, or one that holds runs."
                );
            }
        }

        return new RunCatalogue([.. places.Select(Path.TrimEndingDirectorySeparator)]);
    }

    private void Look()
    {
        lock (gate)
        {
            if (looked > 0 && Environment.TickCount64 - looked < Pause.TotalMilliseconds)
            {
                return;
            }

            looked = Environment.TickCount64;
            foreach (string found in places.SelectMany(Within).Where(found => known.Add(Path.GetFullPath(found))))
            {
                string name = Path.GetFileName(Path.GetFullPath(found));
                if (IsRun(found))
                {
                    string id = Free(name, runs.ContainsKey);
                    runs[id] = new BrowsedRun(id, TitleOf(found, id), found);
                    runsInOrder = [.. runsInOrder, runs[id]];
                }
                else
                {
                    string id = Free(name, sweeps.ContainsKey);
                    sweeps[id] = new BrowsedSweep(id, found);
                    sweepsInOrder = [.. sweepsInOrder, sweeps[id]];
                }
            }
        }
    }

    /// <summary>The name, or with a number where another has it.</summary>
    private static string Free(string name, Func<string, bool> isTaken)
    {
        string free = name;
        for (int number = 2; isTaken(free); number++)
        {
            free = FormattableString.Invariant($"{name}~{number}");
        }

        return free;
    }

    /// <summary>A place itself, or what it holds: runs lie in <c>runs</c>, and cells of sweeps in <c>runs/cells</c>.</summary>
    private static IEnumerable<string> Within(string place) =>
        IsRun(place) || BrowsedSweep.IsIn(place) ? [place] : Below(place).SelectMany(inner => Is(inner) ? [inner] : Below(inner).Where(Is));

    private static bool Is(string directory) => IsRun(directory) || BrowsedSweep.IsIn(directory);

    private static string[] Below(string directory)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsRun(string directory) =>
        File.Exists(Path.Combine(directory, MetricsWriter.UpdatesFile)) || RunConfigFile.IsIn(directory);

    /// <summary>A cell of a sweep is called by its method.</summary>
    private static string TitleOf(string directory, string id)
    {
        const int MostBytes = 1 << 20;
        string cell = Path.Combine(directory, "cell.json");
        try
        {
            return
                File.Exists(cell) && (string?)(JsonNode.Parse(InputFile.ReadBytes(cell, MostBytes)) as JsonObject)?["method"] is { } method
                ? $"{method} ({id})"
                : id;
        }
        catch (Exception fault)
            when (fault is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or ArgumentException)
        {
            return id;
        }
    }
}

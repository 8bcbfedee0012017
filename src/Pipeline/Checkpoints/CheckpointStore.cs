using System.Globalization;
using System.Text.Json;
using Cppo.Model.Engine;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Checkpoints;

/// <summary>
/// The checkpoints of a run: <c>step-NNNNNN</c> for N updates done. A checkpoint is written aside under a <c>.tmp</c> name, flushed to
/// disk and then renamed, so that a directory without that ending is complete, or has been damaged since.
/// </summary>
internal sealed class CheckpointStore(string directory, int keepLast)
{
    private const string Aside = ".tmp";
    private const string StateFile = "state.json";
    private const string Prefix = "step-";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        WriteIndented = true,
    };

    /// <summary>Saves a checkpoint, then removes those that are no longer kept.</summary>
    /// <returns>The checkpoint's directory.</returns>
    public string Save(CheckpointState state, CheckpointParts parts)
    {
        string path = PathOf(state.NextBatch);
        RemoveLeftovers();
        var checkpoint = new Checkpoint(Directory.CreateDirectory(path + Aside).FullName, state);
        parts.SaveWeights(Directory.CreateDirectory(checkpoint.WeightsDirectory).FullName);
        parts.SaveOptimizer(checkpoint.OptimizerPath);
        foreach (int version in checkpoint.EarlierVersions)
        {
            parts.SaveVersion(version, Directory.CreateDirectory(checkpoint.VersionDirectory(version)).FullName);
        }

        var complete = state with { FormatVersion = FileFormat.Checkpoint.Current, Files = SizesIn(checkpoint.Directory) };
        File.WriteAllText(Path.Combine(checkpoint.Directory, StateFile), JsonSerializer.Serialize(complete, Json));
        Flush(checkpoint.Directory);
        if (Directory.Exists(path))
        {
            Directory.Move(path, path + ".replaced" + Aside);
        }

        Directory.Move(checkpoint.Directory, path);
        RemoveOthers(state.NextBatch);
        return path;
    }

    /// <summary>Loads the newest checkpoint that is whole; null where there are none at all.</summary>
    /// <param name="configHash">The configuration's hash, which the checkpoint must have.</param>
    /// <param name="load">Loads the parts; throws <see cref="ModelFileException"/> or IOException where they are damaged.</param>
    /// <param name="warn">Receives a line for each checkpoint that is passed over.</param>
    /// <exception cref="FileFormatException">The newest is of a format that this program does not read, though it may be whole.</exception>
    /// <exception cref="RunDirectoryException">All checkpoints are damaged, or the newest whole one is of another
    /// configuration.</exception>
    public T? LoadNewest<T>(string configHash, Func<Checkpoint, T> load, Action<string> warn)
        where T : class
    {
        string[] paths = Paths().OrderByDescending(StepOf).ToArray();
        foreach (string? path in paths)
        {
            try
            {
                var checkpoint = Open(path);
                if (checkpoint.State.ConfigHash != configHash)
                {
                    throw new RunDirectoryException(
                        $"{path} was made with another configuration; begin a new run with --set run.name=NAME."
                    );
                }

                return load(checkpoint);
            }
            catch (Exception fault) when (fault is IOException or InvalidDataException or JsonException or ModelFileException)
            {
                warn($"warning: checkpoint {path} is damaged and passed over: {FileFault.Malformed(fault)}");
            }
        }

        return paths.Length == 0
            ? null
            : throw new RunDirectoryException($"No checkpoint in {directory} can be read; begin a new run with --set run.name=NAME.");
    }

    /// <summary>The newest checkpoint in a run's directory of checkpoints that is whole; null where there is none.</summary>
    /// <param name="directory">It need not exist.</param>
    /// <param name="warn">Receives a line for each checkpoint that is passed over.</param>
    /// <exception cref="FileFormatException">The newest is of a format that this program does not read.</exception>
    public static Checkpoint? Newest(string directory, Action<string> warn)
    {
        foreach (string path in Paths(directory).OrderByDescending(StepOf))
        {
            try
            {
                return Open(path);
            }
            catch (Exception fault) when (fault is IOException or InvalidDataException or JsonException)
            {
                warn($"warning: checkpoint {path} is damaged and passed over: {FileFault.Malformed(fault)}");
            }
        }

        return null;
    }

    /// <summary>The whole checkpoint in a directory.</summary>
    /// <exception cref="FileFormatException">It is of a format that this program does not read.</exception>
    /// <exception cref="ModelFileException">It is damaged.</exception>
    public static Checkpoint Require(string path)
    {
        try
        {
            return Open(path);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or JsonException)
        {
            throw new ModelFileException($"The checkpoint {path} is damaged: {FileFault.Malformed(fault)}; name another one.", fault);
        }
    }

    /// <summary>Whether a directory is a checkpoint, whole or not.</summary>
    public static bool IsCheckpoint(string directory) => File.Exists(Path.Combine(directory, StateFile)) && StepOf(directory) >= 0;

    /// <summary>The checkpoint that a number of updates names, <c>20</c> or <c>step-20</c>; null where there is none.</summary>
    public static string? Named(string directory, string number) =>
        int.TryParse(number.Replace(Prefix, "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out int step)
            ? Paths(directory).FirstOrDefault(path => StepOf(path) == step)
            : null;

    private static Checkpoint Open(string path)
    {
        string stateFile = Path.Combine(path, StateFile);
        using var json = JsonDocument.Parse(File.ReadAllText(stateFile));
        FileFormat.Checkpoint.Require(stateFile, FileFormat.VersionOf(json.RootElement));
        var state = json.Deserialize<CheckpointState>(Json) ?? throw new InvalidDataException($"{StateFile} is empty.");
        if (state.NextBatch != StepOf(path) || state.OldestPolicyVersion < 0 || state.OldestPolicyVersion > state.NextBatch)
        {
            throw new InvalidDataException($"{StateFile} belongs to step {state.NextBatch}.");
        }

        foreach (var (name, size) in state.Files)
        {
            var file = new FileInfo(Path.Combine(path, name));
            if (!file.Exists || file.Length != size)
            {
                throw new InvalidDataException($"{name} has {(file.Exists ? file.Length : 0)} bytes instead of {size}.");
            }
        }

        return new Checkpoint(path, state);
    }

    private static bool IsWhole(string path)
    {
        try
        {
            Open(path);
            return true;
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or JsonException)
        {
            return false;
        }
    }

    private static int StepOf(string path)
    {
        string name = Path.GetFileName(Path.GetFullPath(path));
        return
            name.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int step)
            ? step
            : -1;
    }

    private static Dictionary<string, long> SizesIn(string path) =>
        Directory
            .EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .ToDictionary(file => Path.GetRelativePath(path, file).Replace('\\', '/'), file => new FileInfo(file).Length);

    private static void Flush(string path)
    {
        foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
            stream.Flush(flushToDisk: true);
        }
    }

    private string PathOf(int step) => Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:000000}"));

    private IEnumerable<string> Paths() => Paths(directory);

    private static IEnumerable<string> Paths(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateDirectories(directory, Prefix + "*").Where(path => StepOf(path) >= 0) : [];

    private void RemoveLeftovers()
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        foreach (string? path in Directory.EnumerateDirectories(directory, Prefix + "*" + Aside).ToArray())
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>Keeps the newest whole checkpoints up to <paramref name="step"/>; the run did later ones before it was set back.</summary>
    private void RemoveOthers(int step)
    {
        RemoveLeftovers();
        var whole = Paths().Where(path => StepOf(path) <= step && IsWhole(path));
        var kept = whole.OrderByDescending(StepOf).Take(Math.Max(1, keepLast)).ToHashSet();
        foreach (string? path in Paths().Where(path => !kept.Contains(path)).ToArray())
        {
            Directory.Delete(path, recursive: true);
        }
    }
}

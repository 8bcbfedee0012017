using System.Text.Json;

namespace Cppo.Pipeline.Files;

/// <summary>
/// A file is of a format that this program does not read; the message names it, its version and what is read, with the remedy.
/// </summary>
internal sealed class FileFormatException(string message) : Exception(message);

/// <summary>
/// A kind of file that a run leaves and a later program may read. Its version is raised where a program of the version before would misread
/// it;
/// <see cref="Oldest"/> where this program can no longer read an old one to the same numbers. A file that states no version is of version
/// 1.
/// </summary>
/// <param name="Name">What sentences call such a file.</param>
/// <param name="Current">The version that is written.</param>
/// <param name="Oldest">The oldest version that is read.</param>
/// <param name="Otherwise">What to do where neither program reads it.</param>
internal sealed record FileFormat(string Name, int Current, int Oldest, string Otherwise)
{
    /// <summary>The version of a file that states none.</summary>
    public const int Unstated = 1;

    /// <summary>The key of JSON files, which the configuration and checkpoints are.</summary>
    public const string JsonKey = "formatVersion";

    /// <summary>The key in a Parquet file's metadata.</summary>
    public const string ParquetKey = "cppo.format_version";

    private const string NewRun = "begin a new run with --set run.name=NAME";

    /// <summary><c>config.json</c> of a run.</summary>
    public static FileFormat Configuration { get; } = new("configuration", Current: 2, Oldest: 1, NewRun);

    /// <summary>A checkpoint; <c>state.json</c> states the version of the whole directory.</summary>
    public static FileFormat Checkpoint { get; } = new("checkpoint", Current: 3, Oldest: 1, NewRun);

    /// <summary><c>saved.json</c> of a run.</summary>
    public static FileFormat Saved { get; } = new("record of checkpoints", Current: 1, Oldest: 1, NewRun);

    /// <summary><c>metrics.jsonl</c> and <c>evaluations.jsonl</c>, line by line.</summary>
    public static FileFormat Metrics { get; } = new("metrics", Current: 3, Oldest: 1, NewRun);

    /// <summary><c>sinks.jsonl</c> of a run, line by line.</summary>
    public static FileFormat Sinks { get; } = new("record of sinks", Current: 1, Oldest: 1, NewRun);

    /// <summary>Completions as Parquet.</summary>
    public static FileFormat Completions { get; } = new("completions", Current: 2, Oldest: 1, "read the file with another program");

    /// <summary>The line of JSON that <c>contribution</c> writes.</summary>
    public static FileFormat Contribution { get; } = new("contribution", Current: 1, Oldest: 1, "measure again");

    /// <summary>A sentence about a file of a version that is not read; null for one that is.</summary>
    public string? Refusal(string file, int version)
    {
        if (version >= Oldest && version <= Current)
        {
            return null;
        }

        string reads = Oldest == Current ? $"version {Current}" : $"versions {Oldest} to {Current}";
        string remedy =
            version > Current ? $"take a newer Cppo.Pipeline than {ProgramVersion.Text}" : "take the Cppo.Pipeline that wrote it";
        return $"{file} is of version {version} of the {Name} format, and this program reads {reads}; {remedy}, or {Otherwise}.";
    }

    /// <summary>Refuses a version that is not read.</summary>
    /// <exception cref="FileFormatException">It is not.</exception>
    public void Require(string file, int version)
    {
        if (Refusal(file, version) is { } refusal)
        {
            throw new FileFormatException(refusal);
        }
    }

    /// <summary>The version that an object of JSON states under a key.</summary>
    /// <exception cref="InvalidDataException">What it states is no version.</exception>
    public static int VersionOf(JsonElement root, string key = JsonKey)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(key, out var stated))
        {
            return Unstated;
        }

        return stated.ValueKind == JsonValueKind.Number && stated.TryGetInt32(out int version) && version > 0
            ? version
            : throw new InvalidDataException($"{key} is {stated.GetRawText()}, which is no version.");
    }
}

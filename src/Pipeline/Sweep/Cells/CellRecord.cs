using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Files;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Data;

namespace Cppo.Pipeline.Sweep.Cells;

/// <summary>
/// <c>cell.json</c> of a cell's directory: written when its run has ended, with the hashes of the files that results are read from, so that
/// a later sweep takes the cell as it is, or finds that somebody changed it.
/// </summary>
internal sealed class CellRecord
{
    /// <summary>Its name in the cell's directory.</summary>
    public const string FileName = "cell.json";

    private const string FilesKey = "files";
    private const string MachineKey = "machine";
    private const string CompletionsKey = "completions";
    private readonly string directory;
    private readonly JsonObject json;

    private CellRecord(string directory, JsonObject json) => (this.directory, this.json) = (directory, json);

    /// <summary>The record of a cell that has ended; null where it has not.</summary>
    /// <exception cref="DataException">The record or a file that it names was changed, or is gone.</exception>
    public static CellRecord? Read(string directory)
    {
        if (Parse(directory) is not { } json)
        {
            return null;
        }

        foreach (var (name, hash) in json[FilesKey]!.AsObject())
        {
            string file = Path.Combine(directory, name);
            if (!File.Exists(file) || InputDigests.OfFile(file) != hash!.GetValue<string>())
            {
                throw new DataException(
                    $"{file} {(File.Exists(file) ? "was changed" : "is gone")} since its cell ended; remove {directory}, and the sweep "
                        + "makes the cell again."
                );
            }
        }

        return new CellRecord(directory, json);
    }

    private static JsonObject? Parse(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            if (
                JsonNode.Parse(File.ReadAllText(path)) is JsonObject json
                && json[FilesKey] is JsonObject files
                && files.All(file => file.Value?.GetValueKind() == JsonValueKind.String)
            )
            {
                return json;
            }
        }
        catch (JsonException)
        {
            // Told below, as any other damage.
        }

        throw new DataException($"{path} is damaged; remove {directory}, and the sweep makes the cell again.");
    }

    /// <summary>Makes the record of a cell whose run has just ended.</summary>
    /// <param name="cell">The cell; its method's name is for people who look there.</param>
    /// <param name="files">Names in the directory.</param>
    public static CellRecord Create(SweepCell cell, params IEnumerable<string> files)
    {
        var json = new JsonObject
        {
            ["method"] = cell.Method,
            [MachineKey] = MachineText.Of(cell.Config),
            [CompletionsKey] = InputDigests.OfDirectory(RunDirectory.CompletionsOf(cell.Directory)),
            [FilesKey] = new JsonObject(),
        };
        var record = new CellRecord(cell.Directory, json);
        record.Add(files);
        return record;
    }

    /// <summary>What a cell that has ended was trained on.</summary>
    public static string MachineOf(string directory) => Parse(directory)?[MachineKey]?.ToString() ?? "";

    /// <summary>Refuses a cell that has ended, and whose completions are no longer those of its end.</summary>
    /// <exception cref="DataException">They are not.</exception>
    public static void RequireCompletions(string directory)
    {
        string completions = RunDirectory.CompletionsOf(directory);
        if (Parse(directory)?[CompletionsKey]?.ToString() != InputDigests.OfDirectory(completions))
        {
            throw new DataException(
                $"{completions} was changed since its cell ended; remove {directory}, and the sweep makes the cell again."
            );
        }
    }

    /// <summary>Whether it names a file.</summary>
    public bool Has(string name) => json[FilesKey]![name] is not null;

    /// <summary>Adds files with their hashes, and writes the record.</summary>
    public void Add(params IEnumerable<string> files)
    {
        foreach (string name in files)
        {
            json[FilesKey]![name] = InputDigests.OfFile(Path.Combine(directory, name));
        }

        AtomicFile.WriteJson(Path.Combine(directory, FileName), json);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Checkpoints;

/// <summary>
/// <c>saved.json</c> of a run: how many updates its newest checkpoint has. It is on disk before a checkpoint gets its name, so that a run
/// whose checkpoints were lost is told from one that ended before its first.
/// </summary>
/// <param name="Updates">Null: no checkpoint was saved yet.</param>
internal sealed record SavedRecord(int? Updates)
{
    /// <summary>Its name in the run's directory.</summary>
    public const string FileName = "saved.json";

    private const string UpdatesKey = "updates";

    /// <summary>Reads it; null where there is none, as in runs of earlier programs, or where it is damaged.</summary>
    /// <exception cref="FileFormatException">It is of a format that this program does not read.</exception>
    public static SavedRecord? Read(string runDirectory)
    {
        string path = Path.Combine(runDirectory, FileName);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            FileFormat.Saved.Require(path, FileFormat.VersionOf(json.RootElement));
            var updates = json.RootElement.GetProperty(UpdatesKey);
            return new SavedRecord(updates.ValueKind == JsonValueKind.Null ? null : updates.GetInt32());
        }
        catch (Exception fault)
            when (fault
                    is IOException
                        or InvalidDataException
                        or JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
            )
        {
            return null;
        }
    }

    /// <summary>Writes it.</summary>
    public static void Write(string runDirectory, int? updates) =>
        AtomicFile.WriteJson(
            Path.Combine(runDirectory, FileName),
            new JsonObject { [FileFormat.JsonKey] = FileFormat.Saved.Current, [UpdatesKey] = updates }
        );
}

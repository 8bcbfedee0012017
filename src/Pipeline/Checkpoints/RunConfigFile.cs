using System.Text.Json;
using Cppo.Model.Files;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Checkpoints;

/// <summary><c>config.json</c> of a run, which is a pipeline file with every key; a model directory has a file of the same name.</summary>
internal static class RunConfigFile
{
    /// <summary>Its name in the run's directory.</summary>
    public const string FileName = "config.json";

    /// <summary>More than any configuration takes; a model's file of this name, which may be anybody's, is held to it as well.</summary>
    private const int MostBytes = 1 << 24;

    /// <summary>Where it lies in a run's directory.</summary>
    public static string Of(string runDirectory) => Path.Combine(runDirectory, FileName);

    /// <summary>Whether a directory is a run's: whether it has the file, and that is not a model's.</summary>
    public static bool IsIn(string directory)
    {
        try
        {
            using var json = JsonDocument.Parse(InputFile.ReadBytes(Of(directory), MostBytes));
            return json.RootElement.ValueKind == JsonValueKind.Object
                && !json.RootElement.TryGetProperty("model_type", out _)
                && json.RootElement.TryGetProperty("run", out _);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }

    /// <summary>Reads the configuration of a run.</summary>
    /// <exception cref="ConfigException">It has faults, or is of a format that this program does not read.</exception>
    public static PipelineConfig Read(string runDirectory) => ConfigLoader.Load(Of(runDirectory), []);
}

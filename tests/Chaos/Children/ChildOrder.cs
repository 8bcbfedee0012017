using System.Text.Json;

namespace Cppo.Chaos.Children;

/// <summary>What a child process does to itself while it runs the program.</summary>
internal sealed record ChildOrder
{
    /// <summary>The first argument of a child; its order follows as JSON, then the program's own arguments.</summary>
    public const string Command = "child";

    /// <summary>The run's directory, which paths of changes are relative to.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>A file that gets a line for each change before it is made; null: none.</summary>
    public string? TracePath { get; init; }

    /// <summary>The change before which it kills itself by SIGKILL; null: none.</summary>
    public ChangeName? Kill { get; init; }

    /// <summary>What gets in its way; null: nothing.</summary>
    public Obstacle? Obstacle { get; init; }

    /// <summary>The size in bytes beyond which no file of it grows; null: any.</summary>
    public long? FileSizeLimit { get; init; }

    public static ChildOrder Parse(string json) =>
        JsonSerializer.Deserialize<ChildOrder>(json) ?? throw new InvalidDataException("The child's order is empty.");

    public string ToJson() => JsonSerializer.Serialize(this);
}

/// <summary>
/// Something of the other kind that appears at a path just before the run first changes that path or one below it: a directory where a file
/// is meant, a file where a directory is meant. Not even root can write past it.
/// </summary>
/// <param name="Path">Relative to the run's directory.</param>
/// <param name="IsDirectory">Whether the obstacle is the directory.</param>
/// <param name="Away">Where to what lay there before is moved.</param>
internal sealed record Obstacle(string Path, bool IsDirectory, string Away);

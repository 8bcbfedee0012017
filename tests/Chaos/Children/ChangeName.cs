using System.Globalization;
using Cppo.Model.Files;

namespace Cppo.Chaos.Children;

/// <summary>
/// Names one change of files among those of a run. Threads interleave differently in each run, so a change is not known by its place among
/// all, but among those of its kind and path.
/// </summary>
/// <param name="Kind">What is done.</param>
/// <param name="Path">To which file or directory, relative to the run's directory.</param>
/// <param name="Occurrence">How often it has come then, this time included.</param>
internal sealed record ChangeName(FileChangeKind Kind, string Path, int Occurrence)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}:{Path}:{Occurrence}");

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static ChangeName Parse(string text)
    {
        int first = text.IndexOf(':', StringComparison.Ordinal);
        int last = text.LastIndexOf(':');
        return new ChangeName(
            Enum.Parse<FileChangeKind>(text[..first]),
            text[(first + 1)..last],
            int.Parse(text[(last + 1)..], CultureInfo.InvariantCulture)
        );
    }
}

/// <summary>Names changes in the order in which they come; its calls are made one after the other.</summary>
/// <param name="runDirectory">What paths are relative to.</param>
internal sealed class ChangeNames(string runDirectory)
{
    private readonly Dictionary<(FileChangeKind, string), int> counts = [];

    public ChangeName Next(FileChange change)
    {
        string path = Path.GetRelativePath(runDirectory, Path.GetFullPath(change.Path)).Replace('\\', '/');
        int occurrence = counts.GetValueOrDefault((change.Kind, path)) + 1;
        counts[(change.Kind, path)] = occurrence;
        return new ChangeName(change.Kind, path, occurrence);
    }
}

using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;
using Cppo.Pipeline.PublicData;

namespace Cppo.Pipeline.Cli;

/// <summary>What a word of <c>get</c> names: a dataset that recipes know, or a repository of the hub.</summary>
/// <param name="Hub">The repository.</param>
/// <param name="Known">The dataset that recipes know; null: none.</param>
internal sealed record GetTarget(HubName Hub, KnownDataset? Known)
{
    /// <summary>Reads a word.</summary>
    /// <param name="word">As the user typed it.</param>
    /// <param name="revision">That of <c>--revision</c>; null: none.</param>
    /// <exception cref="UsageException">It names nothing that can be fetched.</exception>
    public static GetTarget Parse(string word, string? revision)
    {
        if (KnownDataset.Find(word) is { } known)
        {
            return new GetTarget(new HubName(HubKind.Dataset, known.Repository, revision), known);
        }

        if (HubName.Parse(word, HubKind.Model, out _) is not { } name)
        {
            string shown = TerminalText.Line(word);
            string? near = NearestName.Of(word, KnownDataset.All.Select(dataset => dataset.Name));
            throw new UsageException(
                near is not null && !word.Contains('/', StringComparison.Ordinal)
                    ? $"{shown} is no dataset that is known by a short name; did you mean {near}?"
                    : $"{shown} is no name of the hub's; give a model as ORG/NAME, a dataset as datasets/ORG/NAME, or one of "
                        + $"{KnownDataset.Names}."
            );
        }

        return name.Revision is not null && revision is not null && name.Revision != revision
            ? throw new UsageException($"{name} names a revision, and --revision {revision} another; give one.")
            : new GetTarget(name with { Revision = name.Revision ?? revision }, null);
    }

    /// <summary>Which of the files that are listed are wanted.</summary>
    /// <exception cref="UsageException">There are none.</exception>
    public IEnumerable<HubFile> Choose(HubName name, IReadOnlyList<HubFile> listed, bool hasWeights) =>
        Known is not null ? DatasetSources.Choose(Known, name, listed)
        : name.Kind == HubKind.Dataset ? WantedFiles.OfDataset(name, listed)
        : hasWeights ? WantedFiles.OfModel(name, listed)
        : WantedFiles.OfModelWithoutWeights(name, listed);
}

using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;
using Cppo.Pipeline.PublicData;

namespace Cppo.Pipeline.Run;

/// <summary>Which command fetches a model or a dataset whose directory or file is missing, where its name is one that is known.</summary>
internal static class Downloads
{
    private static readonly (string Prefix, string Owner)[] Owners =
    [
        ("Qwen", "Qwen"),
        ("SmolLM", "HuggingFaceTB"),
        ("Llama-", "meta-llama"),
        ("Meta-Llama-", "meta-llama"),
    ];

    /// <summary>The end of a sentence about a model directory that is missing; empty where its name is none that is known.</summary>
    public static string OfModel(string directory)
    {
        if (HubPlace.Meant(directory, HubKind.Model) is { } named)
        {
            return $"; this fetches it: {HubPlace.Command(named)}";
        }

        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(directory));
        string? owner = Owners.FirstOrDefault(known => name.StartsWith(known.Prefix, StringComparison.Ordinal)).Owner;
        return owner is not null && HubName.Parse($"{owner}/{name}", HubKind.Model, out _) is { } hub
            ? $"; this fetches it: {HubPlace.Command(hub)}, and {hub} names it then"
            : "";
    }

    /// <summary>The same for a dataset.</summary>
    public static string OfData(string file) =>
        KnownDataset.OfPath(file) is not { } dataset ? ""
        : Path.GetFullPath(file).StartsWith(Path.GetFullPath("data") + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? $"; this makes it: {ProgramCall.Of($"get {dataset.Name}")}"
        : $"; this makes it in data: {ProgramCall.Of($"get {dataset.Name}")}";
}

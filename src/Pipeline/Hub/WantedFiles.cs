using System.Text.RegularExpressions;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>Which files of a repository this program reads; no other is fetched, and no pickle ever.</summary>
internal static partial class WantedFiles
{
    private const string SingleFile = "model.safetensors";

    /// <summary>Configuration, tokenizer, chat template and index of a model or an adapter, which lie at the root.</summary>
    private static readonly string[] OfModels =
    [
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.json",
        "merges.txt",
        "chat_template.jinja",
        "chat_template.json",
        "adapter_config.json",
    ];

    private static readonly string[] Weights = [SingleFile, "model.safetensors.index.json", "adapter_model.safetensors"];
    private static readonly string[] Data = [".parquet", ".jsonl", ".ndjson", ".csv", ".json"];

    /// <summary>JSON that says something about a dataset and holds none of it.</summary>
    private static readonly string[] AboutData = ["dataset_infos.json", "dataset_info.json", "dataset_dict.json", "state.json"];

    /// <summary>Formats that run code when they are read, or may hold such.</summary>
    private static readonly string[] Pickles = [".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".npy", ".npz"];

    /// <summary>Of a model.</summary>
    /// <exception cref="UsageException">It has none, or its weights are pickles.</exception>
    public static IEnumerable<HubFile> OfModel(HubName name, IReadOnlyList<HubFile> listed) => Model(name, listed, hasWeights: true);

    /// <summary>Of a model all but its weights.</summary>
    /// <exception cref="UsageException">It has none.</exception>
    public static IEnumerable<HubFile> OfModelWithoutWeights(HubName name, IReadOnlyList<HubFile> listed) =>
        Model(name, listed, hasWeights: false);

    /// <summary>Of a dataset: those that the name means, or all.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static IEnumerable<HubFile> OfDataset(HubName name, IReadOnlyList<HubFile> listed)
    {
        var named = listed.Where(file => IsInside(file.Path, name.Inside)).ToArray();
        if (named.Length == 0 && name.Inside.Length > 0)
        {
            string? near = NearestName.Of(name.Inside, listed.Where(file => IsData(file.Path)).Select(file => file.Path));
            throw new UsageException(
                $"{(name with { Inside = "" })} has no file {name.Inside}{(near is null ? "." : $"; did you mean {Shown(near)}?")}"
            );
        }

        return Checked(
            name,
            [.. named.Where(file => IsData(file.Path))],
            IsPickle(named) ? "holds its data only as pickles" : $"has no file of data that this program reads ({string.Join(", ", Data)})"
        );
    }

    /// <summary>Whether a file holds rows that this program reads, by its name.</summary>
    public static bool IsData(string path)
    {
        string file = path[(path.LastIndexOf('/') + 1)..];
        return Array.Exists(Data, ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            && !AboutData.Contains(file, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Of paths those of a split, where their names tell; a single path is of any split.</summary>
    /// <param name="paths">Below a root, with slashes.</param>
    /// <param name="split"><c>train</c>, <c>test</c>; empty: any.</param>
    public static string[] OfSplit(IReadOnlyList<string> paths, string split)
    {
        string[] named = [.. paths.Where(path => split.Length == 0 || SplitWords().Split(path.ToLowerInvariant()).Contains(split))];
        return named.Length > 0 ? named
            : paths.Count == 1 ? [paths[0]]
            : [];
    }

    private static HubFile[] Model(HubName name, IReadOnlyList<HubFile> listed, bool hasWeights)
    {
        if (name.Inside.Length > 0)
        {
            throw new UsageException($"{name}: of a model all that is needed is fetched; name {(name with { Inside = "" })} alone.");
        }

        HubFile[] about = [.. listed.Where(file => OfModels.Contains(file.Path))];
        if (!hasWeights)
        {
            return Checked(name, about, "has neither configuration nor tokenizer of a model");
        }

        HubFile[] weights = [.. listed.Where(file => Weights.Contains(file.Path) || Shard().IsMatch(file.Path))];
        bool isSingle = weights.Any(file => file.Path == SingleFile);
        HubFile[] needed = [.. weights.Where(file => !isSingle || !IsOfShards(file.Path))];
        bool hasAny = needed.Any(file => file.Path.EndsWith(".safetensors", StringComparison.Ordinal));
        return Checked(
            name,
            hasAny ? [.. about, .. needed] : [],
            IsPickle(listed)
                ? "has its weights as pickles alone, which can run code when they are read, and are refused; name a revision or a copy "
                    + "with model.safetensors"
                : "has no weights as model.safetensors, with or without shards"
        );
    }

    private static bool IsOfShards(string path) => Shard().IsMatch(path) || path.EndsWith(".index.json", StringComparison.Ordinal);

    private static HubFile[] Checked(HubName name, HubFile[] chosen, string otherwise)
    {
        if (chosen.Length == 0)
        {
            throw new UsageException($"{name} {otherwise}.");
        }

        foreach (var file in chosen)
        {
            if (HubPath.Fault(file.Path) is { } fault)
            {
                throw new UsageException($"{name} has a file named {Shown(file.Path)}, which is refused: {fault}.");
            }
        }

        return chosen.GroupBy(file => file.Path, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new UsageException($"{name} has {Shown(twice.Key)} twice, but for capital letters, which not all disks tell apart.")
            : chosen;
    }

    private static string Shown(string path) => TerminalText.Line(Excerpt.OfName(path));

    private static bool IsInside(string path, string folder) =>
        folder.Length == 0 || path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static bool IsPickle(IEnumerable<HubFile> files) =>
        files.Any(file => Array.Exists(Pickles, ending => file.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));

    [GeneratedRegex(@"^model-[0-9]{5}-of-[0-9]{5}\.safetensors\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shard();

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex SplitWords();
}

using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.PublicData;

/// <summary>Which of a repository's files a known dataset is made of.</summary>
internal static class DatasetSources
{
    /// <summary>Formats in the order in which they are preferred; a repository may have several of the same rows.</summary>
    private static readonly string[] Formats = [".parquet", ".jsonl", ".csv"];

    /// <summary>The files of all parts.</summary>
    /// <exception cref="UsageException">A part has none.</exception>
    public static IEnumerable<HubFile> Choose(KnownDataset dataset, HubName name, IReadOnlyList<HubFile> listed)
    {
        var chosen = dataset.Parts.SelectMany(part => OfPart(dataset, part, name, listed)).ToHashSet();
        return WantedFiles.OfDataset(name, [.. chosen]);
    }

    /// <summary>The files of a part, in the order of their rows.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static HubFile[] OfPart(KnownDataset dataset, KnownPart part, HubName name, IReadOnlyList<HubFile> files)
    {
        HubFile[] inFolder =
        [
            .. files.Where(file => dataset.Folder.Length == 0 || file.Path.StartsWith($"{dataset.Folder}/", StringComparison.Ordinal)),
        ];
        foreach (string format in Formats)
        {
            string[] paths =
            [
                .. inFolder.Select(file => file.Path).Where(path => path.EndsWith(format, StringComparison.OrdinalIgnoreCase)),
            ];
            string[] ofSplit = WantedFiles.OfSplit(paths, part.Split);
            if (ofSplit.Length > 0)
            {
                return [.. ofSplit.Order(StringComparer.Ordinal).Select(path => inFolder.First(file => file.Path == path))];
            }
        }

        throw new UsageException(
            $"{name} has no file of the split {part.Split}, of which {part.Path} is made; it is not what {dataset.Name} is known as."
        );
    }

    /// <summary>What rows of a file are known by: the folder that it lies in, which is a subject of MATH, or the dataset's name.</summary>
    public static string RowsOf(KnownDataset dataset, KnownPart part, HubFile file)
    {
        int slash = file.Path.IndexOf('/', StringComparison.Ordinal);
        string folder = slash < 0 || dataset.Name != "math" ? dataset.Name : file.Path[..slash];
        return dataset.Parts.Count > 1 ? $"{part.Split}/{folder}" : folder;
    }
}

using System.Globalization;
using Cppo.Model.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Adapters;

/// <summary>The model that an adapter was trained on.</summary>
/// <param name="path">Its directory, as the user wrote it.</param>
/// <param name="randomSeed">The seed of its weights, where these were drawn and not read; else null.</param>
/// <param name="hash">The <see cref="WeightsHash"/> of its weights; null where the adapter does not state it.</param>
public sealed class AdapterBase(string path, ulong? randomSeed = null, string? hash = null)
{
    private const string HashKey = "base_weights_hash";
    private const string SeedKey = "base_random_seed";

    /// <summary>Its directory.</summary>
    public string Path => path;

    /// <summary>The seed of random weights; null where they are read.</summary>
    public ulong? RandomSeed => randomSeed;

    /// <summary>The hash of the weights, as fp32; null while it is not known.</summary>
    public string? Hash { get; private set; } = hash;

    /// <summary>
    /// Passes the base's weights on, in the order of <see cref="WeightMap.Expected"/>, and learns their hash, for which each is read once
    /// more, or holds it against the one that the adapter states.
    /// </summary>
    /// <exception cref="ModelFileException">They are others than the adapter was trained on; thrown after the last.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> is set.</exception>
    public IEnumerable<WeightStream> Watch(IEnumerable<WeightStream> weights, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var sum = new WeightsHash();
        foreach (var weight in weights)
        {
            stop.ThrowIfCancellationRequested();
            weight.ForPieces((_, values) => sum.Add(values));
            yield return weight;
        }

        string read = sum.ToString();
        if (Hash is not null && Hash != read)
        {
            throw new ModelFileException(
                $"The adapter was trained on other weights than those of '{Path}': they have the hash {read}, and the adapter states "
                    + $"{Hash}; put its base model there, or give that of the right one."
            );
        }

        Hash = read;
    }

    /// <summary>What the header of the adapter's weights says of the base.</summary>
    internal IReadOnlyDictionary<string, string> ToMetadata()
    {
        var metadata = new Dictionary<string, string> { ["format"] = "pt" };
        if (Hash is not null)
        {
            metadata[HashKey] = Hash;
        }

        if (RandomSeed is { } seed)
        {
            metadata[SeedKey] = seed.ToString(CultureInfo.InvariantCulture);
        }

        return metadata;
    }

    /// <summary>Inverse of <see cref="ToMetadata"/>; an adapter of other programs states neither.</summary>
    /// <exception cref="ModelFileException">The seed is no number.</exception>
    internal static AdapterBase Of(string path, string file, IReadOnlyDictionary<string, string> metadata)
    {
        ulong? seed = null;
        if (metadata.TryGetValue(SeedKey, out string? text))
        {
            seed = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
                ? number
                : throw new ModelFileException($"{file}: its metadata has a {SeedKey} that is no number. Copy the file anew.");
        }

        return new AdapterBase(path, seed, metadata.GetValueOrDefault(HashKey));
    }
}

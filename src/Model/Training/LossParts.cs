using Cppo.Model.Collectives;
using Cppo.Stages;
using Cppo.Stages.Objective;

namespace Cppo.Model.Training;

/// <summary>
/// The numbers of micro-batches on all processes, in the order of ranks, as one process would have them; gradients stay where they are.
/// </summary>
internal static class LossParts
{
    /// <summary>The results of all processes' micro-batches.</summary>
    public static ObjectiveResult<float>[] Gather(ICollective ranks, IReadOnlyList<ObjectiveResult<float>> mine, string purpose) =>
        Gather(ranks, mine, Write, ReadResult, purpose);

    /// <summary>The generation gaps of all processes' micro-batches.</summary>
    public static GenerationGap[] Gather(ICollective ranks, IReadOnlyList<GenerationGap> mine, string purpose) =>
        Gather(ranks, mine, Write, ReadGap, purpose);

    private static T[] Gather<T>(
        ICollective ranks,
        IReadOnlyList<T> mine,
        Action<BinaryWriter, T> write,
        Func<BinaryReader, T> read,
        string purpose
    )
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
        {
            writer.Write(mine.Count);
            foreach (var part in mine)
            {
                write(writer, part);
            }
        }

        var all = new List<T>();
        foreach (byte[] bytes in ranks.Gather(stream.ToArray(), purpose))
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            int count = reader.ReadInt32();
            for (int index = 0; index < count; index++)
            {
                all.Add(read(reader));
            }
        }

        return [.. all];
    }

    private static void Write(BinaryWriter writer, ObjectiveResult<float> result)
    {
        writer.Write(result.Loss);
        writer.Write(result.PolicyLoss);
        writer.Write(result.Kl);
        writer.Write(result.ClipRatio);
        writer.Write(result.UnclippedOutsideRatio);
        writer.Write(result.Entropy);
        writer.Write(result.NumTokens);
    }

    private static ObjectiveResult<float> ReadResult(BinaryReader reader) =>
        new(
            loss: reader.ReadDouble(),
            policyLoss: reader.ReadDouble(),
            kl: reader.ReadDouble(),
            clipRatio: reader.ReadDouble(),
            unclippedOutsideRatio: reader.ReadDouble(),
            entropy: reader.ReadDouble(),
            numTokens: reader.ReadInt32(),
            gradient: []
        );

    private static void Write(BinaryWriter writer, GenerationGap gap)
    {
        writer.Write(gap.Mean);
        writer.Write(gap.Largest);
        writer.Write(gap.LargeShare);
        writer.Write(gap.RatioMean);
        writer.Write(gap.CappedShare);
        writer.Write(gap.MaskedShare);
        writer.Write(gap.NumTokens);
    }

    private static GenerationGap ReadGap(BinaryReader reader) =>
        new(
            mean: reader.ReadDouble(),
            largest: reader.ReadDouble(),
            largeShare: reader.ReadDouble(),
            ratioMean: reader.ReadDouble(),
            cappedShare: reader.ReadDouble(),
            maskedShare: reader.ReadDouble(),
            numTokens: reader.ReadInt32()
        );
}

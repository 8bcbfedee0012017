using Cppo.Stages;

namespace Cppo.Pipeline.Distributed;

/// <summary>
/// Groups on their way to other processes, every bit of them but what all processes know: question, batch and policy version. Numbers are
/// little-endian as they lie in memory, about 10 bytes a token with its logprob and text.
/// </summary>
internal static class GroupBytes
{
    /// <summary>The bytes of some groups.</summary>
    public static byte[] Write(IReadOnlyCollection<PrunedGroup> groups)
    {
        using var stream = new MemoryStream();
        using var writer = new ByteWriter(stream);
        writer.Write(groups.Count);
        foreach (var group in groups)
        {
            Write(writer, group);
        }

        return stream.ToArray();
    }

    /// <summary>The groups that <see cref="Write(IReadOnlyCollection{PrunedGroup})"/> wrote.</summary>
    /// <param name="bytes">All of them.</param>
    /// <param name="known">By a question's ordinal, its group without completions.</param>
    public static PrunedGroup[] Read(byte[] bytes, Func<long, RolloutGroup> known)
    {
        using var reader = new ByteReader(bytes);
        var groups = new PrunedGroup[reader.ReadInt32()];
        for (int index = 0; index < groups.Length; index++)
        {
            groups[index] = Read(reader, known);
        }

        return groups;
    }

    private static void Write(ByteWriter writer, PrunedGroup group)
    {
        var (advantaged, scored) = (group.Advantaged, group.Advantaged.Scored);
        var rollout = scored.Rollout;
        writer.Write(rollout.Question.Ordinal);
        writer.WriteArray(rollout.PromptTokenIds);
        writer.WriteText(rollout.Device);
        writer.Write(rollout.GeneratedAt.Ticks);
        writer.Write(rollout.GeneratedAt.Offset.Ticks);
        writer.WriteAll(rollout.Completions, Write);
        writer.WriteAll(scored.Rewards, Write);
        writer.WriteArray(advantaged.Advantages);
        writer.Write(advantaged.RewardMean);
        writer.Write(advantaged.RewardStd);
        writer.WriteArray(Array.ConvertAll(group.Fates, FateCodes.Of));
    }

    private static PrunedGroup Read(ByteReader reader, Func<long, RolloutGroup> known)
    {
        var placeholder = known(reader.ReadInt64());
        var rollout = new RolloutGroup(
            placeholder.Question,
            reader.ReadArray<int>(),
            placeholder.Batch,
            placeholder.PolicyVersion,
            reader.ReadText(),
            generatedAt: new DateTimeOffset(reader.ReadInt64(), new TimeSpan(reader.ReadInt64())),
            completions: reader.ReadAll(ReadCompletion)
        );
        var scored = new ScoredGroup(rollout, reader.ReadAll(ReadReward));
        var advantaged = new AdvantagedGroup(scored, reader.ReadArray<double>(), reader.ReadDouble(), reader.ReadDouble());
        return new PrunedGroup(advantaged, [.. reader.ReadArray<byte>().Select(FateCodes.Fate)]);
    }

    private static void Write(ByteWriter writer, Completion completion)
    {
        writer.Write(completion.Index);
        writer.WriteArray(completion.TokenIds);
        writer.WriteArray(completion.GenerationLogprobs);
        writer.WriteText(completion.Text);
        writer.Write(completion.FinishReason.IsLength);
    }

    private static Completion ReadCompletion(ByteReader reader) =>
        new(
            reader.ReadInt32(),
            reader.ReadArray<int>(),
            reader.ReadArray<float>(),
            reader.ReadText(),
            reader.ReadBoolean() ? FinishReason.Length : FinishReason.Stop
        );

    private static void Write(ByteWriter writer, CompletionReward reward)
    {
        writer.Write(reward.Total);
        writer.WriteAll(
            reward.Parts,
            (parts, part) =>
            {
                parts.WriteText(part.Name);
                parts.Write(part.Value);
            }
        );
        writer.WriteText(reward.ExtractedAnswer);
        writer.WriteText(reward.Reason);
        writer.Write(reward.Correct);
    }

    private static CompletionReward ReadReward(ByteReader reader) =>
        new(
            reader.ReadDouble(),
            reader.ReadAll(parts => new RewardPart(parts.ReadText(), parts.ReadDouble())),
            reader.ReadText(),
            reader.ReadText(),
            reader.ReadBoolean()
        );
}

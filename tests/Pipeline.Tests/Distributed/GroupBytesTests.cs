using Cppo.Pipeline.Distributed;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Distributed;

public sealed class GroupBytesTests
{
    private static readonly string[] Texts =
    [
        "",
        "42",
        "naïve 数学 🙂",
        "half \ud83d of a character",
        "\0\r\n\u2028",
        new string('x', 3_000_000),
    ];
    private static readonly double[] Odd = [0, -0.0, double.NaN, double.PositiveInfinity, double.Epsilon, -1e308, 0.1];

    private static readonly Fate[] Fates =
    [
        Fate.Kept,
        Fate.Pruned,
        Fate.NewDropped(DropReason.ZeroAdvantage),
        Fate.NewDropped(DropReason.NoRoom),
        Fate.NewDropped(DropReason.TooLong),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Groups_are_read_as_they_were_written_to_the_last_bit(int seed)
    {
        var random = new Random(seed);
        PrunedGroup[] groups = [.. Enumerable.Range(0, 6).Select(index => Group(random, 1000L * index))];
        byte[] bytes = GroupBytes.Write(groups);
        var read = GroupBytes.Read(bytes, ordinal => Known(groups.Single(group => RolloutOf(group).Question.Ordinal == ordinal)));
        Assert.Equal(bytes, GroupBytes.Write(read));
        Assert.Equal(groups.Length, read.Length);
        foreach (var (expected, actual) in groups.Zip(read))
        {
            Assert.Equal(Words(expected), Words(actual));
        }
    }

    [Fact]
    public void A_process_without_groups_sends_few_bytes() =>
        Assert.Empty(GroupBytes.Read(GroupBytes.Write([]), _ => throw new InvalidOperationException("Nothing is known.")));

    /// <summary>All of a group, floats as their bits.</summary>
    private static string Words(PrunedGroup group)
    {
        var (advantaged, scored) = (group.Advantaged, group.Advantaged.Scored);
        var rollout = scored.Rollout;
        return string.Join(
            '|',
            [
                rollout.Question.ToString(),
                string.Join(',', rollout.PromptTokenIds),
                $"{rollout.Batch} {rollout.PolicyVersion} {rollout.Device} {rollout.GeneratedAt:O}",
                .. rollout.Completions.Select(completion =>
                    $"{completion.Index} {string.Join(',', completion.TokenIds)} "
                    + $"{string.Join(',', completion.GenerationLogprobs.Select(BitConverter.SingleToInt32Bits))} "
                    + $"{completion.Text} {completion.FinishReason}"
                ),
                .. scored.Rewards.Select(reward =>
                    $"{Bits(reward.Total)} {string.Join(',', reward.Parts.Select(part => $"{part.Name}={Bits(part.Value)}"))} "
                    + $"{reward.ExtractedAnswer} {reward.Reason} {reward.Correct}"
                ),
                string.Join(',', advantaged.Advantages.Select(Bits)),
                $"{Bits(advantaged.RewardMean)} {Bits(advantaged.RewardStd)}",
                string.Join<Fate>(',', group.Fates),
            ]
        );
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static RolloutGroup RolloutOf(PrunedGroup group) => group.Advantaged.Scored.Rollout;

    private static RolloutGroup Known(PrunedGroup group)
    {
        var rollout = RolloutOf(group);
        return new RolloutGroup(rollout.Question, [], rollout.Batch, rollout.PolicyVersion, "", [], DateTimeOffset.UnixEpoch);
    }

    private static PrunedGroup Group(Random random, long ordinal)
    {
        int size = random.Next(1, 9);
        var rollout = new RolloutGroup(
            new Question($"q{ordinal}", Text(random), Text(random), ordinal, [new Turn("user", Text(random))]),
            Tokens(random),
            random.Next(),
            random.Next(),
            random.Next(2) == 0 ? "cpu" : "cuda:1",
            [
                .. Enumerable
                    .Range(0, size)
                    .Select(index =>
                    {
                        int[] tokens = Tokens(random);
                        return new Completion(
                            index,
                            tokens,
                            [.. tokens.Select(_ => (float)Number(random))],
                            Text(random),
                            random.Next(2) == 0 ? FinishReason.Stop : FinishReason.Length
                        );
                    }),
            ],
            new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(random.Next(-3, 4))).AddTicks(random.Next())
        );
        var rewards = Enumerable
            .Range(0, size)
            .Select(_ => new CompletionReward(
                Number(random),
                [.. Enumerable.Range(0, random.Next(4)).Select(part => new RewardPart($"part{part}", Number(random)))],
                Text(random),
                Text(random),
                random.Next(2) == 0
            ));
        var advantaged = new AdvantagedGroup(
            new ScoredGroup(rollout, [.. rewards]),
            [.. Enumerable.Range(0, size).Select(_ => Number(random))],
            Number(random),
            Number(random)
        );
        return new PrunedGroup(advantaged, [.. Enumerable.Range(0, size).Select(_ => Fates[random.Next(Fates.Length)])]);
    }

    private static int[] Tokens(Random random) => [.. Enumerable.Range(0, random.Next(0, 30)).Select(_ => random.Next())];

    private static double Number(Random random) => random.Next(3) == 0 ? Odd[random.Next(Odd.Length)] : random.NextDouble() - 0.5;

    private static string Text(Random random) => random.Next(20) == 0 ? Texts[^1] : Texts[random.Next(Texts.Length - 1)];
}

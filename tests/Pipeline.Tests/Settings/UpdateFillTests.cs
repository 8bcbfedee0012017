using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Settings;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Settings;

/// <summary>
/// The updates of the default and of every recipe are full, on made-up groups: completions of a wide spread of lengths, some cut off,
/// and one group in five without spread.
/// </summary>
public sealed class UpdateFillTests
{
    private const int Batches = 10;

    public static TheoryData<string> Files =>
        ["pipeline.json", .. Directory.GetFiles(Repository.Path("recipes"), "*.json").Select(file => $"recipes/{Path.GetFileName(file)}")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Mode_completions_fills_the_capacity(string file)
    {
        foreach (string set in new[] { "allocation.dropZeroAdvantage=false", "allocation.dropZeroAdvantage=true" })
        {
            Assert.All(BatchesOf(file, set), batch => Assert.InRange(batch.CapacityFill, 0.97, 1));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Mode_tokens_fills_the_micro_batches_of_the_bound_in_the_file(string file) =>
        Assert.All(
            BatchesOf(file, "allocation.mode=tokens"),
            batch =>
            {
                Assert.InRange(batch.TokenFill, 0.97, 1);
                Assert.Equal(batch.TokenFill, batch.CapacityFill, 1e-12);
            }
        );

    private static IEnumerable<BatchMetrics> BatchesOf(string file, string set)
    {
        var config = ConfigLoader.Load(Repository.Path(file), [set]);
        var (allocation, prune) = (SettingsMap.Allocation(config), SettingsMap.Prune(config));
        for (int batch = 0; batch < Batches; batch++)
        {
            var random = new Random(batch);
            var groups = new List<PrunedGroup>();
            int numRounds = 0;
            while (Allocate.nextRound(allocation, prune, [.. groups]) is > 0 and var more)
            {
                Assert.InRange(++numRounds, 1, 1 + config.Flow.MaxRoundsPerBatch);
                groups.AddRange(Enumerable.Range(groups.Count, more).Select(at => Group(config, prune, at, random)));
            }

            yield return Metrics.ofBatch(Pack.toBatch(SettingsMap.Pack(config), batch, Prune.ofBatch(prune, [.. groups])));
        }
    }

    private static PrunedGroup Group(PipelineConfig config, PruneSettings prune, int at, Random random)
    {
        int longest = config.Rollout.MaxNewTokens;
        double around = longest * (0.2 + (0.5 * random.NextDouble()));
        bool hasSpread = random.Next(5) > 0;
        Completion[] completions =
        [
            .. Enumerable
                .Range(0, config.Rollout.Group)
                .Select(index =>
                {
                    int length = Math.Clamp((int)(around * Math.Pow(2, (2 * random.NextDouble()) - 1)), 1, longest);
                    return new Completion(index, new int[length], new float[length], "", FinishReason.Stop);
                }),
        ];
        CompletionReward[] rewards = [.. completions.Select(_ => new CompletionReward(hasSpread ? random.Next(4) : 0, [], "", "", false))];
        int[] prompt = new int[40 + random.Next(1 + (longest / 4))];
        var rollout = new RolloutGroup(new Question($"q{at}", "", "", at, []), prompt, 0, 0, "cpu", completions, DateTimeOffset.UnixEpoch);
        return Prune.ofGroup(prune, Advantage.compute(SettingsMap.Advantage(config), new ScoredGroup(rollout, rewards)));
    }
}

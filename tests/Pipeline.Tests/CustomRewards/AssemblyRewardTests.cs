using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.CustomRewards;
using Cppo.Pipeline.Tests.Library;
using Cppo.Pipeline.Tests.Telemetry;
using Cppo.Rewards;

namespace Cppo.Pipeline.Tests.CustomRewards;

/// <summary>Rewards from an assembly: found or refused with a sentence, and what a bad one does.</summary>
public sealed class AssemblyRewardTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private static AssemblyReward Load(string type, params string[] secrets) =>
        new("mine", RewardAssembly.Create("reward.parts.1", RewardGroups.Sample(type)), new Secrets(new SecretValues([], secrets)));

    private static string FaultOf(RewardPartConfig part) =>
        Assert.Throws<ConfigException>(() => RewardAssembly.Create("reward.parts.1", part)).Message;

    private static async Task<string> FailureOf(string type) =>
        (
            await Assert.ThrowsAsync<RewardFailedException>(() =>
                Load(type).ScoreAsync([RewardGroups.Of("q1", 2), RewardGroups.Of("q2", 3)], default)
            )
        ).Message;

    [Fact]
    public async Task Each_completion_of_each_group_has_a_score_and_perhaps_a_reason()
    {
        using var reward = Load("SampleRewards.Brevity");
        var scores = await reward.ScoreAsync([RewardGroups.Of("q1", 2), RewardGroups.Of("q2", 1)], default);
        Assert.Equal([new(1.0 / 2, "1 tokens"), new(1.0 / 3), new(1.0 / 2, "1 tokens")], scores);
    }

    [Fact]
    public async Task Its_packages_are_its_own_and_the_interface_is_shared()
    {
        using var reward = Load("SampleRewards.Apart");
        Assert.Equal(1, (await reward.ScoreAsync([RewardGroups.Of("q", 1)], default)).Single().Value);
    }

    [Fact]
    public void The_only_reward_of_an_assembly_needs_no_type()
    {
        var part = new RewardPartConfig { Name = "mine", Assembly = typeof(Brief).Assembly.Location };
        Assert.Equal(typeof(Brief).FullName, RewardAssembly.Create("reward.parts.1", part).GetType().FullName);
    }

    [Fact]
    public void A_missing_file_is_named_with_its_key() =>
        Assert.Equal(
            "reward.parts.1.assembly: no/such.dll does not exist; build it, or correct the path, which is relative to the current "
                + "directory",
            FaultOf(new() { Name = "mine", Assembly = "no/such.dll" })
        );

    [Fact]
    public void A_file_that_is_no_assembly()
    {
        File.WriteAllText(directory.Of("notes.dll"), "not an assembly");
        Assert.Equal(
            $"reward.parts.1.assembly: {directory.Of("notes.dll")} is no .NET assembly; name the .dll that dotnet build makes",
            FaultOf(new() { Name = "mine", Assembly = directory.Of("notes.dll") })
        );
    }

    [Fact]
    public void An_assembly_without_a_reward()
    {
        string path = typeof(IGroupReward).Assembly.Location;
        Assert.Equal(
            $"reward.parts.1.assembly: {path} has no class that implements Cppo.Rewards.IGroupReward; let one implement it "
                + "(docs/rewards.md has an example)",
            FaultOf(new() { Name = "mine", Assembly = path })
        );
    }

    [Fact]
    public void Several_rewards_and_no_type() =>
        Assert.EndsWith("name one in reward.parts.1.type", FaultOf(RewardGroups.Sample("")), StringComparison.Ordinal);

    [Fact]
    public void A_type_that_is_not_there()
    {
        string fault = FaultOf(RewardGroups.Sample("SampleRewards.Brevety"));
        Assert.StartsWith("reward.parts.1.type: SampleRewards.Brevety is no reward of ", fault, StringComparison.Ordinal);
        Assert.Contains("SampleRewards.Brevity", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_cannot_be_made()
    {
        Assert.Equal(
            "reward.parts.1.type: SampleRewards.NeedsHelp has no public constructor without parameters; give it one",
            FaultOf(RewardGroups.Sample("SampleRewards.NeedsHelp"))
        );
        Assert.Equal(
            "reward.parts.1.type: the constructor of SampleRewards.FailsToStart failed with FileNotFoundException: words.txt is missing",
            FaultOf(RewardGroups.Sample("SampleRewards.FailsToStart"))
        );
    }

    [Fact]
    public void A_reward_that_needs_no_package_loads_from_its_dll_alone()
    {
        File.Copy(RewardGroups.SampleAssembly, directory.Of("Alone.dll"));
        var part = RewardGroups.Sample("SampleRewards.Brevity") with { Assembly = directory.Of("Alone.dll") };
        Assert.Equal("SampleRewards.Brevity", RewardAssembly.Create("reward.parts.1", part).GetType().FullName);
    }

    [Theory]
    [InlineData("Throwing", "failed with FormatException: no dictionary on question 'q1'")]
    [InlineData("Cancelling", "failed with OperationCanceledException: tired on question 'q1'")]
    [InlineData("NotFinite", "gave completion 1 the value NaN, which is no finite number on question 'q1'")]
    [InlineData("TooFew", "returned 1 scores for 2 completions on question 'q1'")]
    public async Task A_faulty_reward_is_named_with_the_question(string type, string what) =>
        Assert.Equal(
            $"Reward 'mine' (SampleRewards.{type}) {what}. Correct the class and build it again.",
            await FailureOf($"SampleRewards.{type}")
        );

    [Fact]
    public async Task A_cancelled_run_is_no_fault_of_the_reward()
    {
        using var reward = Load("SampleRewards.Cancelling");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            reward.ScoreAsync([RewardGroups.Of("q", 1)], new CancellationToken(canceled: true))
        );
    }

    [Fact]
    public async Task What_an_exception_says_is_told_without_secrets_also_where_all_of_it_is_shown()
    {
        using var reward = Load("SampleRewards.Throwing", "dictionary");
        var failure = await Assert.ThrowsAsync<RewardFailedException>(() => reward.ScoreAsync([RewardGroups.Of("q", 1)], default));
        Assert.Contains("failed with FormatException: no *** on question 'q'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("SampleRewards.Throwing.Score", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("dictionary", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reward_that_never_returns_is_left_behind()
    {
        using var reward = Load("SampleRewards.Endless");
        using var cancel = new CancellationTokenSource();
        var scoring = reward.ScoreAsync([RewardGroups.Of("q", 1)], cancel.Token);
        await Task.Delay(100);
        Assert.False(scoring.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scoring.WaitAsync(TimeSpan.FromSeconds(20)));
    }
}

using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Configuration;

public sealed class RenamedKeysTests
{
    private static readonly RenamedKeys Renamed = new([
        ("prune.gamma", "prune.threshold"),
        ("sampling", "rollout"),
        ("reward.parts.N.factor", "reward.parts.N.weight"),
    ]);

    [Theory]
    [InlineData("prune.gamma", "prune.threshold")]
    [InlineData("sampling", "rollout")]
    [InlineData("reward.parts.12.factor", "reward.parts.12.weight")]
    [InlineData("prune.keep", null)]
    [InlineData("gamma", null)]
    public void Of_is_the_name_of_now(string then, string? now) => Assert.Equal(now, Renamed.Of(then));

    [Fact]
    public void An_unknown_key_that_was_renamed_is_told_its_new_name_before_any_that_is_near()
    {
        var prune = ConfigSection.Root.Find("prune")!.Section!;
        string renamed = UnknownKey.Message(ConfigSection.Root, prune, "prune", "gamma", Renamed);
        Assert.Equal("is no key any more; it is called prune.threshold now", renamed);
        Assert.Equal("is no key; did you mean prune.keep?", UnknownKey.Message(ConfigSection.Root, prune, "prune", "kep", Renamed));
    }

    [Fact]
    public void The_table_leads_from_names_that_are_no_keys_to_names_that_are()
    {
        var paths = ConfigSection.Root.AllPaths().Select(key => key.Path).ToHashSet();
        Assert.All(
            RenamedKeys.All.Names,
            name =>
                Assert.True(!paths.Contains(name.Then) && (paths.Contains(name.Now) || name.Now.Contains(".N.", StringComparison.Ordinal)))
        );
    }
}

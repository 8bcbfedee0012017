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

    [Theory]
    [InlineData("prune.threshold", "prune.gamma")]
    [InlineData("reward.parts.12.weight", "reward.parts.12.factor")]
    [InlineData("prune.keep", null)]
    public void Before_is_the_name_of_then(string now, string? then) => Assert.Equal(then, Renamed.Before(now));

    [Fact]
    public void A_file_of_then_is_read_with_the_names_of_now()
    {
        const string json = """
            {"prune":{"gamma":2,"keep":3},"sampling":{"group":4},"reward":{"parts":[{"name":"a","factor":5},{"name":"b","weight":6}]}}
            """;
        var root = ConfigJson.ReadOption(json, ConfigPlace.Default, [])!;
        Renamed.Apply(root);
        Assert.Null(root.Member("prune")!.Member("gamma"));
        Assert.Equal("2", root.Member("prune")!.Member("threshold")!.Text);
        Assert.Equal("3", root.Member("prune")!.Member("keep")!.Text);
        Assert.Null(root.Member("sampling"));
        Assert.Equal("4", root.Member("rollout")!.Member("group")!.Text);
        Assert.Equal(["5", "6"], root.Member("reward")!.Member("parts")!.Items.Select(part => part.Member("weight")!.Text));
        Assert.All(root.Member("reward")!.Member("parts")!.Items, part => Assert.Null(part.Member("factor")));
    }

    [Fact]
    public void Where_both_names_are_stated_the_old_one_stays_and_is_told_the_new_one()
    {
        var root = ConfigJson.ReadOption("""{"prune":{"gamma":2,"threshold":3}}""", ConfigPlace.Default, [])!;
        Renamed.Apply(root);
        Assert.Equal(("2", "3"), (root.Member("prune")!.Member("gamma")!.Text, root.Member("prune")!.Member("threshold")!.Text));
    }

    [Fact]
    public void The_reference_may_be_stated_as_before_in_a_file_and_in_an_option()
    {
        string[] needed = ["data.train.path=a.csv", "evaluation.before=false", "evaluation.after=false"];
        Assert.Equal("a", ConfigLoader.Parse("""{"model":{"referencePath":"a"}}""", "p.json", needed).Model.Reference.Path);
        Assert.Equal("b", ConfigLoader.Parse("{}", "p.json", [.. needed, "model.referencePath=b"]).Model.Reference.Path);
        var config = ConfigLoader.Parse("""{"model":{"referencePath":"a"}}""", "p.json", [.. needed, "model.reference.precision=bf16"]);
        Assert.Equal(("a", "bf16"), (config.Model.Reference.Path, config.Model.Reference.Precision));
        var both = Assert.Throws<ConfigException>(() =>
            ConfigLoader.Parse("""{"model":{"referencePath":"a","reference":{"path":"b"}}}""", "p.json", [])
        );
        Assert.Contains(
            "model.referencePath: is no key any more; it is called model.reference.path now",
            both.Message,
            StringComparison.Ordinal
        );
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

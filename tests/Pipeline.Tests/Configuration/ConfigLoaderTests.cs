using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Configuration;

public class ConfigLoaderTests
{
    private static PipelineConfig Load(string json, params string[] overrides) =>
        ConfigLoader.Parse(json, "p.json", ["data.train.path=train.csv", "data.test.path=test.csv", .. overrides]);

    [Fact]
    public void Comments_trailing_commas_and_the_schema_key_are_welcome()
    {
        var config = Load(
            """
            // the run
            {
              "$schema": "./pipeline.schema.json",
              "run": { "seed": 18446744073709551615, "updates": 2e1, /* of many */ },
              "update": { "learningRate": 1e-5, "devices": ["cpu", "cpu",], },
            }
            """
        );
        Assert.Equal(ulong.MaxValue, config.Run.Seed);
        Assert.Equal(20, config.Run.Updates);
        Assert.Equal(1e-5, config.Update.LearningRate);
        Assert.Equal(["cpu", "cpu"], config.Update.Devices);
        Assert.Equal(new PipelineConfig().Rollout.Group, config.Rollout.Group);
    }

    [Fact]
    public void A_stated_list_replaces_the_default_and_its_items_have_defaults()
    {
        var config = Load("""{ "reward": { "parts": [ { "name": "format" } ] } }""");
        Assert.Equal([new RewardPartConfig { Name = "format", Weight = 1 }], config.Reward.Parts);
    }

    [Fact]
    public void Options_override_the_file_and_the_last_one_wins()
    {
        var config = Load("""{ "prune": { "keep": 3, "scope": "batch" } }""", "prune.keep=4", "prune.keep=5");
        Assert.Equal(5, config.Prune.Keep);
        Assert.Equal("batch", config.Prune.Scope);
    }

    [Theory]
    [InlineData("run.name=7", "7")]
    [InlineData("run.name=true", "true")]
    [InlineData("run.name=\"quoted\"", "quoted")]
    public void An_option_for_a_text_is_the_text(string option, string expected) => Assert.Equal(expected, Load("{}", option).Run.Name);

    [Fact]
    public void An_option_may_hold_equals_signs() => Assert.Equal("a=b.csv", Load("{}", "data.train.path=a=b.csv").Data.Train.Path);

    [Theory]
    [InlineData("update.devices=[\"cuda:0\",\"cuda:1\"]")]
    [InlineData("update.devices=cuda:0,cuda:1")]
    [InlineData("update.devices=cuda:0, cuda:1,")]
    public void A_list_of_texts_is_json_or_separated_by_commas(string option) =>
        Assert.Equal(["cuda:0", "cuda:1"], Load("{}", option).Update.Devices);

    [Fact]
    public void An_item_of_a_default_list_is_changed_by_its_index_and_one_is_added_behind_the_last()
    {
        var config = Load(
            "{}",
            "reward.parts.0.weight=2",
            "reward.parts.2.name=tagCount",
            "reward.parts.2.weight=0.5",
            "update.devices.1=cpu"
        );
        Assert.Equal(
            [
                new() { Name = "accuracy", Weight = 2 },
                new() { Name = "format", Weight = 1 },
                new RewardPartConfig { Name = "tagCount", Weight = 0.5 },
            ],
            config.Reward.Parts
        );
        Assert.Equal(["cpu", "cpu"], config.Update.Devices);
    }

    [Fact]
    public void A_section_given_as_an_option_is_merged_into_the_file_s()
    {
        var config = Load(
            """{ "data": { "train": { "limit": 5 } }, "prune": { "keep": 3 } }""",
            "prune={ \"scope\": \"batch\" }",
            "data={ \"train\": { \"path\": \"x.csv\" } }"
        );
        Assert.Equal(new PruneConfig { Keep = 3, Scope = "batch" }, config.Prune);
        Assert.Equal(("x.csv", 5), (config.Data.Train.Path, config.Data.Train.Limit));
    }

    [Fact]
    public void A_nullable_number_may_be_null_again()
    {
        const string Json = """{ "objective": { "epsilonHigh": 0.28 } }""";
        Assert.Equal(0.28, Load(Json).Objective.EpsilonHigh);
        Assert.Null(Load(Json, "objective.epsilonHigh=null").Objective.EpsilonHigh);
    }
}

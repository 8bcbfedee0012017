using System.Reflection;
using System.Text.Json;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Configuration;

public class ConfigSchemaTests
{
    [Fact]
    public void The_schema_at_the_root_is_up_to_date() =>
        Assert.True(ConfigSchema.Write() == File.ReadAllText(Repository.Path("pipeline.schema.json")),
            "pipeline.schema.json is out of date: dotnet run -- config --schema > pipeline.schema.json");

    [Fact]
    public void The_page_about_configuration_is_up_to_date() =>
        Assert.True(ConfigDocs.Write() == File.ReadAllText(Repository.Path("docs/configuration.md")),
            "docs/configuration.md is out of date: dotnet run -- config --docs > docs/configuration.md");

    [Fact]
    public void A_section_has_its_keys_and_no_others()
    {
        using var schema = JsonDocument.Parse(ConfigSchema.Write());
        var update = schema.RootElement.GetProperty("properties").GetProperty("update");
        Assert.False(update.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(
            typeof(UpdateConfig).GetProperties().Select(ConfigSection.JsonName).Order(),
            update.GetProperty("properties").EnumerateObject().Select(key => key.Name).Order());
    }

    [Fact]
    public void A_key_has_type_range_choices_default_and_description()
    {
        using var schema = JsonDocument.Parse(ConfigSchema.Write());
        var sections = schema.RootElement.GetProperty("properties");
        var keep = sections.GetProperty("prune").GetProperty("properties").GetProperty("keep");
        Assert.Equal(("integer", 1, 4096, 2), (keep.GetProperty("type").GetString(), keep.GetProperty("minimum").GetInt32(),
            keep.GetProperty("maximum").GetInt32(), keep.GetProperty("default").GetInt32()));
        Assert.StartsWith("k: completions kept per question", keep.GetProperty("description").GetString(), StringComparison.Ordinal);
        var engine = sections.GetProperty("model").GetProperty("properties").GetProperty("engine");
        Assert.Equal(["auto", "torch", "managed"], engine.GetProperty("enum").EnumerateArray().Select(choice => choice.GetString()));
        var item = sections.GetProperty("reward").GetProperty("properties").GetProperty("parts").GetProperty("items");
        var name = item.GetProperty("properties").GetProperty("name");
        Assert.False(name.TryGetProperty("enum", out _));
        Assert.Equal(Reward.names, name.GetProperty("anyOf")[0].GetProperty("enum").EnumerateArray().Select(choice => choice.GetString()));
        Assert.Equal("name", Assert.Single(item.GetProperty("required").EnumerateArray()).GetString());
    }

    [Fact]
    public void The_choices_of_rewards_and_templates_are_those_of_the_stages()
    {
        Assert.Equal(Reward.names, Choices(typeof(RewardPartConfig), "name"));
        Assert.Equal(Template.names.Order(), Choices(typeof(PromptConfig), "template").Order());

        static string[] Choices(Type section, string key) => ConfigSection.Of(section).Find(key)!.About.Choices;
    }

    [Fact]
    public void Every_number_has_a_range_that_holds_its_default_and_every_key_a_sentence()
    {
        var defaults = new PipelineConfig();
        foreach (var (path, key) in ConfigSection.Root.AllPaths())
        {
            Assert.True(key.About.Doc.Length > 10 && key.About.Doc.EndsWith('.'), path);
            if (key.Kind is not (KeyKind.Integer or KeyKind.Number))
                continue;
            Assert.True(key.Type == typeof(ulong) || !(double.IsNaN(key.About.Min) || double.IsNaN(key.About.Max)), path);
            var value = path.Split('.').Aggregate((object?)defaults, Get);
            var range = KeyRange.Of(key);
            Assert.True(value is null || (value is double number ? range.Contains(number) : range.Contains(Convert.ToDecimal(value, null))), path);
        }

        static object? Get(object? section, string name) => section!.GetType()
            .GetProperty(char.ToUpperInvariant(name[0]) + name[1..], BindingFlags.Public | BindingFlags.Instance)!.GetValue(section);
    }
}

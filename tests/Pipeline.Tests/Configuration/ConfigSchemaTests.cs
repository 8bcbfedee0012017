using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Configuration;

public class ConfigSchemaTests
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void The_schema_at_the_root_is_up_to_date() =>
        Assert.True(
            ConfigSchema.Write() == File.ReadAllText(Repository.Path("pipeline.schema.json")),
            "pipeline.schema.json is out of date: dotnet run -- config --schema > pipeline.schema.json"
        );

    [Fact]
    public void The_page_about_configuration_is_up_to_date() =>
        Assert.True(
            ConfigDocs.Write() == File.ReadAllText(Repository.Path("docs/configuration.md")),
            "docs/configuration.md is out of date: dotnet run -- config --docs > docs/configuration.md"
        );

    [Fact]
    public void A_section_has_its_keys_and_no_others()
    {
        using var schema = JsonDocument.Parse(ConfigSchema.Write());
        var update = schema.RootElement.GetProperty("properties").GetProperty("update");
        Assert.False(update.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(
            typeof(UpdateConfig).GetProperties().Select(ConfigSection.JsonName).Order(),
            update.GetProperty("properties").EnumerateObject().Select(key => key.Name).Order()
        );
    }

    [Fact]
    public void A_key_has_type_range_choices_default_and_description()
    {
        using var schema = JsonDocument.Parse(ConfigSchema.Write());
        var sections = schema.RootElement.GetProperty("properties");
        var keep = sections.GetProperty("prune").GetProperty("properties").GetProperty("keep");
        Assert.Equal(
            ("integer", 1, 4096, 2),
            (
                keep.GetProperty("type").GetString(),
                keep.GetProperty("minimum").GetInt32(),
                keep.GetProperty("maximum").GetInt32(),
                keep.GetProperty("default").GetInt32()
            )
        );
        Assert.StartsWith("k: completions kept per question", keep.GetProperty("description").GetString(), StringComparison.Ordinal);
        var engine = sections.GetProperty("model").GetProperty("properties").GetProperty("engine");
        Assert.Equal(["auto", "torch", "managed"], engine.GetProperty("enum").EnumerateArray().Select(choice => choice.GetString()));
        var item = sections.GetProperty("reward").GetProperty("properties").GetProperty("parts").GetProperty("items");
        var name = item.GetProperty("properties").GetProperty("name");
        Assert.False(name.TryGetProperty("enum", out _));
        Assert.Equal(
            BuiltInRewards.table.Names,
            name.GetProperty("anyOf")[0].GetProperty("enum").EnumerateArray().Select(choice => choice.GetString())
        );
        Assert.Equal("name", Assert.Single(item.GetProperty("required").EnumerateArray()).GetString());
    }

    [Theory]
    [InlineData(typeof(RewardPartConfig), "name", typeof(BuiltInRewards))]
    [InlineData(typeof(PromptConfig), "template", typeof(PromptTemplateChoices))]
    [InlineData(typeof(PromptConfig), "chat", typeof(ChatTemplateChoices))]
    [InlineData(typeof(PruneConfig), "rule", typeof(PruneRules))]
    [InlineData(typeof(PruneConfig), "scope", typeof(PruneScopes))]
    [InlineData(typeof(AllocationConfig), "mode", typeof(AllocationModes))]
    [InlineData(typeof(ObjectiveConfig), "surrogate", typeof(Surrogates))]
    [InlineData(typeof(ObjectiveConfig), "aggregation", typeof(Aggregations))]
    [InlineData(typeof(ObjectiveConfig), "importanceLevel", typeof(ImportanceLevels))]
    public void The_choices_of_a_table_reach_schema_and_page_with_what_they_mean(Type section, string key, Type table)
    {
        var about = ConfigSection.Of(section).Find(key)!.About;
        Assert.Equal(table, about.Table);
        Assert.Equal(about.Described.Select(choice => choice.Name), about.Choices);
        Assert.All(about.Described, choice => Assert.Matches("^.{5,}\\.$", choice.Doc));
        using var schema = JsonDocument.Parse(ConfigSchema.Write());
        string page = ConfigDocs.Write();
        Assert.All(
            about.Described,
            choice =>
            {
                Assert.Contains(JsonSerializer.Serialize(choice.Doc, Plain), schema.RootElement.GetRawText(), StringComparison.Ordinal);
                Assert.Contains(
                    $"`{choice.Name}`: {choice.Doc.Replace("|", "\\|", StringComparison.Ordinal)}",
                    page,
                    StringComparison.Ordinal
                );
            }
        );
    }

    [Fact]
    public void The_page_about_rewards_has_a_row_for_each()
    {
        string page = File.ReadAllText(Repository.Path("docs/rewards.md"));
        Assert.All(
            BuiltInRewards.table.Names,
            name => Assert.True(page.Contains($"\n| `{name}` |", StringComparison.Ordinal), $"docs/rewards.md has no row for {name}")
        );
    }

    [Fact]
    public void Every_number_has_a_range_that_holds_its_default_and_every_key_a_sentence()
    {
        var defaults = new PipelineConfig();
        foreach (var (path, key) in ConfigSection.Root.AllPaths())
        {
            Assert.True(key.About.Doc.Length > 10 && key.About.Doc.EndsWith('.'), path);
            if (key.Kind is not (KeyKind.Integer or KeyKind.Number))
            {
                continue;
            }

            Assert.True(key.Type == typeof(ulong) || !(double.IsNaN(key.About.Min) || double.IsNaN(key.About.Max)), path);
            object? value = path.Split('.').Aggregate((object?)defaults, Get);
            var range = KeyRange.Of(key);
            Assert.True(
                value is null || (value is double number ? range.Contains(number) : range.Contains(Convert.ToDecimal(value, null))),
                path
            );
        }

        static object? Get(object? section, string name) =>
            section!
                .GetType()
                .GetProperty(char.ToUpperInvariant(name[0]) + name[1..], BindingFlags.Public | BindingFlags.Instance)!
                .GetValue(section);
    }
}

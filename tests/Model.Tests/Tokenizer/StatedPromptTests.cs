using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

/// <summary>What a model directory says about how it is asked and sampled, once it was told.</summary>
public class StatedPromptTests
{
    private static readonly ChatMessage[] Question = [new("user", "Q")];

    [Theory]
    [InlineData("tokenizer_config.json")]
    [InlineData("chat_template.jinja")]
    [InlineData("both")]
    [InlineData("neither")]
    public void A_directory_renders_the_system_text_that_it_was_told_and_keeps_the_rest(string where)
    {
        using var directory = SmallTokenizer.WriteDirectory();
        string config = Path.Combine(directory.Path, "tokenizer_config.json"),
            jinja = Path.Combine(directory.Path, "chat_template.jinja");
        var before = JsonNode.Parse(File.ReadAllText(config))!.AsObject();
        if (where is "chat_template.jinja" or "both")
        {
            File.WriteAllText(jinja, (string)before["chat_template"]!);
        }

        if (where == "chat_template.jinja")
        {
            before.Remove("chat_template");
            File.WriteAllText(config, before.ToJsonString());
        }
        else if (where == "neither")
        {
            File.Delete(config);
        }

        var own = ByteLevelTokenizer.Load(directory.Path).ChatTemplate;
        string expected = own.Render([new("system", "It's so."), .. Question], addGenerationPrompt: true);
        ChatTemplateFile.State(directory.Path, own, isOwn: true, "It's so.");

        var tokenizer = ByteLevelTokenizer.Load(directory.Path);
        Assert.Equal(expected, tokenizer.ChatTemplate.Render(Question, addGenerationPrompt: true));
        Assert.NotNull(tokenizer.IdOf("<|im_end|>"));
        Assert.Equal(where != "tokenizer_config.json", File.Exists(jinja));
        Assert.Equal(where != "neither", File.Exists(config));
        if (where is "both" or "tokenizer_config.json")
        {
            var after = JsonNode.Parse(File.ReadAllText(config))!.AsObject();
            Assert.Contains("It\\'s so.", (string)after["chat_template"]!, StringComparison.Ordinal);
            before.Remove("chat_template");
            after.Remove("chat_template");
            Assert.True(JsonNode.DeepEquals(before, after));
        }
    }

    [Fact]
    public void A_template_that_was_chosen_takes_the_place_of_the_directorys()
    {
        using var directory = SmallTokenizer.WriteDirectory();
        ChatTemplateFile.State(directory.Path, Qwen3Template.NoThinking, isOwn: false, "");
        Assert.Same(Qwen3Template.NoThinking, ByteLevelTokenizer.Load(directory.Path).ChatTemplate);
    }

    [Fact]
    public void Nothing_is_written_where_the_directory_says_so_already()
    {
        using var directory = SmallTokenizer.WriteDirectory();
        string config = Path.Combine(directory.Path, "tokenizer_config.json");
        byte[] before = File.ReadAllBytes(config);
        ChatTemplateFile.State(directory.Path, ChatMlTemplate.Qwen25, isOwn: true, ChatMlTemplate.Qwen25.DefaultSystem!);
        Assert.Equal(before, File.ReadAllBytes(config));
    }

    [Fact]
    public void A_restriction_is_stated_and_read_and_what_is_none_is_refused()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("generation_config.json");
        var sampling = new GenerationDefaults(0.7, null)
        {
            Restriction = new()
            {
                TopP = 0.8,
                TopK = 20,
                MinP = 0.05,
            },
        };
        GenerationConfigFile.State(directory.Path, [1], sampling);
        Assert.Equal(sampling, GenerationConfigFile.Read(directory.Path));
        Assert.Contains("\"top_p\": 0.8", File.ReadAllText(path), StringComparison.Ordinal);
        GenerationConfigFile.State(directory.Path, [1], new GenerationDefaults(0.7, null));
        Assert.True(GenerationConfigFile.Read(directory.Path).Restriction.IsNone);
        Assert.DoesNotContain("min_p", File.ReadAllText(path), StringComparison.Ordinal);

        // As published models state it: Qwen2.5's, one that restricts nothing, and one of a server's.
        File.WriteAllText(path, """{"do_sample":true,"temperature":0.7,"top_p":0.8,"top_k":20,"repetition_penalty":1.05}""");
        Assert.Equal(new SamplingRestriction { TopP = 0.8, TopK = 20 }, GenerationConfigFile.Read(directory.Path).Restriction);
        File.WriteAllText(path, """{"top_p":1.0,"top_k":-1,"min_p":null}""");
        Assert.Equal(GenerationDefaults.None, GenerationConfigFile.Read(directory.Path));
        foreach (string wrong in (string[])["\"top_p\":1.5", "\"top_k\":0.5", "\"min_p\":-0.1", "\"top_p\":\"high\""])
        {
            File.WriteAllText(path, "{" + wrong + "}");
            string message = Assert.Throws<ModelFileException>(() => GenerationConfigFile.Read(directory.Path)).Message;
            Assert.StartsWith($"{path} has a {wrong[1..6]} that is ", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Sampling_is_stated_as_it_was_and_other_keys_stay()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("generation_config.json");
        File.WriteAllText(path, """{"pad_token_id":3,"temperature":0.7,"top_k":20,"repetition_penalty":1.1,"eos_token_id":[1,3]}""");
        GenerationConfigFile.State(directory.Path, [1, 3], new GenerationDefaults(1, 48));
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(
                    """
                    {"pad_token_id":3,"eos_token_id":[1,3],"do_sample":true,"temperature":1.0,"top_k":0,"top_p":1.0,"max_new_tokens":48}
                    """
                ),
                JsonNode.Parse(File.ReadAllText(path))
            )
        );
        Assert.Contains("\"temperature\": 1.0", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal(new GenerationDefaults(1, 48), GenerationConfigFile.Read(directory.Path));
        GenerationConfigFile.State(directory.Path, [7], new GenerationDefaults(0, null));
        Assert.Equal(new GenerationDefaults(0, null), GenerationConfigFile.Read(directory.Path));
        GenerationConfigFile.State(directory.Path, [8]);
        Assert.Equal(8, (int)JsonNode.Parse(File.ReadAllText(path))!["eos_token_id"]!);
        Assert.Equal(new GenerationDefaults(0, null), GenerationConfigFile.Read(directory.Path));
        Assert.Equal(GenerationDefaults.None, GenerationConfigFile.Read(directory.File("elsewhere")));
    }
}

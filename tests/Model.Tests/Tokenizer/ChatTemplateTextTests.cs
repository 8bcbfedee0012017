using System.Text.Json;
using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

/// <summary>How a model directory's template is recognised, and what is refused.</summary>
public class ChatTemplateTextTests
{
    private const string Messages =
        @"{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
        + @"{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    private const string ChatMl = "{% for message in messages %}" + Messages;

    private const string Qwen2 =
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
        + @"{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}"
        + Messages;

    private const string Llama3 =
        "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + "
        + "'<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + "
        + "content %}"
        + "{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% "
        + "endif %}";

    [Fact]
    public void FromJinja_recognises_the_families()
    {
        Assert.Same(ChatMlTemplate.Plain, ChatTemplates.FromJinja(ChatMl, "f"));
        Assert.Same(Llama3Template.Plain, ChatTemplates.FromJinja(Llama3, "f"));
        Assert.Equal("You are a helpful assistant.", DefaultSystem(Qwen2));
        Assert.Equal(ChatMlTemplate.SmolLm2.DefaultSystem, DefaultSystem(WithSystem(ChatMlTemplate.SmolLm2.DefaultSystem!)));
        Assert.Same(ChatMlTemplate.Plain, ChatTemplates.FromJinja(ChatMlTemplate.Plain.ToJinja(), "f"));
    }

    [Fact]
    public void FromJinja_sees_through_quotes_space_and_comments() =>
        Assert.Same(
            ChatMlTemplate.Plain,
            ChatTemplates.FromJinja(
                "{#- Chats. #}\n" + ChatMl.Replace('\'', '"').Replace("{% endfor", "   {%-endfor", StringComparison.Ordinal) + "\n",
                "f"
            )
        );

    [Theory]
    [InlineData(@"Please reason step by step, and put your final answer within \boxed{}.")]
    [InlineData("It's\ntwo lines.")]
    [InlineData("a")]
    [InlineData("")]
    public void FromJinja_recognises_what_ToJinja_writes(string system)
    {
        var template = Assert.IsType<ChatMlTemplate>(ChatTemplates.FromJinja(WithSystem(system), "f"));

        Assert.Equal(system, template.DefaultSystem);
        Assert.Equal(system, DefaultSystem(template.ToJinja()));
    }

    [Fact]
    public void Every_template_is_recognised_by_the_text_that_it_writes()
    {
        foreach (
            var template in ChatTemplates.Names.Select(ChatTemplates.Named).Append(new TextTemplate("")).Append(new TextTemplate("<|b|>"))
        )
        {
            var again = ChatTemplates.FromJinja(template.ToJinja(), "f");
            Assert.IsType(template.GetType(), again);
            foreach (var chat in Chats)
            {
                Assert.Equal(template.Render(chat, addGenerationPrompt: true), again.Render(chat, addGenerationPrompt: true));
            }
        }
    }

    [Theory]
    [InlineData("Reason in <think>, answer in <answer>.")]
    [InlineData("It's \"quoted\",\r\nof\ttwo lines \u2028, with a \\boxed{} and {% tags %} {{ x }} {# y #}")]
    public void A_system_text_takes_the_place_of_any_templates_own(string system)
    {
        string[] texts =
        [
            ChatMl,
            Qwen2,
            Qwen2.Replace('\'', '"'),
            Llama3,
            .. ChatTemplates.Names.Select(name => ChatTemplates.Named(name).ToJinja()),
            new TextTemplate("").ToJinja(),
        ];
        foreach (string text in texts)
        {
            var plain = ChatTemplates.FromJinja(text, "f");
            string jinja = DefaultSystemTemplate.WithSystem(DefaultSystemTemplate.WithSystem(text, "An earlier one."), system);
            var template = ChatTemplates.FromJinja(jinja, "f");
            foreach (var chat in Chats)
            {
                var stated = chat[0].Role == "system" ? chat : [new("system", system), .. chat];
                Assert.Equal(plain.Render(stated, addGenerationPrompt: true), template.Render(chat, addGenerationPrompt: true));
            }

            Assert.Equal(jinja, DefaultSystemTemplate.WithSystem(jinja, system));
        }
    }

    private static readonly ChatMessage[][] Chats =
    [
        [new("user", "Q")],
        [new("system", "S"), new("user", "Q")],
        [new("user", "Q"), new("assistant", "<think>\nx\n</think>\n\nA"), new("user", "Q2")],
        [new("user", "Q"), new("assistant", "A")],
    ];

    [Theory]
    [InlineData("{{'<|im_start|>' + message", "{{ '<|im_start|>' + ' ' + message")]
    [InlineData("{{'<|im_start|>' + message", "\n\n{{'<|im_start|>' + message")]
    [InlineData("<|im_end|>", "</s>")]
    [InlineData("assistant", "Assistant")]
    [InlineData("{% endfor %}", "{% endfor %} ")]
    [InlineData("{% if add_generation_prompt %}", "{% if true %}")]
    public void FromJinja_refuses_what_renders_otherwise(string text, string replacement)
    {
        Assert.Contains(text, ChatMl, StringComparison.Ordinal);

        var error = Assert.Throws<ModelFileException>(() =>
            ChatTemplates.FromJinja(ChatMl.Replace(text, replacement, StringComparison.Ordinal), "the-file")
        );

        Assert.StartsWith(
            "the-file has a chat template that is none of those known (qwen2.5, qwen3,",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("prompt.chat or prompt.template", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat_template.jinja")]
    [InlineData("tokenizer_config.json")]
    public void A_template_that_is_not_known_is_refused_at_its_use_unless_another_is_chosen(string name)
    {
        using var directory = SmallTokenizer.WriteDirectory();
        const string other = "{{ messages[0]['content'] }}";
        File.WriteAllText(
            directory.File(name),
            name.EndsWith("json", StringComparison.Ordinal)
                ? JsonSerializer.Serialize(new { chat_template = other, eos_token = "<|im_end|>" })
                : other
        );

        var tokenizer = ByteLevelTokenizer.Load(directory.Path);

        Assert.NotEmpty(tokenizer.Encode("a"));
        Assert.Single(tokenizer.StopTokenIds);
        Assert.Contains(
            directory.File(name),
            Assert.Throws<ModelFileException>(() => tokenizer.ChatTemplate).Message,
            StringComparison.Ordinal
        );
        Assert.Same(Qwen3Template.Thinking, ByteLevelTokenizer.Load(directory.Path, chat: "qwen3").ChatTemplate);
    }

    [Fact]
    public void A_chosen_template_whose_tokens_are_not_in_the_vocabulary_is_refused()
    {
        using var directory = SmallTokenizer.WriteDirectory();

        var error = Assert.Throws<ModelFileException>(() => ByteLevelTokenizer.Load(directory.Path, chat: "llama3").ChatTemplate);

        Assert.Contains("has no token <|begin_of_text|>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_of_several_templates_is_taken()
    {
        using var directory = SmallTokenizer.WriteDirectory();
        var several = new[] { new { name = "tool_use", template = "other" }, new { name = "default", template = Qwen2 } };
        File.WriteAllText(directory.File("tokenizer_config.json"), JsonSerializer.Serialize(new { chat_template = several }));

        Assert.Equal(
            "You are a helpful assistant.",
            Assert.IsType<ChatMlTemplate>(ByteLevelTokenizer.Load(directory.Path).ChatTemplate).DefaultSystem
        );
    }

    [Fact]
    public void A_directory_without_template_has_qwens_where_its_tokens_are_and_none_elsewhere()
    {
        using var directory = SmallTokenizer.WriteDirectory();
        File.Delete(directory.File("tokenizer_config.json"));
        Assert.Same(ChatMlTemplate.Qwen25, ByteLevelTokenizer.Load(directory.Path).ChatTemplate);

        string json = File.ReadAllText(directory.File("tokenizer.json")).Replace("<|im_", "<|other_", StringComparison.Ordinal);
        File.WriteAllText(directory.File("tokenizer.json"), json);
        var error = Assert.Throws<ModelFileException>(() => ByteLevelTokenizer.Load(directory.Path).ChatTemplate);
        Assert.Contains("has no chat template", error.Message, StringComparison.Ordinal);
    }

    private static string? DefaultSystem(string jinja) => Assert.IsType<ChatMlTemplate>(ChatTemplates.FromJinja(jinja, "f")).DefaultSystem;

    private static string WithSystem(string system)
    {
        string literal = system
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("'", "\\'", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return Qwen2.Replace("You are a helpful assistant.", literal, StringComparison.Ordinal);
    }
}

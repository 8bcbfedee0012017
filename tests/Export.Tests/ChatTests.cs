using Cppo.Model.Tokenizer;
using LLama.Exceptions;

namespace Cppo.Export.Tests;

/// <summary>
/// What llama.cpp's C interface, LLamaSharp's LLamaTemplate among it, makes of the chat templates: it renders no Jinja, but knows a format
/// by the words in a template's text. docs/export.md says the same.
/// </summary>
public sealed class ChatTests
{
    private static readonly ChatMessage[] Chat =
    [
        new("system", "Be brief."),
        new("user", "How many apples?"),
        new("assistant", "Two."),
        new("user", "And pears?"),
    ];

    [Theory]
    [InlineData("qwen2.5")]
    [InlineData("qwen3")]
    [InlineData("smollm2")]
    [InlineData("chatml")]
    public void Formats_that_it_renders_as_they_are(string name)
    {
        var template = ChatTemplates.Named(name);
        Assert.Equal(template.Render(Chat, addGenerationPrompt: true), LlamaModel.ApplyText(template.ToJinja(), Chat));
    }

    [Fact]
    public void Llama_3_comes_without_the_begin_of_the_text_which_the_tokenizer_adds()
    {
        var template = ChatTemplates.Named("llama3");
        Assert.Equal(
            template.Render(Chat, addGenerationPrompt: true),
            "<|begin_of_text|>" + LlamaModel.ApplyText(template.ToJinja(), Chat)
        );
    }

    [Theory]
    [InlineData("qwen3NoThinking", "<think>\n\n</think>\n\n")]
    [InlineData("llama3.1", "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n")]
    public void Formats_of_which_it_leaves_something_out(string name, string missing)
    {
        var template = ChatTemplates.Named(name);
        string ours = template.Render(Chat, addGenerationPrompt: true);
        Assert.Contains(missing, ours, StringComparison.Ordinal);
        Assert.Equal(
            ours.Replace(missing, "", StringComparison.Ordinal).Replace("<|begin_of_text|>", "", StringComparison.Ordinal),
            LlamaModel.ApplyText(template.ToJinja(), Chat)
        );
    }

    [Fact]
    public void The_system_text_in_a_template_is_none_of_its_business()
    {
        var template = ChatTemplates.Named("qwen2.5");
        ChatMessage[] question = [new("user", "How many?")];
        Assert.Contains("You are Qwen", template.Render(question, addGenerationPrompt: true), StringComparison.Ordinal);
        Assert.Equal("<|im_start|>user\nHow many?<|im_end|>\n<|im_start|>assistant\n", LlamaModel.ApplyText(template.ToJinja(), question));
        Assert.Equal(
            template.Render(question, addGenerationPrompt: true),
            LlamaModel.ApplyText(template.ToJinja(), [new("system", ChatTemplates.SystemOf(template.ToJinja())!), .. question])
        );
    }

    [Fact]
    public void It_does_not_know_questions_without_a_format() =>
        Assert.Throws<MissingTemplateException>(() => LlamaModel.ApplyText(new TextTemplate("").ToJinja(), Chat));
}

using Cppo.Model.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

/// <summary>What each family's template writes, spelled out.</summary>
public class ChatTemplateTests
{
    private const string Llama31System =
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n";

    private static readonly ChatMessage System = new("system", "S");
    private static readonly ChatMessage User = new("user", "U");
    private static readonly ChatMessage Assistant = new("assistant", "A");

    [Theory]
    [InlineData("qwen2.5", "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n")]
    [InlineData("smollm2", "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n")]
    [InlineData("chatml", "")]
    [InlineData("qwen3", "")]
    public void ChatMl_with_the_familys_own_system_message_where_there_is_none(string name, string systemMessage)
    {
        var template = ChatTemplates.Named(name);

        Assert.Equal(systemMessage + "<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n", template.Render([User], true));
        Assert.Equal(
            "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n",
            template.Render([System, User], true)
        );
        Assert.Equal(systemMessage + "<|im_start|>user\nU<|im_end|>\n", template.Render([User], false));
        Assert.Equal("<|im_end|>", template.EndOfMessage);
    }

    [Theory]
    [InlineData("qwen2.5")]
    [InlineData("smollm2")]
    [InlineData("chatml")]
    public void ChatMl_of_several_turns(string name) =>
        Assert.Equal(
            "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n"
                + "<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n",
            ChatTemplates.Named(name).Render([System, User, Assistant, User], true)
        );

    [Fact]
    public void Qwen3_without_thinking_begins_the_answer_with_an_empty_reasoning()
    {
        Assert.Equal(
            "<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
            ChatTemplates.Named("qwen3NoThinking").Render([User], true)
        );
        Assert.Equal("<|im_start|>user\nU<|im_end|>\n", ChatTemplates.Named("qwen3NoThinking").Render([User], false));
    }

    [Fact]
    public void Qwen3_drops_the_reasoning_of_earlier_turns() =>
        Assert.Equal(
            "<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n",
            ChatTemplates.Named("qwen3").Render([User, new("assistant", "<think>\nR\n</think>\n\nA"), User], true)
        );

    [Theory]
    [InlineData("<think>\nR\n</think>\n\nA", "<think>\nR\n</think>\n\nA")]
    [InlineData("<think>R</think>A", "<think>\nR\n</think>\n\nA")]
    [InlineData("R\n</think>\nA", "<think>\nR\n</think>\n\nA")]
    [InlineData("A", "<think>\n\n</think>\n\nA")]
    [InlineData("<think>R</think>A</think>\nB", "<think>\nR\n</think>\n\nB")]
    public void Qwen3_writes_the_reasoning_of_the_last_answer(string content, string expected) =>
        Assert.Equal(
            $"<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n{expected}<|im_end|>\n",
            ChatTemplates.Named("qwen3").Render([User, new("assistant", content)], false)
        );

    [Fact]
    public void Qwen3_keeps_reasoning_across_a_tools_response_and_writes_no_empty_one_before_the_last_answer() =>
        Assert.Equal(
            "<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n<think>\nR\n</think>\n\nA<|im_end|>\n"
                + "<|im_start|>user\n<tool_response>\nT\n</tool_response><|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n"
                + "<|im_start|>assistant\n<think>\n\n</think>\n\nA<|im_end|>\n",
            ChatTemplates
                .Named("qwen3")
                .Render(
                    [
                        User,
                        new("assistant", "<think>R</think>A"),
                        new("user", "<tool_response>\nT\n</tool_response>"),
                        Assistant,
                        Assistant,
                    ],
                    false
                )
        );

    [Fact]
    public void Llama3_trims_contents_and_begins_with_the_begin_of_text()
    {
        var template = ChatTemplates.Named("llama3");

        Assert.Equal(
            "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
            template.Render([new("user", " \nU\t\u001C")], true)
        );
        Assert.Equal(
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nA<|eot_id|>",
            template.Render([System, User, Assistant], false)
        );
        Assert.Equal("<|eot_id|>", template.EndOfMessage);
    }

    [Fact]
    public void Llama31_begins_with_a_system_message_that_holds_the_dates()
    {
        var template = ChatTemplates.Named("llama3.1");

        Assert.Equal(
            Llama31System
                + "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
            template.Render([User], true)
        );
        Assert.Equal(
            Llama31System
                + "S<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\nA<|eot_id|>",
            template.Render([System, User, Assistant], false)
        );
    }

    [Fact]
    public void Render_of_a_tool_message_or_of_nothing_is_refused()
    {
        foreach (var template in ChatTemplates.Names.Select(ChatTemplates.Named))
        {
            var error = Assert.Throws<ArgumentException>(() => template.Render([User, new("tool", "T")], true));

            Assert.Contains("Message 2 has the role 'tool'", error.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => template.Render([], true));
        }
    }

    [Fact]
    public void Every_name_has_a_sentence_and_an_unknown_one_is_refused()
    {
        Assert.All(ChatTemplates.Names, name => Assert.NotEmpty(ChatTemplates.DocOf(name)));
        Assert.Contains(
            "qwen3NoThinking",
            Assert.Throws<ArgumentException>(() => ChatTemplates.Named("alpaca")).Message,
            StringComparison.Ordinal
        );
    }
}

using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Tests.Models;

public sealed class PromptRendererTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("cppo-prompt-");

    public PromptRendererTests() =>
        TokenizerWriter.Write(
            directory.FullName,
            BpeTrainer.Train(["two apples and two pears"], BpeTrainer.MinVocabSize + 4),
            ChatMlTemplate.Qwen25,
            512
        );

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void The_directorys_template_renders_unless_another_is_chosen_by_either_key()
    {
        const string own = "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n";
        const string rest = "<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n";

        Assert.Equal(own + rest, Rendered(new PromptConfig { Template = "none" }));
        Assert.Equal(rest, Rendered(new PromptConfig { Template = "none", Chat = "chatml" }));
        Assert.Equal(rest + "<think>\n\n</think>\n\n", Rendered(new PromptConfig { Template = "qwen3NoThinking" }));
        Assert.Equal("<|im_start|>system\nS<|im_end|>\n" + rest, Rendered(new PromptConfig { Template = "qwen3", System = "S" }));
    }

    [Fact]
    public void Without_chat_template_the_prompt_is_the_text() =>
        Assert.Equal(
            "S\nQ\n",
            Rendered(
                new PromptConfig
                {
                    Template = "custom",
                    System = "S",
                    ChatTemplate = false,
                }
            )
        );

    private string Rendered(PromptConfig prompt)
    {
        var tokenizer = ByteLevelTokenizer.Load(directory.FullName, chat: PromptConfig.ChatTemplateOf(prompt));
        return tokenizer.Decode(new PromptRenderer(tokenizer, prompt).Render("Q"), skipSpecialTokens: false);
    }
}

using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Models;
using Cppo.Stages;

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

    [Fact]
    public void Turns_of_a_chat_stand_before_the_question_and_its_system_turn_in_place_of_ours()
    {
        const string start = "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n";
        const string rest = "<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n";
        Turn system = new("system", "own"),
            user = new("user", "a"),
            assistant = new("assistant", "b");
        var ours = new PromptConfig { Template = "custom", System = "S" };
        Assert.Equal("<|im_start|>system\nS<|im_end|>\n" + start + rest, Rendered(ours, user, assistant));
        Assert.Equal("<|im_start|>system\nown<|im_end|>\n" + start + rest, Rendered(ours, system, user, assistant));
        Assert.Equal("<|im_start|>system\nown<|im_end|>\n" + rest, Rendered(new PromptConfig { Template = "gsm8k" }, system));
        Assert.Equal("own\nQ\n", Rendered(ours with { ChatTemplate = false }, system));

        Question[] questions = [new("q", "Q", "1", 0, [system]), new("r", "Q", "1", 1, [user, assistant])];
        Assert.Equal(
            "1 of 2 training questions have a system message of their own, which stands in for that of prompt.template custom.",
            PromptRenderer.NoticeOf(ours, questions)
        );
        Assert.Null(PromptRenderer.NoticeOf(ours, questions[1..]));
        Assert.Null(PromptRenderer.NoticeOf(new PromptConfig { Template = "none" }, questions));
    }

    private string Rendered(PromptConfig prompt, params Turn[] earlier)
    {
        var tokenizer = ByteLevelTokenizer.Load(directory.FullName, chat: PromptConfig.ChatTemplateOf(prompt));
        int[] ids = new PromptRenderer(tokenizer, prompt).Render(new Question("q", "Q", "1", 0, earlier));
        return tokenizer.Decode(ids, skipSpecialTokens: false);
    }
}

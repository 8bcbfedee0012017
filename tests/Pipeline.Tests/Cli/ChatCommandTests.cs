using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Tests.Cli;

public sealed class ChatCommandTests : IDisposable
{
    private readonly TinyModelFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<(int ExitCode, string Output, string Error)> Chat(string input, params string[] args) =>
        TinyModelFolder.RunAsync(input, ["chat", folder.Model, "--threads", "1", "--max-tokens", "5", .. args]);

    [EngineFact]
    public async Task A_first_answer_is_generates_and_the_end_of_the_input_ends_it()
    {
        var (code, output, error) = await Chat("two\n");
        Assert.Equal((0, $"model: {folder.Model}\n"), (code, error));
        string[] alike = ["generate", folder.Model, "two", "--threads", "1", "--max-tokens", "5"];
        Assert.Equal((await TinyModelFolder.RunAsync("", alike)).Output, output);
    }

    [EngineFact]
    public async Task A_later_answer_sees_the_turns_before_it_until_they_are_reset()
    {
        string first = (await Chat("two\n")).Output;
        var several = await Chat("two\n\ntwo\n/reset\ntwo\n/exit\ntwo\n");
        Assert.Equal(0, several.ExitCode);
        Assert.StartsWith(first, several.Output, StringComparison.Ordinal);
        Assert.EndsWith(first, several.Output, StringComparison.Ordinal);
        Assert.True(several.Output.Length > 2 * first.Length, "The line after /exit is not answered, the second one is.");
        Assert.Contains("a new conversation\n", several.Error, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task Commands_are_obeyed_and_unknown_ones_named()
    {
        var (code, output, error) = await Chat("/system\n/system Be brief.\n/system\n/help\n/bye\n");
        Assert.Equal((0, ""), (code, output));
        Assert.Contains("no system text but the chat template's own\n", error, StringComparison.Ordinal);
        Assert.Contains("a new conversation with this system text\nBe brief.\n", error, StringComparison.Ordinal);
        Assert.Contains("/exit         leave", error, StringComparison.Ordinal);
        Assert.EndsWith("/bye is no command; /help shows them.\n", error, StringComparison.Ordinal);
        string stated = (await Chat("/system Be brief.\ntwo\n")).Output;
        Assert.Equal(stated, (await Chat("two\n", "--system", "Be brief.")).Output);
    }

    [EngineFact]
    public async Task A_conversation_that_is_too_long_is_told_so_and_goes_on_after_a_reset()
    {
        string longer = string.Concat(Enumerable.Repeat("xq", 30));
        var (code, output, error) = await Chat($"{longer}\n{longer}\n/reset\ntwo\n", "--chat", "chatml");
        Assert.Equal(0, code);
        Assert.Contains("which leaves no room in the model's context of 160; /reset begins a new one.", error, StringComparison.Ordinal);
        Assert.EndsWith((await Chat("two\n", "--chat", "chatml")).Output, output, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task The_parts_of_an_answer_are_its_text_and_an_answer_that_is_stopped_leaves_no_turn()
    {
        var config = new PipelineConfig
        {
            Model = new ModelConfig { Path = folder.Model, Threads = 1 },
        };
        using var model = LoadedModel.Load(config);
        var prompt = new PromptConfig { Template = "none" };
        var session = new ChatSession(model, prompt, new CompletionSettings(1, 1, 40, Seed: 4));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.AnswerAsync("two", _ => stop.Cancel(), stop.Token));
        var parts = new List<string>();
        string answer = await session.AnswerAsync("two", parts.Add, CancellationToken.None);
        Assert.True(parts.Count > 1);
        Assert.Equal(answer, string.Concat(parts));
        var fresh = new ChatSession(model, prompt, new CompletionSettings(1, 0, 40, Seed: 4));
        var after = new ChatSession(model, prompt, new CompletionSettings(1, 0, 40, Seed: 4));
        using var again = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => after.AnswerAsync("pears", _ => again.Cancel(), again.Token));
        Assert.Equal(
            await fresh.AnswerAsync("two", _ => { }, CancellationToken.None),
            await after.AnswerAsync("two", _ => { }, CancellationToken.None)
        );
    }

    [Fact]
    public void A_character_of_several_tokens_comes_when_it_is_whole()
    {
        var tokenizer = ByteLevelTokenizer.Create(BpeTrainer.Train(["two apples"], BpeTrainer.MinVocabSize));
        var text = new TokenText(tokenizer);
        int[] ids = tokenizer.Encode("a\u00E9\U0001F600b");
        Assert.Equal(["a", "", "\u00E9", "", "", "", "\U0001F600", "b"], ids.Select(text.Add));
        Assert.Equal("", text.Rest());
        Assert.Equal("", text.Add(ids[1]));
        Assert.Equal("\uFFFD", text.Rest());
    }

    [Fact]
    public void One_interrupt_stops_an_answer_alone_and_a_termination_does_not_wait()
    {
        using var stop = new StopSignals();
        using var answer = new CancellationTokenSource();
        using (stop.Divert(answer))
        {
            Assert.Equal(0, stop.Request());
            Assert.Equal((true, false), (answer.IsCancellationRequested, stop.IsRequested));
            Assert.Equal(1, stop.Request());
        }

        using var other = new CancellationTokenSource();
        using (stop.Divert(other))
        {
            Assert.Equal(2, stop.Request(isInterrupt: false));
            Assert.False(other.IsCancellationRequested);
        }

        Assert.Equal(3, stop.Request());
    }
}

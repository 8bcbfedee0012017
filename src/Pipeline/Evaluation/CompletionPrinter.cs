using System.Text;
using System.Text.Json;
using Cppo.Model.Engine;
using Cppo.Model.Files;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Models;
using Cppo.Stages;

namespace Cppo.Pipeline.Evaluation;

/// <summary>How completions of single questions are drawn.</summary>
/// <param name="Samples">Completions for each question.</param>
/// <param name="Temperature">0 is greedy.</param>
/// <param name="MaxNewTokens">A completion that reaches this length, or the end of the model's context, ends there.</param>
/// <param name="Seed">The same seed draws the same completions.</param>
internal sealed record CompletionSettings(int Samples, double Temperature, int MaxNewTokens, ulong Seed)
{
    /// <summary>What of the distribution is drawn from.</summary>
    public SamplingRestriction Restriction { get; init; } = SamplingRestriction.None;

    /// <summary>The same in the engine's words.</summary>
    public SamplingSettings Sampling(ITokenizer tokenizer) =>
        new()
        {
            Temperature = Temperature,
            Restriction = Restriction,
            MaxNewTokens = MaxNewTokens,
            StopTokenIds = tokenizer.StopTokenIds,
            Seed = Seed,
        };
}

/// <summary>Answers questions and prints the completions.</summary>
internal sealed class CompletionPrinter(LoadedModel model, PromptConfig prompt, CompletionSettings settings, TextWriter output)
{
    private readonly PromptRenderer prompts = new(model.Tokenizer, prompt);
    private long numQuestions;

    /// <summary>
    /// Prints the completions of a question. Where there are several, or <paramref name="isNamed"/> is set, each is preceded by a line
    /// that says which it is, how long, and why it ended.
    /// </summary>
    /// <exception cref="DataException">The prompt leaves no room in the model's context.</exception>
    public Task PrintAsync(string question, bool isNamed, CancellationToken cancel) => PrintAsync([], question, isNamed, cancel);

    /// <summary>As above, of a chat.</summary>
    /// <exception cref="DataException">As above; or it is no chat.</exception>
    public Task PrintChatAsync(string json, string place, bool isNamed, CancellationToken cancel)
    {
        var turns = Turns(json, place);
        return PrintAsync(turns[..^1], turns[^1].Content, isNamed, cancel);
    }

    /// <summary>The sentence about a prompt that fills the model's context.</summary>
    public static string NoRoom(int promptTokens, int context) =>
        $"The prompt has {promptTokens} tokens, which leaves no room in the model's context of {context}; shorten the question.";

    private static Turn[] Turns(string json, string place)
    {
        const string NoChat = "is no list of messages; write [{ \"role\": \"user\", \"content\": ... }]";
        try
        {
            using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(json));
            string? fault = NoChat;
            return ChatTurns.IsChat(document.RootElement) && ChatTurns.TryRead(document.RootElement, out var turns, out fault)
                ? turns
                : throw new DataException($"{place} {fault}.");
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new DataException($"{place} {NoChat}.", cause);
        }
    }

    private async Task PrintAsync(Turn[] earlier, string question, bool isNamed, CancellationToken cancel)
    {
        int[] ids = prompts.Render(earlier, question);
        if (ids.Length >= model.Engine.Config.MaxPositions)
        {
            throw new DataException(NoRoom(ids.Length, model.Engine.Config.MaxPositions));
        }

        var request = new GenerationRequest
        {
            Prompts = [new GenerationPrompt(ids, numQuestions++)],
            GroupSize = settings.Samples,
            Sampling = settings.Sampling(model.Tokenizer),
        };
        var completions = (await model.Engine.GenerateAsync(model.Snapshot, request, cancel))[0].Completions;
        if (isNamed)
        {
            output.WriteLine($"# {question}");
        }

        for (int i = 0; i < completions.Length; i++)
        {
            if (isNamed || completions.Length > 1)
            {
                output.WriteLine(
                    $"## {i + 1} of {completions.Length}: {completions[i].TokenIds.Length} tokens, "
                        + $"{(completions[i].FinishReason.IsStop ? "stop" : "length")}"
                );
            }

            output.WriteLine(model.Tokenizer.Decode(completions[i].TokenIds));
        }

        await output.FlushAsync(cancel);
    }
}

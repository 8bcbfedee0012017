using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Evaluation;

/// <summary>A conversation with a model: each answer sees the turns before it, as the chat template writes them.</summary>
internal sealed class ChatSession(LoadedModel model, PromptConfig prompt, CompletionSettings settings)
{
    private readonly List<ChatMessage> turns = [];
    private PromptRenderer renderer = new(model.Tokenizer, prompt);
    private long numQuestions;

    /// <summary>The configured prompt, with the system text of now.</summary>
    public PromptConfig Prompt { get; private set; } = prompt;

    /// <summary>Begins a new conversation.</summary>
    public void Reset() => turns.Clear();

    /// <summary>Begins a new conversation with another system text; an empty one leaves it to the chat template.</summary>
    public void TakeSystem(string text)
    {
        Prompt = Prompt.WithSystem(text);
        renderer = new(model.Tokenizer, Prompt);
        Reset();
    }

    /// <summary>
    /// Answers a question. An answer that is cancelled or cannot be begun leaves the conversation as it was.
    /// </summary>
    /// <param name="question">The user's.</param>
    /// <param name="onText">Takes the answer part by part, on a thread of the engine.</param>
    /// <param name="cancel">Checked at least once a token.</param>
    /// <returns>The whole answer.</returns>
    /// <exception cref="DataException">The conversation leaves no room in the model's context.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<string> AnswerAsync(string question, Action<string> onText, CancellationToken cancel)
    {
        var asked = new ChatMessage("user", question);
        int[] ids = renderer.Render([.. turns, asked]);
        int context = model.Engine.Config.MaxPositions;
        if (ids.Length >= context)
        {
            throw new DataException(
                $"The conversation has {ids.Length} tokens, which leaves no room in the model's context of {context}; "
                    + (turns.Count > 0 ? "/reset begins a new one." : "shorten the question.")
            );
        }

        var text = new TokenText(model.Tokenizer);
        var request = new GenerationRequest
        {
            Prompts = [new GenerationPrompt(ids, numQuestions++)],
            GroupSize = 1,
            Sampling = settings.Sampling(model.Tokenizer),
            OnToken = (_, _, token) => Pass(text.Add(token)),
        };
        var completion = (await model.Engine.GenerateAsync(model.Snapshot, request, cancel))[0].Completions[0];
        Pass(text.Rest());
        string answer = model.Tokenizer.Decode(completion.TokenIds);
        turns.Add(asked);
        turns.Add(new ChatMessage("assistant", answer));
        return answer;

        void Pass(string part)
        {
            if (part.Length > 0)
            {
                onText(part);
            }
        }
    }
}

using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;
using Cppo.Stages;

namespace Cppo.Pipeline.Models;

/// <summary>Questions to prompt tokens: the template's messages in the model's chat format.</summary>
internal sealed class PromptRenderer
{
    private readonly ITokenizer tokenizer;
    private readonly PromptTemplate template;
    private readonly string system;
    private readonly IChatTemplate? chatTemplate;

    /// <summary>Takes the chat template that the tokenizer was loaded with.</summary>
    /// <exception cref="Model.Engine.ModelFileException">It is not known, and the configuration chooses none.</exception>
    public PromptRenderer(ITokenizer tokenizer, PromptConfig prompt)
    {
        (this.tokenizer, system) = (tokenizer, prompt.System);
        template = PromptConfig.SystemTemplateOf(prompt);
        chatTemplate = prompt.ChatTemplate ? tokenizer.ChatTemplate : null;
    }

    /// <summary>
    /// What is to be told of questions whose system turn stands in for the template's text; null where none does.
    /// </summary>
    public static string? NoticeOf(PromptConfig prompt, IReadOnlyCollection<Question> questions)
    {
        int own = questions.Count(question => question.Earlier.Length > 0 && question.Earlier[0].Role == "system");
        return own == 0 || PromptConfig.SystemOf(prompt).Length == 0
            ? null
            : $"{own} of {questions.Count} training questions have a system message of their own, which stands in for that of "
                + $"prompt.template {prompt.Template}.";
    }

    /// <summary>The prompt's token ids, shape [P].</summary>
    public int[] Render(string question) => Render([new ChatMessage("user", question)]);

    /// <summary>The prompt of a question with the turns before it.</summary>
    public int[] Render(Question question) => Render(question.Earlier, question.Text);

    /// <summary>As above.</summary>
    public int[] Render(IEnumerable<Turn> earlier, string question) =>
        Render([.. earlier.Select(turn => new ChatMessage(turn.Role, turn.Content)), new ChatMessage("user", question)]);

    /// <summary>
    /// The prompt of a chat of several turns, the last one the user's. The template's system text comes before them, unless they begin with
    /// a system turn of their own.
    /// </summary>
    public int[] Render(IReadOnlyList<ChatMessage> turns)
    {
        string text = template.Messages(system, "").System;
        var chat = text.Length == 0 || turns[0].Role == "system" ? turns : [new("system", text), .. turns];
        return chatTemplate is null
            ? tokenizer.EncodePrompt(new TextTemplate("").Render(chat, addGenerationPrompt: true))
            : tokenizer.Encode(chatTemplate.Render(chat, addGenerationPrompt: true));
    }
}

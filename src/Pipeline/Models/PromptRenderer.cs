using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;

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

    /// <summary>The prompt's token ids, shape [P].</summary>
    public int[] Render(string question) => Render([new ChatMessage("user", question)]);

    /// <summary>The prompt of a chat of several turns, the last one the user's; the template's system text comes before them.</summary>
    public int[] Render(IReadOnlyList<ChatMessage> turns)
    {
        string text = template.Messages(system, "").System;
        var chat = text.Length == 0 ? turns : [new("system", text), .. turns];
        return chatTemplate is null
            ? tokenizer.EncodePrompt(new TextTemplate("").Render(chat, addGenerationPrompt: true))
            : tokenizer.Encode(chatTemplate.Render(chat, addGenerationPrompt: true));
    }
}

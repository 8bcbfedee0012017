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
    public int[] Render(string question)
    {
        var messages = template.Messages(system, question);
        if (chatTemplate is null)
        {
            return tokenizer.EncodePrompt(messages.System.Length == 0 ? messages.User : $"{messages.System}\n{messages.User}\n");
        }

        List<ChatMessage> chat = [new("user", messages.User)];
        if (messages.System.Length > 0)
        {
            chat.Insert(0, new("system", messages.System));
        }

        return tokenizer.Encode(chatTemplate.Render(chat, addGenerationPrompt: true));
    }
}

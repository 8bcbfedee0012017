using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Run;

/// <summary>Questions to prompt tokens: the template's messages in the model's chat format.</summary>
internal sealed class PromptRenderer
{
    private readonly ITokenizer tokenizer;
    private readonly PromptTemplate template;
    private readonly string system;
    private readonly bool usesChatTemplate;

    public PromptRenderer(ITokenizer tokenizer, PromptConfig prompt)
    {
        template = PromptTemplates.table.Find(prompt.Template);
        (this.tokenizer, system, usesChatTemplate) = (tokenizer, prompt.System, prompt.ChatTemplate);
    }

    /// <summary>The prompt's token ids, shape [P].</summary>
    public int[] Render(string question)
    {
        var messages = template.Messages(system, question);
        if (!usesChatTemplate)
        {
            return tokenizer.Encode(messages.System.Length == 0 ? messages.User : $"{messages.System}\n{messages.User}\n");
        }

        List<ChatMessage> chat = [new("user", messages.User)];
        if (messages.System.Length > 0)
        {
            chat.Insert(0, new("system", messages.System));
        }

        return tokenizer.Encode(tokenizer.ChatTemplate.Render(chat, addGenerationPrompt: true));
    }
}

using Cppo.Model.Tokenizer;
using Cppo.Stages;

namespace Cppo.Pipeline.Configuration;

/// <summary>What <c>prompt.template</c> may say: a system text, or a chat template.</summary>
internal sealed class PromptTemplateChoices : IChoices
{
    public static IChoices table { get; } = new PromptTemplateChoices();

    public NamedChoice[] Choices { get; } = [.. ((IChoices)PromptTemplates.table).Choices, .. ChatTemplateChoices.Named];
}

/// <summary>What <c>prompt.chat</c> may say: the model's own chat template, or one by its name.</summary>
internal sealed class ChatTemplateChoices : IChoices
{
    public static IChoices table { get; } = new ChatTemplateChoices();

    public static IEnumerable<NamedChoice> Named =>
        ChatTemplates.Names.Select(name => new NamedChoice(name, $"{ChatTemplates.DocOf(name)}."));

    public NamedChoice[] Choices { get; } =
    [new NamedChoice(ChatTemplates.Auto, "the model's own, which is refused where it is not known (docs/models.md)."), .. Named];
}

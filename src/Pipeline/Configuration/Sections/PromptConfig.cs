using Cppo.Model.Tokenizer;

namespace Cppo.Pipeline.Configuration;

/// <summary>How a question becomes a prompt.</summary>
public sealed record PromptConfig
{
    [Key(
        "The system text; or the name of a chat template, chosen as by `prompt.chat`, with `prompt.system`, which may be empty, as system "
            + "text.",
        Table = typeof(PromptTemplateChoices)
    )]
    public string Template { get; init; } = "gsm8k";

    [Key("The system text of template `custom`, or beside the name of a chat template.")]
    public string System { get; init; } = "";

    [Key(
        "How messages are written as text. A key of its own, because benchmarks set `prompt.template`.",
        Table = typeof(ChatTemplateChoices)
    )]
    public string Chat { get; init; } = "auto";

    [Key("Wrap the messages in a chat template.")]
    public bool ChatTemplate { get; init; } = true;

    /// <summary>The name of the chat template that a configuration chooses, by <c>prompt.template</c> or by <c>prompt.chat</c>.</summary>
    public static string ChatTemplateOf(PromptConfig prompt) =>
        ChatTemplates.Names.Contains(prompt.Template) ? prompt.Template : prompt.Chat;

    /// <summary>The system text that questions are put with; empty: none but the chat template's own.</summary>
    public static string SystemOf(PromptConfig prompt) => SystemTemplateOf(prompt).Messages(prompt.System, "").System;

    /// <summary>The same with another system text; empty: none but the chat template's own.</summary>
    public PromptConfig WithSystem(string text) =>
        this with
        {
            Template = text.Length == 0 ? "none" : "custom",
            System = text,
            Chat = ChatTemplateOf(this),
        };

    /// <summary>The template that gives the system text; beside the name of a chat template it is the user's own, or none.</summary>
    public static PromptTemplate SystemTemplateOf(PromptConfig prompt)
    {
        string name =
            !ChatTemplates.Names.Contains(prompt.Template) ? prompt.Template
            : prompt.System.Length > 0 ? "custom"
            : "none";
        return PromptTemplates.table.Find(name);
    }
}

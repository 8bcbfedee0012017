using Cppo.Model.Tokenizer;

namespace Cppo.Pipeline.Configuration;

/// <summary>How a question becomes a prompt.</summary>
public sealed record PromptConfig
{
    [Key("System text: `gsm8k` and `math` are those of the paper's appendix B, `custom` is `prompt.system`, `none` has none. The name of a chat template chooses it as `prompt.chat` does, with `prompt.system`, which may be empty, as system text.",
        Choices = ["gsm8k", "math", "none", "custom", "qwen2.5", "qwen3", "qwen3NoThinking", "llama3", "llama3.1", "smollm2", "chatml"])]
    public string Template { get; init; } = "gsm8k";

    [Key("The system text of template `custom`, or beside the name of a chat template.")]
    public string System { get; init; } = "";

    [Key("Chat template: `auto` is the model's own, which is refused where it is not known (docs/models.md); the others are chosen by name. A key of its own, because benchmarks set `prompt.template`.",
        Choices = ["auto", "qwen2.5", "qwen3", "qwen3NoThinking", "llama3", "llama3.1", "smollm2", "chatml"])]
    public string Chat { get; init; } = "auto";

    [Key("Wrap the messages in a chat template.")]
    public bool ChatTemplate { get; init; } = true;

    /// <summary>The name of the chat template that a configuration chooses, by <c>prompt.template</c> or by <c>prompt.chat</c>.</summary>
    public static string ChatTemplateOf(PromptConfig prompt) => ChatTemplates.Names.Contains(prompt.Template) ? prompt.Template : prompt.Chat;
}

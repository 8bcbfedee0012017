namespace Cppo.Pipeline.Configuration;

/// <summary>How a question becomes a prompt.</summary>
public sealed record PromptConfig
{
    [Key("The system text.", Table = typeof(PromptTemplates))]
    public string Template { get; init; } = "gsm8k";

    [Key("The system text of template `custom`.")]
    public string System { get; init; } = "";

    [Key("Wrap the messages in the model's chat template.")]
    public bool ChatTemplate { get; init; } = true;
}

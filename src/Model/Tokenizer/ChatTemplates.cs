using Cppo.Model.Engine;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// The chat templates by name; a further one is a line in the table. A model directory's own is recognised by its text, and one that
/// is not known is refused until the configuration chooses one.
/// </summary>
public static class ChatTemplates
{
    /// <summary>Takes the template of the model directory.</summary>
    public const string Auto = "auto";

    private static readonly (string Name, string Doc, IChatTemplate Template)[] Table =
    [
        ("qwen2.5", "Qwen2.5: ChatML with its own system message where there is none", ChatMlTemplate.Qwen25),
        ("qwen3", "Qwen3, which reasons before it answers", Qwen3Template.Thinking),
        ("qwen3NoThinking", "Qwen3 with an empty reasoning, so that it answers at once", Qwen3Template.NoThinking),
        ("llama3", "Llama 3", Llama3Template.Plain),
        ("llama3.1", "Llama 3.1, 3.2 and 3.3: a system message with dates comes first", Llama3Template.WithDates),
        ("smollm2", "SmolLM2: ChatML with its own system message where there is none", ChatMlTemplate.SmolLm2),
        ("chatml", "ChatML without a system message of its own", ChatMlTemplate.Plain),
    ];

    private static readonly Func<string, IChatTemplate?>[] Recognisers =
    [
        ChatMlTemplate.Recognise,
        Qwen3Template.Recognise,
        Llama3Template.Recognise,
        TextTemplate.Recognise,
    ];

    /// <summary>The names of the table, in its order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>What a name stands for, in a few words.</summary>
    public static string DocOf(string name) => Row(name).Doc;

    /// <summary>The template of a name.</summary>
    /// <exception cref="ArgumentException">No template has the name.</exception>
    public static IChatTemplate Named(string name) => Row(name).Template;

    /// <summary>The template with a text in Jinja.</summary>
    /// <exception cref="ModelFileException">None has it; <paramref name="source"/> is the file that the message names.</exception>
    public static IChatTemplate FromJinja(string jinja, string source)
    {
        string canonical = JinjaText.Canonical(jinja);
        return Recognise(canonical)
            ?? DefaultSystemTemplate.Recognise(canonical, Recognise)
            ?? throw new ModelFileException(
                $"{source} has a chat template that is none of those known ({string.Join(", ", Names)}); choose the one that it is most "
                    + "like with prompt.chat or prompt.template, or set prompt.chatTemplate to false."
            );
    }

    /// <summary>
    /// The system message that a template's text has for chats that have none; null where it has none, or is no template that is known.
    /// </summary>
    public static string? SystemOf(string jinja)
    {
        string canonical = JinjaText.Canonical(jinja);
        return (Recognise(canonical) ?? DefaultSystemTemplate.Recognise(canonical, Recognise)) switch
        {
            ChatMlTemplate chat => chat.DefaultSystem,
            DefaultSystemTemplate stated => stated.System,
            _ => null,
        };
    }

    /// <summary>
    /// The template that a name chooses, or for <see cref="Auto"/> that of a model directory: <c>chat_template.jinja</c>, else the
    /// chat_template of <c>tokenizer_config.json</c>, else Qwen2.5's where the tokenizer has its tokens.
    /// </summary>
    /// <exception cref="ModelFileException">The directory's is not known, or there is none, or the tokenizer lacks its tokens.</exception>
    internal static IChatTemplate Load(string name, string directory, Func<string, int?> idOf)
    {
        var template = name == Auto ? Read(directory) ?? Fallback(directory, idOf) : Named(name);
        return template.ControlTokens.FirstOrDefault(token => idOf(token) is null) is { } missing
            ? throw new ModelFileException(
                $"The tokenizer in {directory} has no token {missing}, which the chat template needs; choose another with prompt.chat, "
                    + "or set prompt.chatTemplate to false."
            )
            : template;
    }

    private static IChatTemplate? Recognise(string canonical) =>
        Recognisers.Select(recognise => recognise(canonical)).FirstOrDefault(template => template is not null);

    private static ChatMlTemplate Fallback(string directory, Func<string, int?> idOf) =>
        ChatMlTemplate.Qwen25.ControlTokens.All(token => idOf(token) is not null)
            ? ChatMlTemplate.Qwen25
            : throw new ModelFileException(
                $"{directory} has no chat template, as base models often do; choose one with prompt.chat ({string.Join(", ", Names)}), "
                    + "or set prompt.chatTemplate to false."
            );

    private static IChatTemplate? Read(string directory) =>
        ChatTemplateFile.Read(directory) is var (jinja, source) ? FromJinja(jinja, source) : null;

    private static (string Name, string Doc, IChatTemplate Template) Row(string name) =>
        Table.FirstOrDefault(row => row.Name == name) is { Template: not null } row
            ? row
            : throw new ArgumentException($"No chat template is called '{name}'; they are {string.Join(", ", Names)}.", nameof(name));
}

using System.Text;
using System.Text.Json;
using Cppo.Model.Engine;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// Qwen's chat format: each message as <c>&lt;|im_start|>role\ncontent&lt;|im_end|>\n</c>, after a default system message where the
/// first is no system message. Tool calls are not supported.
/// </summary>
public sealed class ChatTemplate : IChatTemplate
{
    private const string DefaultQwenSystem = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.";

    private ChatTemplate(string defaultSystem) => DefaultSystem = defaultSystem;

    /// <summary>The template of Qwen2.5's instruct models.</summary>
    public static ChatTemplate Qwen { get; } = new(DefaultQwenSystem);

    /// <inheritdoc/>
    public string EndOfMessage => ByteLevelTokenizer.ImEndToken;

    /// <summary>The system message of a chat that has none; the only point in which Qwen's models differ.</summary>
    public string DefaultSystem { get; }

    /// <summary>
    /// The template of a model directory: <c>chat_template.jinja</c>, else the chat_template of <c>tokenizer_config.json</c>, else
    /// <see cref="Qwen"/>.
    /// </summary>
    /// <exception cref="ModelFileException">The template is not Qwen's, or its file is unreadable.</exception>
    public static ChatTemplate Load(string directory)
    {
        var jinja = Path.Combine(directory, "chat_template.jinja");
        if (!File.Exists(jinja))
            return JsonFile.ReadIfPresent(Path.Combine(directory, "tokenizer_config.json"), Qwen, ReadConfig);
        try
        {
            return FromJinja(File.ReadAllText(jinja), jinja);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException($"{jinja} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The text of a chat.</summary>
    /// <param name="messages">At least one.</param>
    /// <param name="addGenerationPrompt">Whether the assistant's next message is opened at the end.</param>
    /// <exception cref="ArgumentException">There is no message, or one has a role other than system, user and assistant.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0)
            throw new ArgumentException("A chat needs at least one message.", nameof(messages));
        var text = new StringBuilder();
        if (messages[0].Role != "system")
            Append(text, "system", DefaultSystem);
        for (var i = 0; i < messages.Count; i++)
        {
            var (role, content) = messages[i];
            if (role is not ("system" or "user" or "assistant"))
            {
                throw new ArgumentException(
                    $"Message {i + 1} has the role '{role}'; the roles are system, user and assistant, and tool calls are not supported.",
                    nameof(messages));
            }
            Append(text, role, content);
        }
        if (addGenerationPrompt)
            text.Append(ByteLevelTokenizer.ImStartToken).Append("assistant\n");
        return text.ToString();
    }

    /// <summary>The template as Jinja text for <c>tokenizer_config.json</c>.</summary>
    public string ToJinja() => QwenTemplateText.Write(DefaultSystem);

    /// <summary>Recognises Qwen's template in Jinja text.</summary>
    /// <exception cref="ModelFileException">
    /// It is another template; <paramref name="source"/> is the file that the message names.
    /// </exception>
    public static ChatTemplate FromJinja(string jinja, string source) =>
        QwenTemplateText.FindDefaultSystem(jinja) is { } system
            ? new ChatTemplate(system)
            : throw new ModelFileException(
                $"{source} has a chat_template that is not Qwen2's or Qwen2.5's; remove it to use Qwen2.5's, or use a Qwen2 model.");

    private static void Append(StringBuilder text, string role, string content) =>
        text.Append(ByteLevelTokenizer.ImStartToken).Append(role).Append('\n').Append(content).Append(ByteLevelTokenizer.ImEndToken).Append('\n');

    private static ChatTemplate ReadConfig(JsonFile file)
    {
        if (JsonFile.Find(file.Root, "chat_template") is not { } template)
            return Qwen;
        if (template.ValueKind == JsonValueKind.Array)
        {
            // Several named templates: the one called default is the chat's.
            template = template.EnumerateArray().FirstOrDefault(one => file.TextOrEmpty(one, "name") == "default");
            if (template.ValueKind == JsonValueKind.Undefined)
                throw file.Fault("has several chat templates and none called default");
            template = file.Require(template, "template", JsonValueKind.String);
        }
        return FromJinja(file.Text(template, "chat_template"), file.Path);
    }
}

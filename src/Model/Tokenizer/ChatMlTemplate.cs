using System.Text;
using System.Text.RegularExpressions;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// ChatML: each message as <c>&lt;|im_start|>role\ncontent&lt;|im_end|>\n</c>. Qwen2, Qwen2.5 and SmolLM2 put a system message of
/// their own before a chat that has none; only its text tells them apart.
/// </summary>
public sealed partial class ChatMlTemplate : IChatTemplate
{
    /// <summary>Opens a message.</summary>
    internal const string ImStart = "<|im_start|>";

    /// <summary>Closes a message.</summary>
    internal const string ImEnd = "<|im_end|>";

    private const string Slot = "{system}";

    private const string SystemBlock = """
        {%- if messages[0]['role'] != 'system' %}
            {{- '<|im_start|>system\n{system}<|im_end|>\n' }}
        {%- endif %}

        """;

    private const string Messages = """
        {%- for message in messages %}
            {{- '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\n' }}
        {%- endif %}
        """;

    /// <summary>
    /// Digests of canonical texts, worked out when a text is to be recognised: every command line asks for the templates' names, and for
    /// nothing else of them.
    /// </summary>
    private static class Digests
    {
        /// <summary>Of templates with a system message of their own; in its place stands the slot.</summary>
        public static readonly string[] WithSystem =
        [
            JinjaText.Digest(JinjaText.Canonical(SystemBlock + Messages)),
            "D32F39CE616F59BDB3D6ACF3BF6CE25931C1DBB981DEA9FBA3F09D50DEB3BD0C", // Qwen2.5: base, instruct, Coder, Math
            "14FE61A6EC3806EE70B61F5744F166BFF56793B0D325F93A3DC983C115F6F359", // Qwen2, SmolLM2
        ];

        /// <summary>Of templates without one.</summary>
        public static readonly string[] WithoutSystem =
        [
            JinjaText.Digest(JinjaText.Canonical(Messages)),
            "71BE2F9FED04FC149CEA0A23DB6857924BB3CB2E82BF3136967F522F34CCF6DD", // The usual one
            "0F3F566C6785D856BE73AA6E64669A316C18B382B453485BBC0E96B30A6611E0", // The same, with a default for the generation prompt
            "65B3067146F902EF8461466BF8201ECBBB0024315F24517BB5362E9E32EED341", // Qwen3's instruct models of July 2025, which do not think
        ];
    }

    private ChatMlTemplate(string? defaultSystem) => DefaultSystem = defaultSystem;

    /// <summary>No system message of its own.</summary>
    public static ChatMlTemplate Plain { get; } = new(null);

    /// <summary>Qwen2.5's instruct models.</summary>
    public static ChatMlTemplate Qwen25 { get; } = new("You are Qwen, created by Alibaba Cloud. You are a helpful assistant.");

    /// <summary>SmolLM2's instruct models.</summary>
    public static ChatMlTemplate SmolLm2 { get; } = new("You are a helpful AI assistant named SmolLM, trained by Hugging Face");

    /// <summary>The system message of a chat that has none; null: such a chat stays without.</summary>
    public string? DefaultSystem { get; }

    /// <inheritdoc/>
    public string EndOfMessage => ImEnd;

    /// <inheritdoc/>
    public IReadOnlyList<string> ControlTokens => [ImStart, ImEnd];

    /// <summary>Recognises the format, with whatever system message, in a template's canonical text; null where it is another.</summary>
    internal static ChatMlTemplate? Recognise(string canonical)
    {
        if (Digests.WithoutSystem.Contains(JinjaText.Digest(canonical)))
        {
            return Plain;
        }

        if (DefaultSystemMessage().Match(canonical) is not { Success: true } match)
        {
            return null;
        }

        string literal = match.Groups["system"].Value;
        string general = canonical
            .Replace(match.Value, match.Value.Replace($"\\n{literal}<", $"\\n{Slot}<", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace($"\n{{'{literal}'\n", $"\n{{'{Slot}'\n", StringComparison.Ordinal);
        return Digests.WithSystem.Contains(JinjaText.Digest(general)) && JinjaText.Unescape(literal) is { } system
            ? new ChatMlTemplate(system)
            : null;
    }

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        ChatMessage.Check(messages);
        var text = new StringBuilder();
        if (DefaultSystem is not null && messages[0].Role != "system")
        {
            Append(text, "system", DefaultSystem);
        }

        foreach (var (role, content) in messages)
        {
            Append(text, role, content);
        }

        return addGenerationPrompt ? text.Append(ImStart).Append("assistant\n").ToString() : text.ToString();
    }

    /// <inheritdoc/>
    public string ToJinja()
    {
        string jinja = DefaultSystem is null ? Messages : SystemBlock + Messages;
        return jinja.ReplaceLineEndings("\n").Replace(Slot, JinjaText.Escape(DefaultSystem ?? ""), StringComparison.Ordinal);
    }

    /// <summary>Adds a message.</summary>
    internal static void Append(StringBuilder text, string role, string content) =>
        text.Append(ImStart).Append(role).Append('\n').Append(content).Append(ImEnd).Append('\n');

    [GeneratedRegex(@"'<\|im_start\|>system\\n(?<system>(?:[^'\\]|\\.)*?)<\|im_end\|>\\n'")]
    private static partial Regex DefaultSystemMessage();
}

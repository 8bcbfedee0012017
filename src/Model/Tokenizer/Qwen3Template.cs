using System.Text;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// Qwen3's ChatML, without a system message of its own. An answer's reasoning, <c>&lt;think>...&lt;/think></c>, is kept after the last
/// question alone; in earlier turns it is dropped. Where thinking is off, the answer that is asked for begins with an empty reasoning,
/// so that the model answers at once.
/// </summary>
public sealed class Qwen3Template : IChatTemplate
{
    private const string OpenThink = "<think>";
    private const string CloseThink = "</think>";

    private const string Messages = """
        {%- set ns = namespace(last=messages | length - 1, found=false) %}
        {%- for message in messages[::-1] %}
            {%- set content = message['content'] %}
            {%- set response = content.startswith('<tool_response>') and content.endswith('</tool_response>') %}
            {%- if message['role'] == 'user' and not ns.found and not response %}
                {%- set ns.found = true %}
                {%- set ns.last = messages | length - 1 - loop.index0 %}
            {%- endif %}
        {%- endfor %}
        {%- for message in messages %}
            {%- set content = message['content'] %}
            {%- if message['role'] == 'assistant' %}
                {%- set reasoning = '' %}
                {%- if '</think>' in content %}
                    {%- set reasoning = content.split('</think>')[0].rstrip('\n').split('<think>')[-1].strip('\n') %}
                    {%- set content = content.split('</think>')[-1].lstrip('\n') %}
                {%- endif %}
                {%- if loop.index0 > ns.last and (loop.last or reasoning) %}
                    {%- set content = '<think>\n' + reasoning + '\n</think>\n\n' + content.lstrip('\n') %}
                {%- endif %}
            {%- endif %}
            {{- '<|im_start|>' + message['role'] + '\n' + content + '<|im_end|>\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}

        """;

    private const string ThinkingJinja =
        Messages
        + """
                {{- '<|im_start|>assistant\n' }}
            {%- endif %}
            """;

    private const string NoThinkingJinja =
        Messages
        + """
                {{- '<|im_start|>assistant\n<think>\n\n</think>\n\n' }}
            {%- endif %}
            """;

    /// <summary>
    /// Digests of canonical texts, worked out when a text is to be recognised: every command line asks for the templates' names, and for
    /// nothing else of them.
    /// </summary>
    private static class Digests
    {
        public static readonly string OfNoThinking = JinjaText.Digest(JinjaText.Canonical(NoThinkingJinja));

        /// <summary>Of Qwen3's templates; whether to think is no matter of their text.</summary>
        public static readonly string[] OfThinking =
        [
            JinjaText.Digest(JinjaText.Canonical(ThinkingJinja)),
            "F1A1DFEEFB46D68485EE5A9F262D2848862A1486265581015620F06AB4B70164", // As first published
            "E3932692BA92BC8D5C59BA4A56477D0ED1170252F85CD44D6D4BA70523B261ED", // With content that may be absent
        ];
    }

    private readonly bool thinks;

    private Qwen3Template(bool thinks) => this.thinks = thinks;

    /// <summary>The model reasons before it answers, as by default.</summary>
    public static Qwen3Template Thinking { get; } = new(thinks: true);

    /// <summary>The model answers at once: transformers' <c>enable_thinking=False</c>.</summary>
    public static Qwen3Template NoThinking { get; } = new(thinks: false);

    /// <inheritdoc/>
    public string EndOfMessage => ChatMlTemplate.ImEnd;

    /// <inheritdoc/>
    public IReadOnlyList<string> ControlTokens => [ChatMlTemplate.ImStart, ChatMlTemplate.ImEnd];

    /// <summary>Recognises the template's canonical text; null where it is another.</summary>
    internal static Qwen3Template? Recognise(string canonical)
    {
        string digest = JinjaText.Digest(canonical);
        return Digests.OfThinking.Contains(digest) ? Thinking
            : digest == Digests.OfNoThinking ? NoThinking
            : null;
    }

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        ChatMessage.Check(messages);
        int lastQuestion = LastQuestion(messages);
        var text = new StringBuilder();
        for (int i = 0; i < messages.Count; i++)
        {
            var (role, content) = messages[i];
            ChatMlTemplate.Append(text, role, role != "assistant" ? content : Answer(content, i > lastQuestion, i == messages.Count - 1));
        }

        if (addGenerationPrompt)
        {
            text.Append(ChatMlTemplate.ImStart).Append("assistant\n").Append(thinks ? "" : $"{OpenThink}\n\n{CloseThink}\n\n");
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public string ToJinja() => (thinks ? ThinkingJinja : NoThinkingJinja).ReplaceLineEndings("\n");

    /// <summary>The last message of the user that is no tool's response; without one the last message.</summary>
    private static int LastQuestion(IReadOnlyList<ChatMessage> messages)
    {
        for (int i = messages.Count - 1; i >= 0; i--)
        {
            var (role, content) = messages[i];
            bool isResponse =
                content.StartsWith("<tool_response>", StringComparison.Ordinal)
                && content.EndsWith("</tool_response>", StringComparison.Ordinal);
            if (role == "user" && !isResponse)
            {
                return i;
            }
        }

        return messages.Count - 1;
    }

    private static string Answer(string content, bool followsLastQuestion, bool isLast)
    {
        string reasoning = "";
        string answer = content;
        if (content.IndexOf(CloseThink, StringComparison.Ordinal) is >= 0 and var firstClose)
        {
            string before = content[..firstClose].TrimEnd('\n');
            int open = before.LastIndexOf(OpenThink, StringComparison.Ordinal);
            reasoning = (open < 0 ? before : before[(open + OpenThink.Length)..]).Trim('\n');
            answer = content[(content.LastIndexOf(CloseThink, StringComparison.Ordinal) + CloseThink.Length)..].TrimStart('\n');
        }

        return followsLastQuestion && (isLast || reasoning.Length > 0)
            ? $"{OpenThink}\n{reasoning}\n{CloseThink}\n\n{answer.TrimStart('\n')}"
            : answer;
    }
}

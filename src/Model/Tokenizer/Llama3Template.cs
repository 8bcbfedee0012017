using System.Text;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// Llama 3's format: <c>&lt;|begin_of_text|></c>, then each message, trimmed, between a header with its role and
/// <c>&lt;|eot_id|></c>. From Llama 3.1 on the first message is always a system message that begins with two dates; the second, the day
/// of the conversation, is the one that the templates fall back to, so that a prompt is the same every day.
/// </summary>
public sealed class Llama3Template : IChatTemplate
{
    private const string BeginOfText = "<|begin_of_text|>";
    private const string StartHeader = "<|start_header_id|>";
    private const string EndHeader = "<|end_header_id|>";
    private const string EndOfTurn = "<|eot_id|>";
    private const string Dates = "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n";

    private const string Messages = """
            {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
        {%- endif %}
        """;

    private const string PlainJinja =
        """
            {{- '<|begin_of_text|>' }}
            {%- for message in messages %}

            """ + Messages;

    private const string DatesJinja =
        """
            {{- '<|begin_of_text|>' }}
            {%- if messages[0]['role'] == 'system' %}
                {%- set system = messages[0]['content'] | trim %}
                {%- set turns = messages[1:] %}
            {%- else %}
                {%- set system = '' %}
                {%- set turns = messages %}
            {%- endif %}
            {{- '<|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n' }}
            {{- system + '<|eot_id|>' }}
            {%- for message in turns %}

            """ + Messages;

    /// <summary>
    /// Digests of canonical texts, worked out when a text is to be recognised: every command line asks for the templates' names, and for
    /// nothing else of them.
    /// </summary>
    private static class Digests
    {
        /// <summary>Of Llama 3's templates.</summary>
        public static readonly string[] OfPlain =
        [
            JinjaText.Digest(JinjaText.Canonical(PlainJinja)),
            "9C7EF0D543469FFC3229B4C82A0F4C53B3F7790ACF067D741252ADF3B64BB173",
            "10374BD6560A56D488EC2E28E74FF003D09973D1A5B0EF4C0E24BF94E15A6547", // As first published, which always opens an answer
        ];

        /// <summary>Of the templates of Llama 3.1, 3.2 and 3.3.</summary>
        public static readonly string[] OfDates =
        [
            JinjaText.Digest(JinjaText.Canonical(DatesJinja)),
            "33D77D0D4E55FDE128F6A55E0D32784862AD4428FA8B0EFF87FAC913E98E7E9F", // 3.1 and 3.3, with built-in tools
            "B566839473E9726BA7CD4ECED85A16CD06344A39F247C6FC6BDC7DA06C26FA7E", // 3.2, with the date of the day where a clock is given
        ];
    }

    private readonly bool writesDates;

    private Llama3Template(bool writesDates) => this.writesDates = writesDates;

    /// <summary>Llama 3.</summary>
    public static Llama3Template Plain { get; } = new(writesDates: false);

    /// <summary>Llama 3.1, 3.2 and 3.3.</summary>
    public static Llama3Template WithDates { get; } = new(writesDates: true);

    /// <inheritdoc/>
    public string EndOfMessage => EndOfTurn;

    /// <inheritdoc/>
    public IReadOnlyList<string> ControlTokens => [BeginOfText, StartHeader, EndHeader, EndOfTurn];

    /// <summary>Recognises either template's canonical text; null where it is another.</summary>
    internal static Llama3Template? Recognise(string canonical)
    {
        string digest = JinjaText.Digest(canonical);
        return Digests.OfPlain.Contains(digest) ? Plain
            : Digests.OfDates.Contains(digest) ? WithDates
            : null;
    }

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        ChatMessage.Check(messages);
        var text = new StringBuilder(BeginOfText);
        var rest = messages;
        if (writesDates)
        {
            bool hasSystem = messages[0].Role == "system";
            AppendHeader(text, "system").Append(Dates).Append(hasSystem ? Trim(messages[0].Content) : "").Append(EndOfTurn);
            rest = hasSystem ? [.. messages.Skip(1)] : messages;
        }

        foreach (var (role, content) in rest)
        {
            AppendHeader(text, role).Append(Trim(content)).Append(EndOfTurn);
        }

        return addGenerationPrompt ? AppendHeader(text, "assistant").ToString() : text.ToString();
    }

    /// <inheritdoc/>
    public string ToJinja() => (writesDates ? DatesJinja : PlainJinja).ReplaceLineEndings("\n");

    private static StringBuilder AppendHeader(StringBuilder text, string role) =>
        text.Append(StartHeader).Append(role).Append(EndHeader).Append("\n\n");

    /// <summary>Without white space at the ends, of which Python has four characters more than .NET.</summary>
    private static string Trim(string content)
    {
        var (start, end) = (0, content.Length);
        while (start < end && IsSpace(content[start]))
        {
            start++;
        }

        while (end > start && IsSpace(content[end - 1]))
        {
            end--;
        }

        return content[start..end];

        static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';
    }
}

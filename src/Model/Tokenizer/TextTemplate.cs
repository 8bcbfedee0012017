using System.Text.RegularExpressions;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// No format at all: a question alone is the prompt, and of several messages each ends its line. What a model is asked with whose run
/// puts questions to it without a chat template.
/// </summary>
public sealed partial class TextTemplate : IChatTemplate
{
    private const string Slot = "{begin}";

    private const string Jinja = """
        {%- if messages | length == 1 %}
            {{- '{begin}' + messages[0]['content'] }}
        {%- else %}
            {{- '{begin}' }}
            {%- for message in messages %}
                {{- message['content'] + '\n' }}
            {%- endfor %}
        {%- endif %}
        """;

    private readonly string beginOfText;

    /// <summary>Makes the format of a tokenizer.</summary>
    /// <param name="beginOfText">What the tokenizer puts before a text, e.g. Llama 3's token; mostly empty.</param>
    public TextTemplate(string beginOfText) => this.beginOfText = beginOfText;

    /// <inheritdoc/>
    public string EndOfMessage => ByteLevelTokenizer.EndOfTextToken;

    /// <inheritdoc/>
    public IReadOnlyList<string> ControlTokens => beginOfText.Length == 0 ? [] : [beginOfText];

    /// <summary>The format for a tokenizer: with the tokens that it puts before a text.</summary>
    public static TextTemplate For(ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new(tokenizer.BeginningIds.Count == 0 ? "" : tokenizer.Decode([.. tokenizer.BeginningIds], skipSpecialTokens: false));
    }

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        ChatMessage.Check(messages);
        return beginOfText
            + (messages.Count == 1 ? messages[0].Content : string.Concat(messages.Select(message => message.Content + "\n")));
    }

    /// <inheritdoc/>
    public string ToJinja() => Jinja.ReplaceLineEndings("\n").Replace(Slot, JinjaText.Escape(beginOfText), StringComparison.Ordinal);

    /// <summary>Recognises what <see cref="ToJinja"/> writes in a template's canonical text; null where it is another.</summary>
    internal static TextTemplate? Recognise(string canonical) =>
        FirstLiteral().Match(canonical) is { Success: true } match
        && JinjaText.Unescape(match.Groups["begin"].Value) is { } begin
        && JinjaText.Canonical(new TextTemplate(begin).ToJinja()) == canonical
            ? new TextTemplate(begin)
            : null;

    [GeneratedRegex(@"^\n%if messages\|length==1\n\{'(?<begin>(?:[^'\\]|\\.)*)'\+")]
    private static partial Regex FirstLiteral();
}

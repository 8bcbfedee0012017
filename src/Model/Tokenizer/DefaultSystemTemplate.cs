using System.Text.RegularExpressions;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// A chat template with a system message for the chats that have none: the one that a model was trained with, so that its directory
/// needs nobody to repeat it.
/// </summary>
public sealed partial class DefaultSystemTemplate : IChatTemplate
{
    private const string Slot = "{system}";

    /// <summary>Stands before the text of any template; what comes after it sees a chat with a system message.</summary>
    private const string Preamble =
        "{%- if messages[0]['role'] != 'system' %}\n"
        + "    {%- set messages = [{'role': 'system', 'content': '"
        + Slot
        + "'}] + messages %}\n"
        + "{%- endif %}";

    private DefaultSystemTemplate(IChatTemplate format, string system) => (Format, System) = (format, system);

    /// <summary>How the messages are written.</summary>
    public IChatTemplate Format { get; }

    /// <summary>The system message of a chat that has none.</summary>
    public string System { get; }

    /// <inheritdoc/>
    public string EndOfMessage => Format.EndOfMessage;

    /// <inheritdoc/>
    public IReadOnlyList<string> ControlTokens => Format.ControlTokens;

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        ChatMessage.Check(messages);
        return Format.Render(
            messages[0].Role == "system" ? messages : [new ChatMessage("system", System), .. messages],
            addGenerationPrompt
        );
    }

    /// <inheritdoc/>
    public string ToJinja() => WithSystem(Format.ToJinja(), System);

    /// <summary>
    /// The text of a known template, changed so that <paramref name="system"/> is the system message of a chat that has none: in the place
    /// of its own one, where it has that as ChatML's templates do, else by a few lines before it.
    /// </summary>
    internal static string WithSystem(string jinja, string system)
    {
        if (ChatMlTemplate.Recognise(JinjaText.Canonical(jinja)) is { DefaultSystem: { Length: > 0 } own })
        {
            string replaced = jinja.Replace(JinjaText.Escape(own), JinjaText.Escape(system), StringComparison.Ordinal);
            if (ChatMlTemplate.Recognise(JinjaText.Canonical(replaced))?.DefaultSystem == system)
            {
                return replaced;
            }
        }

        return Preamble.Replace(Slot, JinjaText.Escape(system), StringComparison.Ordinal) + WithoutPreamble(jinja);
    }

    /// <summary>
    /// Recognises the lines before a template, and with <paramref name="recognise"/> the template, in a canonical text; null where either
    /// is none that is known.
    /// </summary>
    internal static DefaultSystemTemplate? Recognise(string canonical, Func<string, IChatTemplate?> recognise) =>
        CanonicalPreamble().Match(canonical) is { Success: true } match
        && JinjaText.Unescape(match.Groups["system"].Value) is { } system
        && recognise("\n" + canonical[match.Length..]) is { } format
            ? new DefaultSystemTemplate(format, system)
            : null;

    private static string WithoutPreamble(string jinja)
    {
        string[] parts = Preamble.Split(Slot);
        int end = jinja.StartsWith(parts[0], StringComparison.Ordinal) ? jinja.IndexOf(parts[1], StringComparison.Ordinal) : -1;
        return end < 0 ? jinja : jinja[(end + parts[1].Length)..];
    }

    [GeneratedRegex(
        @"^\n%if messages\[0\]\['role'\]!='system'\n%set messages=\[\{'role':'system','content':'(?<system>(?:[^'\\]|\\.)*)'\}\]\+messages"
            + @"\n%endif\n"
    )]
    private static partial Regex CanonicalPreamble();
}

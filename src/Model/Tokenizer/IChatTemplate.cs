namespace Cppo.Model.Tokenizer;

/// <summary>How a family of models writes a chat as text. Tool calls are not supported.</summary>
public interface IChatTemplate
{
    /// <summary>The token that ends a message, and with it a completion.</summary>
    string EndOfMessage { get; }

    /// <summary>The tokens that the format cannot do without; a tokenizer that lacks one would spell it as text.</summary>
    IReadOnlyList<string> ControlTokens { get; }

    /// <summary>The text of a chat, with the token that begins a text where the family has one.</summary>
    /// <param name="messages">At least one.</param>
    /// <param name="addGenerationPrompt">Whether the assistant's next message is opened at the end.</param>
    /// <exception cref="ArgumentException">There is no message, or one has a role other than system, user and assistant.</exception>
    string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt);

    /// <summary>
    /// The same as Jinja text, for <c>tokenizer_config.json</c>; <see cref="ChatTemplates.FromJinja"/> makes the template of it again.
    /// </summary>
    string ToJinja();
}

namespace Cppo.Model.Tokenizer;

/// <summary>How a family of models writes a chat as text.</summary>
public interface IChatTemplate
{
    /// <summary>The token that ends a message, and with it a completion.</summary>
    string EndOfMessage { get; }

    /// <summary>The text of a chat.</summary>
    /// <param name="messages">At least one.</param>
    /// <param name="addGenerationPrompt">Whether the assistant's next message is opened at the end.</param>
    /// <exception cref="ArgumentException">There is no message, or one has a role other than system, user and assistant.</exception>
    string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt);
}

namespace Cppo.Model.Tokenizer;

/// <summary>One message of a chat.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">Its text.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>Checks that a chat can be rendered: it has messages, and their roles are known.</summary>
    /// <exception cref="ArgumentException">It has none, or another role.</exception>
    internal static void Check(IReadOnlyList<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0)
        {
            throw new ArgumentException("A chat needs at least one message.", nameof(messages));
        }

        for (int i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role is not ("system" or "user" or "assistant"))
            {
                throw new ArgumentException(
                    $"Message {i + 1} has the role '{messages[i].Role}'; the roles are system, user and assistant, and tool calls are not "
                        + "supported.",
                    nameof(messages)
                );
            }
        }
    }
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cppo.Rewards;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>One completion in a request.</summary>
internal sealed record RewardItem(RewardGroup Group, int CompletionIndex)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string QuestionId => Group.QuestionId;

    public RewardCompletion Completion => Group.Completions[CompletionIndex];

    /// <summary>The items of a group, in the order of its completions.</summary>
    public static IEnumerable<RewardItem> Of(RewardGroup group) =>
        Enumerable.Range(0, group.Completions.Count).Select(index => new RewardItem(group, index));

    /// <summary><c>{ "items": [ ... ] }</c> as UTF-8.</summary>
    public static byte[] ToJson(IEnumerable<RewardItem> items)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var item in items)
            {
                writer.WriteStartObject();
                writer.WriteString("questionId", item.QuestionId);
                writer.WriteString("question", item.Group.Question);
                writer.WriteString("answer", item.Group.Answer);
                writer.WriteString("completion", item.Completion.Text);
                writer.WriteNumber("completionIndex", item.CompletionIndex);
                writer.WriteNumber("numTokens", item.Completion.NumTokens);
                writer.WriteBoolean("isTruncated", item.Completion.IsTruncated);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

using System.Text.Json;

namespace Cppo.Pipeline.Browse;

/// <summary>Where one goes from a group.</summary>
/// <param name="Previous">The group before it; null where there is none.</param>
/// <param name="Next">The group after it.</param>
/// <param name="IsDone">Whether all of the run's files are read, so that there are no others yet.</param>
internal sealed record GroupNeighbours(string? Previous, string? Next, bool IsDone);

/// <summary>One group with all its completions.</summary>
internal static class GroupAnswer
{
    /// <summary>Digits of a logprob in a report, where they take room; the server gives all.</summary>
    private const int ReportedDigits = 4;

    /// <summary>Writes it.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="run">The run.</param>
    /// <param name="group">The group.</param>
    /// <param name="tokenizer">The run's.</param>
    /// <param name="neighbours">Those beside it.</param>
    /// <param name="isReport">Whether it is for a report, whose logprobs are rounded.</param>
    public static void Write(
        Utf8JsonWriter json,
        BrowsedRun run,
        BrowsedGroup group,
        RunTokenizer tokenizer,
        GroupNeighbours neighbours,
        bool isReport = false
    )
    {
        var (pieces, missing) = tokenizer.Pieces([.. group.Completions.Select(each => each.TokenIds)]);
        var same = group
            .Completions.GroupBy(each => each.Text, StringComparer.Ordinal)
            .ToDictionary(each => each.Key, each => each.Select(completion => completion.Index).ToArray(), StringComparer.Ordinal);
        json.WriteStartObject();
        json.WriteString("run", run.Id);
        json.WriteString("id", group.Id);
        json.WriteNumber("step", group.Step);
        json.WriteNumber("update", group.Step + 1);
        json.WriteNumber("policyVersion", group.PolicyVersion);
        json.WriteString("questionId", group.QuestionId);
        json.WriteString("question", group.Question);
        json.WriteString("answer", group.Answer);
        json.WriteString("prompt", group.Prompt);
        json.Time("generatedAt", group.GeneratedAt);
        json.Number("groupMean", group.Mean);
        json.Number("groupStd", group.Std);
        json.WriteString("previous", neighbours.Previous);
        json.WriteString("next", neighbours.Next);
        json.WriteStartObject("indexed");
        json.WriteBoolean("done", neighbours.IsDone);
        json.WriteEndObject();
        json.WriteString("noTokens", missing);
        json.WriteStartArray("completions");
        foreach (var (place, completion) in group.Completions.Index())
        {
            Completion(json, completion, same[completion.Text], pieces?[place], isReport);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Completion(Utf8JsonWriter json, BrowsedCompletion completion, int[] same, string[]? pieces, bool isReport)
    {
        json.WriteStartObject();
        json.WriteNumber("index", completion.Index);
        json.WriteStartArray("same");
        Array.ForEach(same, json.WriteNumberValue);
        json.WriteEndArray();
        json.WriteString("fate", completion.Fate);
        json.WriteString("kind", completion.Kind());
        json.Number("reward", completion.Reward);
        json.WriteStartObject("rewards");
        foreach (var (name, value) in completion.Rewards)
        {
            json.Number(name, value);
        }

        json.WriteEndObject();
        json.WriteString("rewardReason", completion.RewardReason);
        json.WritePropertyName("correct");
        if (completion.Correct is { } correct)
        {
            json.WriteBooleanValue(correct);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteString("extractedAnswer", completion.ExtractedAnswer);
        json.Number("advantage", completion.Advantage);
        json.WriteString("finishReason", completion.FinishReason);
        json.WriteNumber("numTokens", completion.TokenIds.Length);
        json.WriteString("device", completion.Device);
        json.Number("microBatch", completion.MicroBatch);
        json.WriteString("text", completion.Text);
        json.WriteStartObject("tokens");
        json.WriteStartArray("ids");
        Array.ForEach(completion.TokenIds, json.WriteNumberValue);
        json.WriteEndArray();
        json.WritePropertyName("pieces");
        if (pieces is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStartArray();
            Array.ForEach(pieces, json.WriteStringValue);
            json.WriteEndArray();
        }

        json.WriteStartArray("logprobs");
        foreach (float logprob in completion.Logprobs)
        {
            Logprob(json, logprob, isReport);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Logprob(Utf8JsonWriter json, float logprob, bool isReport)
    {
        if (isReport || !float.IsFinite(logprob))
        {
            json.Number(Math.Round((double)logprob, ReportedDigits));
        }
        else
        {
            json.WriteNumberValue(logprob);
        }
    }
}

using System.Text.Json;
using Cppo.Model.Files;
using Cppo.Rewards;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>Reads a server's answer: <c>{ "rewards": [ 1.0, ... ], "reasons": [ "...", null, ... ] }</c>, reasons being optional.</summary>
internal static class RewardAnswer
{
    /// <summary>Texts that JSON allows and Unicode does not.</summary>
    private const string NoText = "half of a surrogate pair, or bytes that are not UTF-8";

    /// <summary>The scores, or what is wrong with the answer; a wrong answer does not pass.</summary>
    /// <param name="content">UTF-8.</param>
    /// <param name="numItems">Completions that were asked about.</param>
    /// <param name="excerpt">The beginning of a text of the server's, without secrets.</param>
    public static HttpAttempt Parse(byte[] content, int numItems, Func<string, string> excerpt)
    {
        try
        {
            using var document = StrictJson.Parse(content);
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("rewards", out var rewards)
                || rewards.ValueKind != JsonValueKind.Array
            )
            {
                return Wrong("has no list \"rewards\"");
            }

            var reasons = document.RootElement.TryGetProperty("reasons", out var stated) ? stated : default;
            return Scores(rewards, reasons, numItems, excerpt);
        }
        catch (DuplicateKeyException twice)
        {
            return Wrong($"states \"{excerpt(twice.Key)}\" twice");
        }
        catch (JsonException error)
        {
            return Wrong($"is not JSON ({excerpt(error.Message.Split(". ")[0].TrimEnd('.'))}; note that NaN and Infinity are not JSON)");
        }
        catch (InvalidOperationException)
        {
            return Wrong($"cannot be read: it holds {NoText}");
        }
    }

    private static HttpAttempt Scores(JsonElement rewards, JsonElement reasons, int numItems, Func<string, string> excerpt)
    {
        if (rewards.GetArrayLength() != numItems)
        {
            return Wrong($"has {rewards.GetArrayLength()} rewards for {numItems} items");
        }

        bool hasReasons = reasons.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);
        if (hasReasons && (reasons.ValueKind != JsonValueKind.Array || reasons.GetArrayLength() != numItems))
        {
            return Wrong($"has reasons that are no list of {numItems}");
        }

        var scores = new RewardScore[numItems];
        for (int i = 0; i < numItems; i++)
        {
            if (rewards[i].ValueKind != JsonValueKind.Number || !double.IsFinite(rewards[i].GetDouble()))
            {
                return Wrong($"has {excerpt(rewards[i].GetRawText())} as reward {i}, which is no finite number");
            }

            if (hasReasons && reasons[i].ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                return Wrong($"has {excerpt(reasons[i].GetRawText())} as reason {i}, which is no text");
            }

            string? reason = null;
            if (hasReasons && !TryText(reasons[i], out reason))
            {
                return Wrong($"cannot be read: its reason {i} holds {NoText}");
            }

            scores[i] = new(rewards[i].GetDouble(), reason);
        }

        return HttpAttempt.Answered(scores);
    }

    private static bool TryText(JsonElement element, out string? text)
    {
        try
        {
            text = element.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }

    private static HttpAttempt Wrong(string what) => HttpAttempt.Failed($"the answer {what}", mayPass: false);
}

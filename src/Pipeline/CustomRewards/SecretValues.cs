using System.Text;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>What of a configuration nobody else may read.</summary>
/// <param name="Whole">Texts that are hidden as a whole: values of headers, queries of addresses.</param>
/// <param name="Deep">Texts of which each part is hidden, too: values from the environment, tokens, passwords.</param>
internal sealed record SecretValues(IReadOnlyList<string> Whole, IReadOnlyList<string> Deep)
{
    private static readonly string[] Schemes = ["Bearer", "Basic", "Token", "Digest", "ApiKey"];

    /// <summary>Those of rewards that servers compute.</summary>
    public static SecretValues Of(IEnumerable<HttpRewardSettings> rewards)
    {
        var (whole, deep) = (new List<string>(), new List<string>());
        foreach (var reward in rewards)
        {
            whole.AddRange(reward.Headers.Values);
            whole.AddRange(OfQuery(reward.Url.Query));
            deep.AddRange(reward.FromEnvironment);
            deep.AddRange(reward.Headers.Values.SelectMany(Credentials));
            deep.AddRange(Uri.UnescapeDataString(reward.Url.UserInfo).Split(':', 2));
        }

        return new(whole, [.. deep.SelectMany(Parts)]);
    }

    /// <summary>What follows the scheme in a header's value; of <c>Basic</c> also user and password, which are sent as base64.</summary>
    private static IEnumerable<string> Credentials(string value)
    {
        string[] words = value.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length < 2 || !Schemes.Contains(words[0], StringComparer.OrdinalIgnoreCase))
        {
            yield break;
        }

        yield return words[1];
        byte[] decoded = new byte[words[1].Length];
        if (words[0].Equals("Basic", StringComparison.OrdinalIgnoreCase) && Convert.TryFromBase64String(words[1], decoded, out int length))
        {
            string pair = Encoding.UTF8.GetString(decoded, 0, length);
            yield return pair;
            foreach (string part in pair.Split(':', 2))
            {
                yield return part;
            }
        }
    }

    private static IEnumerable<string> OfQuery(string query)
    {
        string stated = query.TrimStart('?');
        yield return stated;
        foreach (string pair in stated.Split('&'))
        {
            string value = pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..];
            yield return value;
            yield return Uri.UnescapeDataString(value.Replace('+', ' '));
        }
    }

    /// <summary>The text, its words, and its base64 in both alphabets without the signs that fill it up.</summary>
    private static string[] Parts(string text)
    {
        string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=');
        return
        [
            text,
            .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
            base64,
            base64.Replace('+', '-').Replace('/', '_'),
        ];
    }
}

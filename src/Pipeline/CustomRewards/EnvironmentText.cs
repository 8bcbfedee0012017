using System.Text.RegularExpressions;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>A text of the configuration in which <c>env:NAME</c> stands for the environment variable NAME.</summary>
/// <param name="Text">The text with the values.</param>
/// <param name="Secrets">The values, and the words of the text, blanks between them, that hold one.</param>
internal sealed partial record EnvironmentText(string Text, IReadOnlyList<string> Secrets)
{
    /// <summary>Puts the values in.</summary>
    /// <param name="key">The text's place, as <c>reward.parts.1.url</c>.</param>
    /// <param name="stated">As it stands in the configuration.</param>
    /// <param name="remedy">What else can be done where a variable is not set, e.g. "remove the header".</param>
    /// <param name="encode">How a value is written in the text.</param>
    /// <exception cref="ConfigException">A variable is not set or empty.</exception>
    public static EnvironmentText Resolve(string key, string stated, string remedy, Func<string, string> encode)
    {
        var secrets = new List<string>();
        string[] words = stated.Split(' ');
        for (int i = 0; i < words.Length; i++)
        {
            int before = secrets.Count;
            words[i] = Reference()
                .Replace(
                    words[i],
                    match =>
                    {
                        string value = Value(key, match.Groups[1].Value, remedy);
                        secrets.Add(value);
                        return encode(value);
                    }
                );
            if (secrets.Count > before)
            {
                secrets.Add(words[i]);
            }
        }

        return new(string.Join(' ', words), secrets);
    }

    private static string Value(string key, string name, string remedy) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
            ? value
            : throw new ConfigException($"{key}: the environment variable {name} is not set; set it, or {remedy}");

    [GeneratedRegex(@"\benv:([A-Za-z_][A-Za-z0-9_]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}

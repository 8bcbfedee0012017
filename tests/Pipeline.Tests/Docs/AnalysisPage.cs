using System.Text.RegularExpressions;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Docs;

/// <summary>The code on the page about analysis.</summary>
internal static class AnalysisPage
{
    /// <summary>The blocks of a language in their order, each with the heading above it.</summary>
    public static (string Heading, string Code)[] Blocks(string language)
    {
        string text = File.ReadAllText(Repository.Path("docs/analysis.md"));
        return
        [
            .. Regex
                .Matches(text, $"^```{language}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)
                .Select(block =>
                    (Regex.Matches(text[..block.Index], "^##+ (.*)$", RegexOptions.Multiline)[^1].Groups[1].Value, block.Groups[1].Value)
                ),
        ];
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Cppo.Pipeline.Browse;

/// <summary>
/// The page in one file, which asks nobody: script and style are inlined, and what the server would answer stands in an element of data.
/// The policy in it lets no other script run and nothing be loaded.
/// </summary>
internal static partial class OfflinePage
{
    /// <summary>Where in the page the data belong.</summary>
    private const string End = "</body>";

    /// <summary>The page before and after the data, which are gzip in base64.</summary>
    /// <exception cref="InvalidOperationException">The bundle is not of the form that is inlined.</exception>
    public static (string Before, string After) Of(PageBundle bundle)
    {
        string index = Required(bundle, PageBundle.Index).Replace("\r\n", "\n", StringComparison.Ordinal);
        var (script, style) = (Single(ScriptTag(), index), Single(StyleTag(), index));

        // Neither may end its own element.
        string code = Inlined(bundle, script).Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);
        code = code.Replace("<!--", "<\\!--", StringComparison.Ordinal);
        string rules = Inlined(bundle, style).Replace("</style", "<\\/style", StringComparison.OrdinalIgnoreCase);
        string policy =
            $"default-src 'none'; script-src '{Hash(code)}'; style-src '{Hash(rules)}'; img-src data:; base-uri 'none'; form-action 'none'";
        string page = index
            .Replace(script.Value, $"<script type=\"module\">{code}</script>", StringComparison.Ordinal)
            .Replace(style.Value, $"<style>{rules}</style>", StringComparison.Ordinal);
        int head = page.IndexOf("<head>", StringComparison.OrdinalIgnoreCase);
        page = page.Insert(head + "<head>".Length, $"\n<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");

        // A text of the script may have it as well, so it is the last one.
        int end = page.LastIndexOf(End, StringComparison.OrdinalIgnoreCase);
        return head < 0 || end < 0
            ? throw new InvalidOperationException($"The page's {PageBundle.Index} has no head or no body.")
            : (
                page[..end] + "<script type=\"application/json\" id=\"cppo-data\" data-encoding=\"gzip-base64\">",
                "</script>\n" + page[end..]
            );
    }

    private static Match Single(Regex tag, string index)
    {
        var found = tag.Matches(index);
        return found.Count == 1
            ? found[0]
            : throw new InvalidOperationException(
                $"The page's {PageBundle.Index} has {found.Count} elements like {tag}, where 1 is inlined."
            );
    }

    private static string Inlined(PageBundle bundle, Match tag) =>
        Required(bundle, tag.Groups["path"].Value).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string Required(PageBundle bundle, string path) =>
        bundle.Find(path)?.Text ?? throw new InvalidOperationException($"The page lacks its file {path}.");

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    [GeneratedRegex("""<script\b[^>]*\bsrc="(?:\./|/)?(?<path>[^"]+)"[^>]*></script>""")]
    private static partial Regex ScriptTag();

    [GeneratedRegex("""<link\b[^>]*\brel="stylesheet"[^>]*\bhref="(?:\./|/)?(?<path>[^"]+)"[^>]*>""")]
    private static partial Regex StyleTag();
}

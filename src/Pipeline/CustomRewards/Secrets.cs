using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>
/// Takes secret values out of text from outside: of servers, of exceptions, of rewards. A value is found in any case of its letters, and
/// with letters written as in addresses (<c>%2F</c>, <c>+</c>), JSON (<c>\u002f</c>) or HTML (<c>&amp;#47;</c>). Values of fewer than
/// <see cref="Shortest"/> characters are no secrets.
/// </summary>
internal sealed class Secrets
{
    /// <summary>Stands where a secret was.</summary>
    public const string Hidden = "***";

    /// <summary>Characters of the shortest text that is hidden.</summary>
    public const int Shortest = 4;

    /// <summary>Characters of the shortest piece of a value that is hidden wherever it begins and ends.</summary>
    public const int ShortestPiece = 8;

    /// <summary>Only a text that is made for it takes so long.</summary>
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(2);
    private readonly Regex? values;
    private readonly HashSet<string> pieces = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Hides these values.</summary>
    public Secrets(SecretValues secrets)
    {
        string[] all =
        [
            .. secrets
                .Whole.Concat(secrets.Deep)
                .Select(value => value.Trim())
                .Where(value => value.Length >= Shortest)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .OrderByDescending(value => value.Length),
        ];
        if (all.Length > 0)
        {
            values = new Regex(
                string.Join('|', all.Select(AnyForm)),
                RegexOptions.CultureInvariant | RegexOptions.IgnoreCase,
                LongestSearch
            );
        }

        foreach (string value in secrets.Deep)
        {
            for (int at = 0; at + ShortestPiece <= value.Length; at++)
            {
                pieces.Add(value.Substring(at, ShortestPiece));
            }
        }
    }

    /// <summary>Hides nothing.</summary>
    public static Secrets None { get; } = new(new SecretValues([], []));

    /// <summary>The text with <see cref="Hidden"/> for each secret; a text that cannot be searched in time is hidden as a whole.</summary>
    public string Scrub(string text)
    {
        try
        {
            return values is null ? text : WithoutPieces(values.Replace(text, Hidden));
        }
        catch (RegexMatchTimeoutException)
        {
            return Hidden;
        }
    }

    /// <summary>Hides what is left of values that were cut or broken up.</summary>
    private string WithoutPieces(string text)
    {
        var known = pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        StringBuilder? scrubbed = null;
        int kept = 0,
            at = 0;
        while (pieces.Count > 0 && at + ShortestPiece <= text.Length)
        {
            if (!known.Contains(text.AsSpan(at, ShortestPiece)))
            {
                at++;
                continue;
            }

            (scrubbed ??= new()).Append(text, kept, at - kept).Append(Hidden);
            for (at++; at + ShortestPiece <= text.Length && known.Contains(text.AsSpan(at, ShortestPiece)); at++) { }

            kept = at += ShortestPiece - 1;
        }

        return scrubbed is null ? text : scrubbed.Append(text, kept, text.Length - kept).ToString();
    }

    /// <summary>An expression for a value in any of its forms; several blanks or backslashes in a row are as one.</summary>
    private static string AnyForm(string value)
    {
        Rune[] letters = [.. value.EnumerateRunes()];
        var apart = letters.Where((letter, at) => at == 0 || letter.Value is not (' ' or '\\') || letters[at - 1] != letter);
        return string.Concat(apart.Select(FormsOf));
    }

    /// <summary>An expression for a character in any of its forms.</summary>
    private static string FormsOf(Rune letter)
    {
        string text = letter.ToString();
        byte[] bytes = new byte[4];
        int length = letter.EncodeToUtf8(bytes);
        string[] forms =
        [
            // A server that quotes JSON within JSON doubles the backslashes.
            letter.Value switch
            {
                ' ' => @"[\s+]+",
                '\\' => @"\\+",
                '"' or '/' or '\'' => @"\\*" + text,
                _ => Regex.Escape(text),
            },
            string.Concat(bytes.Take(length).Select(each => Invariant($"%(?:25)*{each:X2}"))),
            string.Concat(text.Select(unit => Invariant($@"\\+u{(int)unit:x4}"))),
            Invariant($"&(?:amp;)*#0*{letter.Value};"),
            Invariant($"&(?:amp;)*#x0*{letter.Value:x};"),
            .. letter.Value switch
            {
                '"' => ["&(?:amp;)*quot;"],
                '\'' => ["&(?:amp;)*apos;"],
                '&' => ["&(?:amp;)+"],
                '<' => ["&(?:amp;)*lt;"],
                '>' => ["&(?:amp;)*gt;"],
                _ => Array.Empty<string>(),
            },
        ];
        return $"(?:{string.Join('|', forms)})";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Text.RegularExpressions;

namespace Cppo.Pipeline.Files;

/// <summary>Addresses as text that people may read: queries, and users with their passwords, may be secret.</summary>
internal static partial class AddressText
{
    /// <summary>A text with each address in it without query, fragment and user; where something was, it says so.</summary>
    public static string WithoutQueries(string text) => Secret().Replace(text, match => match.Value[0] == '/' ? "//***@" : "?***");

    /// <summary>The address without query, fragment and user.</summary>
    public static string WithoutQuery(string address)
    {
        int end = address.AsSpan().IndexOfAny('?', '#');
        string place = end < 0 ? address : address[..end];
        int server = StartOfServer(place);
        int user = place[server..EndOfServer(place)].LastIndexOf('@');
        return user < 0 ? place : place.Remove(server, user + 1);
    }

    /// <summary>Where the path begins, or what follows the server in its place; 0 for an address without a server.</summary>
    public static int EndOfServer(string address)
    {
        int start = StartOfServer(address);
        int length = address.AsSpan(start).IndexOfAny('/', '?', '#');
        return start == 0 ? 0
            : length < 0 ? address.Length
            : start + length;
    }

    /// <summary>A user after the scheme, or a query or fragment after server and path.</summary>
    [GeneratedRegex("""//[^/?#@\s"']*@|(?<=//[^?#\s"']*)[?#][^\s"']+""", RegexOptions.CultureInvariant)]
    private static partial Regex Secret();

    private static int StartOfServer(string address)
    {
        int scheme = address.IndexOf("//", StringComparison.Ordinal);
        return scheme < 0 || address.AsSpan(0, scheme).IndexOfAny('/', '?', '#') >= 0 ? 0 : scheme + 2;
    }
}

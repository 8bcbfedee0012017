using System.Globalization;
using System.Text;

namespace Cppo.View.Tests.Runs;

/// <summary>Texts that a careless page would run, hide or be stalled by; the same thousand every time.</summary>
internal static class HostileTexts
{
    public const int Count = 1000;

    private static readonly string[] Markup =
    [
        "<script>alert(N)</script>",
        "<img src=x onerror=alert(N)>",
        "<svg onload=alert(N)><circle r=9></svg>",
        "\"><script>alert(N)</script>",
        "'; alert(N); //",
        "</script><script>alert(N)</script>",
        "</title></textarea></style><iframe src=javascript:alert(N)></iframe>",
        "<a href=\"javascript:alert(N)\">here</a>",
        "<body onload=alert(N)>",
        "<!-- --!><img src=x onerror=alert(N)>",
        "<style>body{display:none}</style>",
        "<link rel=stylesheet href=http://example.invalid/N.css>",
        "<meta http-equiv=refresh content='0;url=http://example.invalid/N'>",
        "<base href=http://example.invalid/>",
        "<form action=http://example.invalid/N><input autofocus onfocus=alert(N)></form>",
        "<template><img src=http://example.invalid/N.png></template>",
        "{{constructor.constructor('alert(N)')()}} ${alert(N)} <%= N %>",
        "&lt;script&gt;alert(N)&lt;/script&gt; &#60;b&#62; &amp;",
        "__proto__ constructor toString N",
        "javascript:alert(N)",
    ];

    private static readonly string[] Acting =
    [
        "\u202Edcba\u202C N",
        "a\u2066b\u2069c\u200Fd\u200Ee N",
        "\u0000\u0001\u0007\b\u001B[31mred\u001B[0m N",
        "\r\n\u2028\u2029\u0085 N",
        "\uFEFF\u200B\u2060in\u00ADvis\u200Bible N",
        "\uDB40\uDC41\uDB40\uDC42 tags N",
        "\u009B31m \u007F N",
        "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 N",
        "\u05E9\u05DC\u05D5\u05DD 12 (N) \u0645\u0631\u062D\u0628\u0627",
        "\uD83D\uDC69\u200D\uD83D\uDD2C \u6587\u5B57 N",
    ];

    /// <summary>Text number <paramref name="number"/>; every 250th is a line of 1 MB.</summary>
    public static string Of(int number)
    {
        string shown = number.ToString(CultureInfo.InvariantCulture);
        string markup = Markup[number % Markup.Length].Replace("N", shown, StringComparison.Ordinal);
        string acting = Acting[number / Markup.Length % Acting.Length].Replace("N", shown, StringComparison.Ordinal);
        string text = (number % 3) switch
        {
            0 => markup,
            1 => acting + markup,
            _ => markup + acting,
        };
        return number % 250 == 249 ? new StringBuilder(text).Append(number % 500 == 499 ? 'x' : '<', 1_000_000).ToString() : text;
    }
}

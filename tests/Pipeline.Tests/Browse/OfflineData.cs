using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cppo.Pipeline.Tests.Browse;

/// <summary>The data of an offline report, taken out as a browser does.</summary>
internal static partial class OfflineData
{
    /// <summary>As text of JSON.</summary>
    public static string Text(string html)
    {
        string base64 = Assert.Single(Data().Matches(html)).Groups[1].Value;
        using var packed = new GZipStream(new MemoryStream(Convert.FromBase64String(base64)), CompressionMode.Decompress);
        using var reader = new StreamReader(packed, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    public static JsonObject Of(string html) => JsonNode.Parse(Text(html))!.AsObject();

    [GeneratedRegex("<script type=\"application/json\" id=\"cppo-data\" data-encoding=\"gzip-base64\">([A-Za-z0-9+/=]*)</script>")]
    private static partial Regex Data();
}

using System.Globalization;
using System.Text;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>What the server was asked.</summary>
/// <param name="Server">The server: the hub's, or the one that holds its large files.</param>
/// <param name="Target">Path and query, as they came.</param>
/// <param name="Headers">Without regard to capital letters.</param>
internal sealed record HubRequest(string Server, string Target, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The first byte of the range that was asked for; 0 without one.</summary>
    public long From =>
        Headers.TryGetValue("Range", out string? range) ? long.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;

    public string? Token => Headers.GetValueOrDefault("Authorization");
}

/// <summary>The server's answer, which may break HTTP's rules.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
/// <param name="Headers">Further headers.</param>
internal sealed record HubReply(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    /// <summary>The length that is announced; null: the body's.</summary>
    public long? Announced { get; init; }

    /// <summary>The body comes in chunks, and no length is announced.</summary>
    public bool IsChunked { get; init; }

    /// <summary>Bytes of the body after which the connection is closed; null: all.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Bytes a write, with a pause after each; 0: all at once.</summary>
    public int Pace { get; init; }

    /// <summary>After the headers nothing comes until the server ends.</summary>
    public bool Hangs { get; init; }

    public static HubReply Json(string text, params (string Name, string Value)[] headers) =>
        new(200, Encoding.UTF8.GetBytes(text), headers);

    public static HubReply Empty(int status, params (string Name, string Value)[] headers) => new(status, [], headers);

    public HubReply With(string name, string value) =>
        this with
        {
            Headers = [.. Headers.Where(header => header.Name != name), (name, value)],
        };

    public HubReply Without(string name) => this with { Headers = [.. Headers.Where(header => header.Name != name)] };
}

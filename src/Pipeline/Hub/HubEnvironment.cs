using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>Where the hub is, where its cache lies and who asks, as the variables of Hugging Face's own library say it.</summary>
internal sealed partial record HubEnvironment
{
    private const string HubAddress = "https://huggingface.co";
    private const int LongestToken = 4096;
    private static readonly string[] Yes = ["1", "ON", "YES", "TRUE"];

    /// <summary>The directory of the cache.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>What requests go to, without a slash at its end.</summary>
    public string Endpoint { get; init; } = HubAddress;

    /// <summary>Sent to the endpoint alone; null: none.</summary>
    public string? Token { get; init; }

    /// <summary>No request is made.</summary>
    public bool IsOffline { get; init; }

    /// <summary>A snapshot's files are links to blobs; else, or where the system refuses links, the blobs themselves.</summary>
    public bool UsesLinks { get; init; } = true;

    /// <summary>The longest wait for a server's next bytes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before the second attempt; each further one is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>As this process's environment has it.</summary>
    /// <exception cref="UsageException">A variable cannot be used.</exception>
    public static HubEnvironment Read() => Read(Environment.GetEnvironmentVariable, HomeDirectory);

    /// <summary>As above, of other variables.</summary>
    /// <exception cref="UsageException">A variable cannot be used.</exception>
    public static HubEnvironment Read(Func<string, string?> variable, string home)
    {
        string huggingFaceHome = HuggingFaceHome(variable, home);
        return new HubEnvironment
        {
            CacheDirectory = CacheOf(variable, home),
            Endpoint = EndpointOf(Stated(variable, "HF_ENDPOINT") ?? HubAddress),
            Token = IsYes(variable, "HF_HUB_DISABLE_IMPLICIT_TOKEN") ? null : TokenOf(variable, home, huggingFaceHome),
            IsOffline = IsYes(variable, "HF_HUB_OFFLINE") || IsYes(variable, "TRANSFORMERS_OFFLINE"),
            UsesLinks = !IsYes(variable, "HF_HUB_DISABLE_SYMLINKS"),
            Patience = PatienceOf(Stated(variable, "HF_HUB_DOWNLOAD_TIMEOUT")),
        };
    }

    /// <summary>The cache's directory alone, which is always some.</summary>
    public static string CacheOfProcess() => CacheOf(Environment.GetEnvironmentVariable, HomeDirectory);

    private static string HomeDirectory => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private static string CacheOf(Func<string, string?> variable, string home)
    {
        string stated =
            Stated(variable, "HF_HUB_CACHE")
            ?? Stated(variable, "HUGGINGFACE_HUB_CACHE")
            ?? Path.Combine(HuggingFaceHome(variable, home), "hub");
        return Path.GetFullPath(Expanded(stated, variable, home));
    }

    private static string HuggingFaceHome(Func<string, string?> variable, string home) =>
        Expanded(
            Stated(variable, "HF_HOME") ?? Path.Combine(Stated(variable, "XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "huggingface"),
            variable,
            home
        );

    private static string? Stated(Func<string, string?> variable, string name) =>
        variable(name) is { } value && value.Trim().Length > 0 ? value.Trim() : null;

    private static bool IsYes(Func<string, string?> variable, string name) =>
        Stated(variable, name) is { } value && Yes.Contains(value, StringComparer.OrdinalIgnoreCase);

    /// <summary>A leading <c>~</c> is the home directory, and <c>$NAME</c> and <c>${NAME}</c> the variable, where there is one.</summary>
    private static string Expanded(string path, Func<string, string?> variable, string home)
    {
        string ofHome = path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? home + path[1..] : path;
        return Variable().Replace(ofHome, match => variable(match.Groups[1].Value + match.Groups[2].Value) ?? match.Value);
    }

    private static string EndpointOf(string stated)
    {
        bool isAddress =
            Uri.TryCreate(stated, UriKind.Absolute, out var address)
            && address.UserInfo.Length == 0
            && address.Query.Length == 0
            && address.Fragment.Length == 0
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
        return isAddress
            ? stated.TrimEnd('/')
            : throw new UsageException(
                $"HF_ENDPOINT is \"{TerminalText.Line(AddressText.WithoutQuery(stated))}\"; give https://HOST, or http:// for a server on "
                    + "this machine alone."
            );
    }

    private static string? TokenOf(Func<string, string?> variable, string home, string huggingFaceHome)
    {
        if ((Stated(variable, "HF_TOKEN") ?? Stated(variable, "HUGGING_FACE_HUB_TOKEN")) is { } stated)
        {
            return Checked(stated, "HF_TOKEN");
        }

        string file = Expanded(Stated(variable, "HF_TOKEN_PATH") ?? Path.Combine(huggingFaceHome, "token"), variable, home);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] utf8 = new byte[LongestToken + 1];
            int count = stream.ReadAtLeast(utf8, utf8.Length, throwOnEndOfStream: false);
            string token = Encoding.UTF8.GetString(utf8, 0, count).Trim();
            return token.Length == 0 ? null : Checked(token, file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file}, which holds the hub's token, cannot be read: {FileFault.Reason(error)}.");
        }
    }

    /// <summary>A token goes into a header; its text is told to nobody.</summary>
    private static string Checked(string token, string place) =>
        token.Length <= LongestToken && token.All(c => c is > ' ' and < '\u007f')
            ? token
            : throw new UsageException($"{place} holds no token of the hub, which has letters, digits and signs alone; correct it.");

    private static TimeSpan PatienceOf(string? seconds) =>
        seconds is null ? TimeSpan.FromSeconds(30)
        : double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out double stated) && stated is >= 0.1 and <= 86_400
            ? TimeSpan.FromSeconds(stated)
        : throw new UsageException($"HF_HUB_DOWNLOAD_TIMEOUT is \"{TerminalText.Line(seconds)}\"; give seconds, from 0.1 to 86400.");

    [GeneratedRegex(@"\$(?:(\w+)|\{(\w+)\})", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}

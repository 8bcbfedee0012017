using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>A repository as the local hub has it.</summary>
internal sealed class HubRepository(HubKind kind, string id, string commit)
{
    /// <summary>Files of at least so many bytes are large ones, which another server holds.</summary>
    public const int LargeFrom = 4096;

    public HubKind Kind => kind;

    public string Id => id;

    public string Commit { get; set; } = commit;

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>What the listing says instead of the truth, by path; null: as it is.</summary>
    public Dictionary<string, (long Size, string Hash)> Lies { get; } = [];

    public HubName Name => new(Kind, Id);

    public HubRepository With(string path, string text) => With(path, Encoding.UTF8.GetBytes(text));

    public HubRepository With(string path, byte[] bytes)
    {
        Files[path] = bytes;
        return this;
    }

    /// <summary>A file of bytes that follow from its name.</summary>
    public HubRepository With(string path, int size)
    {
        byte[] bytes = new byte[size];
        new Random(path.Length + size).NextBytes(bytes);
        return With(path, bytes);
    }

    public HubFile File(string path) =>
        Lies.TryGetValue(path, out var lie)
            ? new HubFile(path, lie.Size, lie.Hash)
            : new HubFile(path, Files[path].Length, HashOf(Files[path]));

    /// <summary>The hash that the hub knows some bytes by.</summary>
    public static string HashOf(byte[] bytes)
    {
        byte[] header = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {bytes.Length}\0"));
        return bytes.Length >= LargeFrom
            ? Convert.ToHexStringLower(SHA256.HashData(bytes))
            : Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.SHA1, [.. header, .. bytes]));
    }

    /// <summary>The listing's entries, folders among them.</summary>
    public JsonObject[] Entries() =>
        [
            .. Files
                .Keys.Where(path => path.Contains('/', StringComparison.Ordinal))
                .Select(path => path[..path.LastIndexOf('/')])
                .Distinct()
                .Select(folder => new JsonObject
                {
                    ["type"] = "directory",
                    ["oid"] = new string('0', 40),
                    ["size"] = 0,
                    ["path"] = folder,
                }),
            .. Files.Keys.Select(Entry),
        ];

    private JsonObject Entry(string path)
    {
        var file = File(path);
        var entry = new JsonObject
        {
            ["type"] = "file",
            ["oid"] = file.IsLarge ? new string('1', 40) : file.Hash,
            ["size"] = file.Size,
            ["path"] = path,
        };
        if (file.IsLarge)
        {
            entry["lfs"] = new JsonObject
            {
                ["oid"] = file.Hash,
                ["size"] = file.Size,
                ["pointerSize"] = 134,
            };
            entry["xetHash"] = new string('a', 64);
        }

        return entry;
    }
}

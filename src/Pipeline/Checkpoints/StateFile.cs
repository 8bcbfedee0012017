using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Checkpoints;

/// <summary>
/// <c>state.json</c> of a checkpoint, which is written last: where the run stood, and size and SHA-256 of every file, its own included, so
/// that no damage goes unnoticed.
/// </summary>
internal static class StateFile
{
    /// <summary>Its name in the checkpoint.</summary>
    public const string FileName = "state.json";

    private const int FirstWithChecksums = 3;
    private const string ChecksumKey = "checksum";
    private static readonly string Zeros = new('0', 2 * SHA256.HashSizeInBytes);

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        WriteIndented = true,
    };

    /// <summary>Writes the state with sizes and checksums of all files that are there.</summary>
    public static void Write(string directory, CheckpointState state)
    {
        string[] files = [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var complete = state with
        {
            FormatVersion = FileFormat.Checkpoint.Current,
            Files = files.ToDictionary(NameOf, file => new FileInfo(file).Length),
            Checksums = files.ToDictionary(NameOf, ChecksumOf),
            Checksum = Zeros,
        };
        string text = JsonSerializer.Serialize(complete, Json);
        AtomicFile.WriteText(Path.Combine(directory, FileName), WithChecksum(text, Zeros, ChecksumOfText(text)));

        string NameOf(string file) => Path.GetRelativePath(directory, file).Replace('\\', '/');
    }

    /// <summary>Reads the state; the other files are not looked at.</summary>
    /// <exception cref="FileFormatException">It is of a format that this program does not read.</exception>
    /// <exception cref="InvalidDataException">It is not as it was written.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CheckpointState Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        string text = File.Exists(path) ? File.ReadAllText(path) : throw new InvalidDataException($"{FileName} is missing.");
        try
        {
            using var json = JsonDocument.Parse(text);
            string? stated = StatedChecksum(json.RootElement);

            // Before the version: a version that was damaged is no newer program's.
            if (stated is not null && ChecksumOfText(WithChecksum(text, stated, Zeros)) != stated)
            {
                throw Changed(FileName);
            }

            int version = FileFormat.VersionOf(json.RootElement);
            FileFormat.Checkpoint.Require(path, version);
            var state = json.Deserialize<CheckpointState>(Json) ?? throw new InvalidDataException($"{FileName} is empty.");
            return version < FirstWithChecksums || (stated is not null && state.Files.Keys.All(state.Checksums.ContainsKey))
                ? state
                : throw new InvalidDataException($"{FileName} lacks checksums.");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{FileName} cannot be read ({FileFault.Malformed(fault)}).", fault);
        }
    }

    /// <summary>Refuses a checkpoint one of whose files is not as it was written.</summary>
    /// <param name="directory">The checkpoint's.</param>
    /// <param name="state">Its state.</param>
    /// <param name="isHashed">Whether all of a file is read, or its size alone looked at.</param>
    /// <exception cref="InvalidDataException">The message names the file.</exception>
    public static void CheckFiles(string directory, CheckpointState state, Func<string, bool> isHashed)
    {
        foreach (var (name, size) in state.Files)
        {
            var file = new FileInfo(Path.Combine(directory, name));
            if (!file.Exists || file.Length != size)
            {
                throw new InvalidDataException($"{name} has {(file.Exists ? file.Length : 0)} bytes instead of {size}.");
            }
        }

        foreach (var (name, checksum) in state.Checksums)
        {
            if (isHashed(name) && ChecksumOf(Path.Combine(directory, name)) != checksum)
            {
                throw Changed(name);
            }
        }
    }

    private static InvalidDataException Changed(string name) => new($"{name} is not as it was written (its checksum is another).");

    private static string? StatedChecksum(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object
        && root.TryGetProperty(ChecksumKey, out var stated)
        && stated.ValueKind == JsonValueKind.String
        && stated.GetString() is { Length: > 0 } checksum
            ? checksum
            : null;

    private static string WithChecksum(string text, string from, string to) =>
        text.Replace($"\"{from}\"", $"\"{to}\"", StringComparison.Ordinal);

    private static string ChecksumOfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string ChecksumOf(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        long offset = 0;
        for (int count; (count = RandomAccess.Read(file, buffer, offset)) > 0; offset += count)
        {
            hash.AppendData(buffer, 0, count);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

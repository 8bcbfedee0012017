using System.Text;
using System.Text.Json;
using Cppo.Model.Engine;
using Cppo.Model.Files;

namespace Cppo.Model.Weights;

/// <summary>Where one tensor lies in a safetensors file.</summary>
/// <param name="Name">Its Hugging Face parameter name.</param>
/// <param name="Type">Its number type.</param>
/// <param name="Shape">Row-major dimensions; empty for a scalar.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="NumElements">Product of the dimensions.</param>
public sealed record WeightInfo(string Name, WeightType Type, long[] Shape, long Offset, long NumElements);

/// <summary>
/// Reads a safetensors header and believes nothing in it: 8 bytes of little-endian header length, a JSON object of
/// <c>name -> { dtype, shape, data_offsets }</c>, then the data, which the tensors must cover without gap or overlap.
/// </summary>
internal static class SafetensorsHeader
{
    private const long MaxHeaderBytes = 100_000_000;

    internal static (IReadOnlyList<WeightInfo> Weights, IReadOnlyDictionary<string, string> Metadata) Read(Stream stream, string path)
    {
        long fileBytes = stream.Length;
        byte[] prefix = new byte[8];
        if (fileBytes < 8 || stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
        {
            throw Damaged(path, $"it has {fileBytes} bytes, fewer than a header needs");
        }

        ulong headerBytes = BitConverter.ToUInt64(prefix);
        if (headerBytes > (ulong)Math.Min(MaxHeaderBytes, fileBytes - 8))
        {
            throw Damaged(path, $"its header claims {headerBytes} bytes, the file has {fileBytes}");
        }

        byte[] json = new byte[headerBytes];
        stream.ReadExactly(json);
        long dataStart = 8 + (long)headerBytes;
        return Parse(json, dataStart, fileBytes - dataStart, path);
    }

    private static (IReadOnlyList<WeightInfo>, IReadOnlyDictionary<string, string>) Parse(
        byte[] json,
        long dataStart,
        long dataBytes,
        string path
    )
    {
        var weights = new List<WeightInfo>();
        var metadata = new Dictionary<string, string>();
        try
        {
            using var document = StrictJson.Parse(json);
            foreach (var entry in document.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__")
                {
                    foreach (var pair in entry.Value.EnumerateObject())
                    {
                        metadata[pair.Name] = pair.Value.GetString() ?? "";
                    }
                }
                else
                {
                    weights.Add(ParseWeight(entry, dataStart, dataBytes, path));
                }
            }
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or DecoderFallbackException)
        {
            throw new ModelFileException(
                $"{path} is damaged: its header is not what safetensors prescribes ({FileFault.Malformed(e)}). Copy the file anew.",
                e
            );
        }

        CheckCover(weights, dataStart, dataBytes, path);
        return (weights, metadata);
    }

    private static WeightInfo ParseWeight(JsonProperty entry, long dataStart, long dataBytes, string path)
    {
        string typeName = entry.Value.GetProperty("dtype").GetString() ?? "";
        if (!WeightTypes.TryParse(typeName, out var type))
        {
            throw new ModelFileException($"{path}: '{entry.Name}' has the number type {typeName}; F32, BF16 and F16 can be read.");
        }

        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
        long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(o => o.GetInt64())];
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > dataBytes)
        {
            throw Damaged(path, $"'{entry.Name}' claims the bytes {string.Join(" to ", offsets)} of {dataBytes}");
        }

        UInt128 numElements = 1;
        foreach (long size in shape)
        {
            // The bound keeps the product of two factors inside 128 bits; no file has so many elements.
            if (size < 0 || (numElements *= (UInt128)Math.Max(size, 0)) > long.MaxValue)
            {
                throw Damaged(path, $"'{entry.Name}' has the impossible shape [{string.Join(", ", shape)}]");
            }
        }

        if (numElements * (UInt128)type.Size() != (UInt128)(offsets[1] - offsets[0]))
        {
            throw Damaged(
                path,
                $"'{entry.Name}' of shape [{string.Join(", ", shape)}] and type {typeName} does not fill its {offsets[1] - offsets[0]} "
                    + "bytes"
            );
        }

        return new WeightInfo(entry.Name, type, shape, dataStart + offsets[0], (long)numElements);
    }

    private static void CheckCover(List<WeightInfo> weights, long dataStart, long dataBytes, string path)
    {
        long end = dataStart;
        foreach (var weight in weights.OrderBy(w => w.Offset).ThenBy(w => w.NumElements))
        {
            if (weight.Offset != end)
            {
                throw Damaged(path, $"'{weight.Name}' starts at byte {weight.Offset} where {end} was due (tensors overlap or leave gaps)");
            }

            end += weight.NumElements * weight.Type.Size();
        }

        if (end != dataStart + dataBytes)
        {
            throw Damaged(path, $"its tensors end at byte {end}, the file at {dataStart + dataBytes}");
        }
    }

    private static ModelFileException Damaged(string path, string what) => new($"{path} is damaged: {what}. Copy the file anew.");
}

using System.Buffers;
using System.Runtime.InteropServices;
using Cppo.Model.Engine;
using Cppo.Model.Files;
using Microsoft.Win32.SafeHandles;

namespace Cppo.Model.Weights;

/// <summary>An open safetensors file. Safe for use by several threads.</summary>
public sealed class SafetensorsReader : IDisposable
{
    private readonly SafeFileHandle file;
    private readonly Dictionary<string, WeightInfo> byName;

    private SafetensorsReader(
        string path,
        SafeFileHandle file,
        IReadOnlyList<WeightInfo> weights,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        Path = path;
        this.file = file;
        Weights = weights;
        Metadata = metadata;
        byName = weights.ToDictionary(w => w.Name);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its tensors, in the header's order.</summary>
    public IReadOnlyList<WeightInfo> Weights { get; }

    /// <summary>The header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged, or holds number types other than F32, BF16, F16 and
    /// I64.</exception>
    public static SafetensorsReader Open(string path)
    {
        try
        {
            using var stream = InputFile.Open(path);
            var (weights, metadata) = SafetensorsHeader.Read(stream, path);
            return new SafetensorsReader(path, File.OpenHandle(stream.Name), weights, metadata);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException($"{path} cannot be read: {FileFault.Reason(e)}", e);
        }
    }

    /// <summary>The tensor of a name, or null.</summary>
    public WeightInfo? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Reads a whole tensor as fp32.</summary>
    public float[] ReadFloat32(string name)
    {
        float[] values = new float[byName[name].NumElements];
        ReadFloat32(name, values);
        return values;
    }

    /// <summary>Reads a whole tensor as fp32 into a span of its length; 16-bit types are widened exactly.</summary>
    public void ReadFloat32(string name, Span<float> destination)
    {
        var weight = byName[name];
        if (destination.Length != weight.NumElements)
        {
            throw new ArgumentException($"'{name}' has {weight.NumElements} elements, not {destination.Length}.", nameof(destination));
        }

        ReadFloat32(name, 0, destination);
    }

    /// <summary>Reads a tensor's numbers from a place on as fp32.</summary>
    public void ReadFloat32(string name, long first, Span<float> destination)
    {
        var weight = byName[name];
        if (first < 0 || first + destination.Length > weight.NumElements)
        {
            throw new ArgumentOutOfRangeException(nameof(first), $"'{name}' has {weight.NumElements} elements.");
        }

        long offset = weight.Offset + (first * weight.Type.Size());
        if (weight.Type == WeightType.F32)
        {
            ReadBytes(offset, MemoryMarshal.AsBytes(destination));
            return;
        }

        const int chunk = 1 << 16;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(chunk * 2);
        for (int start = 0; start < destination.Length; start += chunk)
        {
            var part = destination.Slice(start, Math.Min(chunk, destination.Length - start));
            var raw = buffer.AsSpan(0, part.Length * 2);
            ReadBytes(offset + (start * 2L), raw);
            Widen(MemoryMarshal.Cast<byte, ushort>(raw), part, weight);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Reads a whole I64 tensor.</summary>
    public long[] ReadInt64(string name)
    {
        var weight = byName[name];
        if (weight.Type != WeightType.I64)
        {
            throw new ModelFileException($"{Path}: '{name}' is {weight.Type}, not I64.");
        }

        long[] values = new long[weight.NumElements];
        ReadBytes(weight.Offset, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static void Widen(ReadOnlySpan<ushort> raw, Span<float> destination, WeightInfo weight)
    {
        for (int i = 0; i < raw.Length; i++)
        {
            destination[i] = weight.Type switch
            {
                WeightType.BF16 => BitConverter.UInt32BitsToSingle((uint)raw[i] << 16),
                WeightType.F16 => (float)BitConverter.UInt16BitsToHalf(raw[i]),
                _ => throw new ModelFileException($"'{weight.Name}' is {weight.Type}, which is no type of weights."),
            };
        }
    }

    private void ReadBytes(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(file, destination, offset);
            if (read == 0)
            {
                throw new ModelFileException($"{Path} became shorter while it was read. Copy the file anew.");
            }

            destination = destination[read..];
            offset += read;
        }
    }
}

using System.Globalization;
using System.Text;
using Cppo.Model.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Gguf;

/// <summary>
/// The bytes of a GGUF file, little-endian: magic, version, how many tensors and keys; the keys; name, shape, type and offset of each
/// tensor; then the tensors, each at a multiple of the alignment.
/// </summary>
internal static class GgufFile
{
    /// <summary>What offsets of tensors are multiples of, counted from where the first one lies.</summary>
    internal const int Alignment = 32;

    private const uint Version = 3;

    /// <summary>Numbers that are held at a time: whole blocks of every type.</summary>
    private const int BufferLength = 1 << 20;

    internal static void Write(
        Stream stream,
        GgufMetadata metadata,
        IReadOnlyList<GgufTensor> tensors,
        HfModelDirectory weights,
        CancellationToken stop
    )
    {
        long length = WriteHead(stream, metadata, tensors);
        Pad(stream, length);
        float[] numbers = new float[BufferLength];
        byte[] bytes = new byte[BufferLength * sizeof(float)];
        foreach (var tensor in tensors)
        {
            if (tensor.Values is { } values)
            {
                WritePart(stream, tensor, weights, values, bytes);
            }
            else
            {
                WriteTensor(stream, tensor, weights, numbers, bytes, stop);
            }

            Pad(stream, tensor.Bytes);
        }
    }

    /// <returns>Its bytes.</returns>
    private static long WriteHead(Stream stream, GgufMetadata metadata, IReadOnlyList<GgufTensor> tensors)
    {
        long start = stream.Position;
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Count);
        metadata.Write(writer);
        long offset = 0;
        foreach (var tensor in tensors)
        {
            GgufMetadata.WriteText(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (long size in Enumerable.Reverse(tensor.Shape))
            {
                writer.Write((ulong)size);
            }

            writer.Write(tensor.Type.Code());
            writer.Write((ulong)offset);
            offset += Padded(tensor.Bytes);
        }

        writer.Flush();
        return stream.Position - start;
    }

    private static void WriteTensor(
        Stream stream,
        GgufTensor tensor,
        HfModelDirectory weights,
        float[] numbers,
        byte[] bytes,
        CancellationToken stop
    )
    {
        // A tensor whose rows keep their order is read as one long row.
        long rowLength = tensor.HeadSize == 0 ? tensor.Numbers : tensor.RowLength;
        for (long row = 0; row < tensor.Numbers / rowLength; row++)
        {
            long first = tensor.SourceRow(row) * rowLength;
            for (long done = 0; done < rowLength; done += BufferLength)
            {
                stop.ThrowIfCancellationRequested();
                var part = numbers.AsSpan(0, (int)Math.Min(BufferLength, rowLength - done));
                weights.ReadFloat32(tensor.Source, first + done, part);
                WritePart(stream, tensor, weights, part, bytes);
            }
        }
    }

    private static void WritePart(Stream stream, GgufTensor tensor, HfModelDirectory weights, ReadOnlySpan<float> part, byte[] bytes)
    {
        var into = bytes.AsSpan(0, (int)tensor.Type.Bytes(part.Length));
        if (GgufNumbers.Convert(part, tensor.Type, into) is >= 0 and var bad)
        {
            string value = part[bad].ToString(CultureInfo.InvariantCulture);
            throw new ModelFileException(
                $"{weights.Path}: '{tensor.Source}' has {value}, which is too large for {tensor.Type.NameOf()}; choose f32 or bf16."
            );
        }

        stream.Write(into);
    }

    private static long Padded(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private static void Pad(Stream stream, long bytes) => stream.Write(new byte[(int)(Padded(bytes) - bytes)]);
}

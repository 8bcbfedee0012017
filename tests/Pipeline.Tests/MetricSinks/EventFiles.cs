using System.Buffers.Binary;

namespace Cppo.Pipeline.Tests.MetricSinks;

/// <summary>An event as TensorBoard's <c>event.proto</c> has it.</summary>
internal sealed record TensorBoardEvent(
    double WallTime,
    long Step,
    string? FileVersion,
    bool IsStart,
    IReadOnlyList<(string Tag, float Value)> Scalars,
    IReadOnlyList<(string Tag, string Plugin, string Text)> Texts
);

/// <summary>Reads event files without a library, and puts those of a directory together as TensorBoard does.</summary>
internal static class EventFiles
{
    public static string[] In(string directory) => [.. Directory.GetFiles(directory).Order(StringComparer.Ordinal)];

    /// <summary>The events of a file, each of whose checksums must be right.</summary>
    public static TensorBoardEvent[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return [.. Records(bytes).Select(Event)];
    }

    /// <summary>Whether a file that may be written meanwhile has a point.</summary>
    public static bool HasStep(string directory, string tag, int step)
    {
        try
        {
            return In(directory).SelectMany(Read).Any(one => one.Step == step && one.Scalars.Any(scalar => scalar.Tag == tag));
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            // It is not there yet, or its last record not yet whole.
            return false;
        }
    }

    public static IEnumerable<byte[]> Records(byte[] bytes)
    {
        for (int at = 0; at < bytes.Length; )
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            byte[] message = bytes[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(message), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            at += length + 16;
            yield return message;
        }
    }

    /// <summary>The checksum of records by its definition, bit by bit.</summary>
    public static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8);
    }

    /// <summary>
    /// The points of each tag as TensorBoard's reader in Python shows them: from the second start of a session on, each drops what came
    /// before of its step and later ones.
    /// </summary>
    public static Dictionary<string, List<(long Step, float Value)>> Accumulate(string directory)
    {
        var points = new Dictionary<string, List<(long Step, float Value)>>();
        bool hasStarted = false;
        foreach (var one in In(directory).SelectMany(Read))
        {
            if (one.IsStart && hasStarted)
            {
                foreach (var series in points.Values)
                {
                    series.RemoveAll(point => point.Step >= one.Step);
                }
            }

            hasStarted |= one.IsStart;
            Add(points, one);
        }

        return points;
    }

    /// <summary>As TensorBoard's reader in Rust shows them: a point drops those of its tag that are of its step or later ones.</summary>
    public static Dictionary<string, List<(long Step, float Value)>> Preempt(string directory)
    {
        var points = new Dictionary<string, List<(long Step, float Value)>>();
        foreach (var one in In(directory).SelectMany(Read))
        {
            foreach (var (tag, _) in one.Scalars)
            {
                points.GetValueOrDefault(tag)?.RemoveAll(point => point.Step >= one.Step);
            }

            Add(points, one);
        }

        return points;
    }

    private static void Add(Dictionary<string, List<(long Step, float Value)>> points, TensorBoardEvent one)
    {
        foreach (var (tag, value) in one.Scalars)
        {
            if (!points.TryGetValue(tag, out var series))
            {
                points.Add(tag, series = []);
            }

            series.Add((one.Step, value));
        }
    }

    private static TensorBoardEvent Event(byte[] bytes)
    {
        var message = new ProtoMessage(bytes);
        var values = message.Message(5).Messages(1).ToArray();
        return new TensorBoardEvent(
            message.Double(1),
            (long)message.Number(2),
            message.Has(3) ? message.Text(3) : null,
            message.Has(7) && message.Message(7).Number(1) == 1,
            [.. values.Where(value => value.Has(2)).Select(value => (value.Text(1), value.Single(2)))],
            [
                .. values
                    .Where(value => value.Has(8))
                    .Select(value =>
                    {
                        var tensor = value.Message(8);
                        Assert.Equal((7ul, 1ul), (tensor.Number(1), tensor.Message(2).Message(2).Number(1)));
                        return (value.Text(1), value.Message(9).Message(1).Text(1), tensor.Text(8));
                    }),
            ]
        );
    }
}

using System.Text;

namespace Cppo.Model.Gguf;

/// <summary>The keys and values at the head of a GGUF file, in the order in which they were added.</summary>
internal sealed class GgufMetadata
{
    private const uint UInt32Code = 4;
    private const uint Int32Code = 5;
    private const uint Float32Code = 6;
    private const uint BoolCode = 7;
    private const uint StringCode = 8;
    private const uint ArrayCode = 9;

    private readonly List<(string Key, uint Code, Action<BinaryWriter> Write)> entries = [];

    /// <summary>How many there are.</summary>
    internal int Count => entries.Count;

    internal void Add(string key, uint value) => entries.Add((key, UInt32Code, writer => writer.Write(value)));

    /// <summary>A count or an id, which is not negative.</summary>
    internal void Add(string key, int value) => Add(key, checked((uint)value));

    internal void Add(string key, float value) => entries.Add((key, Float32Code, writer => writer.Write(value)));

    internal void Add(string key, bool value) => entries.Add((key, BoolCode, writer => writer.Write(value)));

    internal void Add(string key, string value) => entries.Add((key, StringCode, writer => WriteText(writer, value)));

    internal void Add(string key, IReadOnlyCollection<string> values) =>
        entries.Add(
            (
                key,
                ArrayCode,
                writer =>
                {
                    WriteLength(writer, StringCode, values.Count);
                    foreach (string value in values)
                    {
                        WriteText(writer, value);
                    }
                }
            )
        );

    internal void Add(string key, IReadOnlyCollection<int> values) =>
        entries.Add(
            (
                key,
                ArrayCode,
                writer =>
                {
                    WriteLength(writer, Int32Code, values.Count);
                    foreach (int value in values)
                    {
                        writer.Write(value);
                    }
                }
            )
        );

    internal void Write(BinaryWriter writer)
    {
        foreach (var (key, code, write) in entries)
        {
            WriteText(writer, key);
            writer.Write(code);
            write(writer);
        }
    }

    /// <summary>Length in bytes, then UTF-8.</summary>
    internal static void WriteText(BinaryWriter writer, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)utf8.Length);
        writer.Write(utf8);
    }

    private static void WriteLength(BinaryWriter writer, uint elementCode, int length)
    {
        writer.Write(elementCode);
        writer.Write((ulong)length);
    }
}

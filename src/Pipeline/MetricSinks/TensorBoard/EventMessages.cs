using Google.Protobuf;

namespace Cppo.Pipeline.MetricSinks.TensorBoard;

/// <summary>
/// The messages of TensorBoard's <c>event.proto</c>, <c>summary.proto</c> and <c>tensor.proto</c> that are written here; the numbers are
/// the fields'.
/// </summary>
internal static class EventMessages
{
    private const int StatusStart = 1;
    private const int TypeString = 7;

    /// <summary>The first record of a file, which says what the others are.</summary>
    public static byte[] FileVersion(double wallTime) =>
        Message(output =>
        {
            Time(output, wallTime, step: 0);
            output.WriteTag(3, WireFormat.WireType.LengthDelimited);
            output.WriteString("brain.Event:2");
            Nested(output, 10, source => Text(source, 1, "cppo.pipeline"));
        });

    /// <summary>
    /// Begins a part of a run: a reader drops what files before hold of <paramref name="step"/> and later ones. The first in a directory
    /// drops nothing, so each file has one.
    /// </summary>
    public static byte[] Start(double wallTime, int step) =>
        Message(output =>
        {
            Time(output, wallTime, step);
            Nested(
                output,
                7,
                log =>
                {
                    log.WriteTag(1, WireFormat.WireType.Varint);
                    log.WriteEnum(StatusStart);
                }
            );
        });

    /// <summary>The numbers of a step, each under its tag, as 32-bit floats, which is what TensorBoard holds.</summary>
    public static byte[] Scalars(double wallTime, int step, IEnumerable<(string Tag, float Value)> scalars) =>
        Message(output =>
        {
            Time(output, wallTime, step);
            Nested(
                output,
                5,
                summary =>
                {
                    foreach (var (tag, number) in scalars)
                    {
                        Nested(
                            summary,
                            1,
                            value =>
                            {
                                Text(value, 1, tag);
                                value.WriteTag(2, WireFormat.WireType.Fixed32);
                                value.WriteFloat(number);
                            }
                        );
                    }
                }
            );
        });

    /// <summary>A text in Markdown, for the page of texts.</summary>
    public static byte[] Markdown(double wallTime, int step, string tag, string text) =>
        Message(output =>
        {
            Time(output, wallTime, step);
            Nested(
                output,
                5,
                summary =>
                    Nested(
                        summary,
                        1,
                        value =>
                        {
                            Text(value, 1, tag);
                            Nested(value, 8, tensor => TextTensor(tensor, text));
                            Nested(value, 9, metadata => Nested(metadata, 1, plugin => Text(plugin, 1, "text")));
                        }
                    )
            );
        });

    /// <summary>A list of one text.</summary>
    private static void TextTensor(CodedOutputStream tensor, string text)
    {
        tensor.WriteTag(1, WireFormat.WireType.Varint);
        tensor.WriteEnum(TypeString);
        Nested(
            tensor,
            2,
            shape =>
                Nested(
                    shape,
                    2,
                    dimension =>
                    {
                        dimension.WriteTag(1, WireFormat.WireType.Varint);
                        dimension.WriteInt64(1);
                    }
                )
        );
        Text(tensor, 8, text);
    }

    private static void Time(CodedOutputStream output, double wallTime, int step)
    {
        output.WriteTag(1, WireFormat.WireType.Fixed64);
        output.WriteDouble(wallTime);
        output.WriteTag(2, WireFormat.WireType.Varint);
        output.WriteInt64(step);
    }

    private static void Text(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void Nested(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(Message(write)));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory, leaveOpen: true))
        {
            write(output);
        }

        return memory.ToArray();
    }
}

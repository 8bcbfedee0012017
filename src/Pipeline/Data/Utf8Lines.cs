using System.Runtime.CompilerServices;

namespace Cppo.Pipeline.Data;

/// <summary>The lines of a file as bytes, split at <c>\n</c> only, without a byte order mark.</summary>
internal static class Utf8Lines
{
    private const int MaxLineBytes = 1 << 28;

    /// <summary>Line numbers from 1, and each line's bytes, which are valid until the next line is asked for.</summary>
    public static async IAsyncEnumerable<(long Number, ReadOnlyMemory<byte> Line)> ReadAsync(
        string path,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        byte[] buffer = new byte[1 << 18];
        int start = 0,
            end = 0;
        for (long number = 1; ; )
        {
            int searched = start;
            int length;
            while ((length = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n')) < 0)
            {
                searched = MakeRoom(ref buffer, ref start, ref end, path);
                int read = await file.ReadAsync(buffer.AsMemory(end), cancel);
                if (read == 0)
                {
                    if (end > start)
                    {
                        yield return (number, WithoutMark(buffer.AsMemory(start, end - start), number));
                    }

                    yield break;
                }
                end += read;
            }
            int next = searched + length;
            yield return (number, WithoutMark(buffer.AsMemory(start, next - start), number));
            number++;
            start = next + 1;
        }
    }

    /// <summary>Moves what is left to the front, doubles a buffer that a line fills, and says up to where no line end was found.</summary>
    private static int MakeRoom(ref byte[] buffer, ref int start, ref int end, string path)
    {
        int left = end - start;
        if (left >= MaxLineBytes)
        {
            throw new DataException($"{Path.GetFileName(path)} has a line of more than {MaxLineBytes} bytes; is it a JSON Lines file?");
        }

        byte[] target = left > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
        buffer.AsSpan(start, left).CopyTo(target);
        (buffer, start, end) = (target, 0, left);
        return left;
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> line, long number) =>
        number == 1 && line.Span.StartsWith("\uFEFF"u8) ? line["\uFEFF"u8.Length..] : line;
}

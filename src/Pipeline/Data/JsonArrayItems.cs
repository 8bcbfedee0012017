using System.Runtime.CompilerServices;

namespace Cppo.Pipeline.Data;

/// <summary>The items of a file that is one JSON array, as bytes, one at a time: the file may be larger than memory.</summary>
internal static class JsonArrayItems
{
    private const int MaxItemBytes = 1 << 28;

    /// <summary>Whether a file's first byte that is no white space, after a byte order mark, opens an array.</summary>
    public static bool BeginsArray(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        byte[] head = new byte[4096];
        int length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var text = head.AsSpan(0, length);
        text = text.StartsWith("\uFEFF"u8) ? text["\uFEFF"u8.Length..] : text;
        return text.TrimStart(" \t\r\n"u8).StartsWith("["u8);
    }

    /// <summary>The line where each item begins, from 1, and its bytes, which are valid until the next item is asked for.</summary>
    /// <exception cref="DataException">The file is no array, or ends within one.</exception>
    public static async IAsyncEnumerable<(long Line, ReadOnlyMemory<byte> Item)> ReadAsync(
        string path,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        string name = Path.GetFileName(path);
        await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        var bytes = new ByteWindow(file);
        await bytes.SkipMarkAsync(cancel);
        if (await bytes.PeekAsync(cancel) != '[')
        {
            throw new DataException($"{name}, line {bytes.Line} begins with something else than an array; write [ {{ ... }}, ... ].");
        }

        bytes.Take(1);
        for (bool isFirst = true; ; isFirst = false)
        {
            int next = await bytes.PeekAsync(cancel);
            if (next == ']' && isFirst)
            {
                break;
            }

            long line = bytes.Line;
            if (next is ',' or ']' or '}')
            {
                throw new DataException(
                    $"{name}, line {line} has nothing between two commas or brackets; each item must be one whole object."
                );
            }

            var scanner = new JsonItemScanner();
            int length = scanner.EndIn(bytes.Held.Span);
            while (length < 0)
            {
                int searched = bytes.Held.Length;
                if (searched >= MaxItemBytes)
                {
                    throw new DataException($"{name} has an item of more than {MaxItemBytes} bytes, which begins in line {line}.");
                }

                if (!await bytes.ReadMoreAsync(cancel))
                {
                    throw new DataException(
                        $"{name} ends within its array, whose last item begins in line {line}; a bracket or a quote is not closed there."
                    );
                }

                int found = scanner.EndIn(bytes.Held.Span[searched..]);
                length = found < 0 ? -1 : searched + found;
            }

            yield return (line, bytes.Held[..length]);
            bytes.Take(length);
            char after = (char)bytes.Held.Span[0];
            if (after == '}')
            {
                throw new DataException(
                    $"{name}, line {bytes.Line} has a bracket that nothing opened; each item must be one whole object."
                );
            }

            if (after == ']')
            {
                break;
            }

            bytes.Take(1);
        }

        bytes.Take(1);
        if (await bytes.PeekAsync(cancel) >= 0)
        {
            throw new DataException($"{name}, line {bytes.Line} goes on after the array; the array must be all of the file.");
        }
    }
}

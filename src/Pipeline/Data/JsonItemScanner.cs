using System.Buffers;

namespace Cppo.Pipeline.Data;

/// <summary>Finds where an item of a JSON array ends, in as many parts as its bytes come in.</summary>
internal struct JsonItemScanner
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"[]{},"u8);
    private static readonly SearchValues<byte> Quoted = SearchValues.Create("\"\\"u8);
    private int depth;
    private bool isText;
    private bool isEscaped;

    /// <summary>
    /// The place of the comma or the bracket that follows the item; -1 where the part ends before it. What the item holds is not checked.
    /// </summary>
    public int EndIn(ReadOnlySpan<byte> part)
    {
        for (int at = 0; at < part.Length; at++)
        {
            if (isEscaped)
            {
                isEscaped = false;
                continue;
            }

            int next = part[at..].IndexOfAny(isText ? Quoted : Structure);
            if (next < 0)
            {
                return -1;
            }

            at += next;
            if (isText)
            {
                isEscaped = part[at] == '\\';
                isText = isEscaped;
                continue;
            }

            switch ((char)part[at])
            {
                case '"':
                    isText = true;
                    break;
                case '[' or '{':
                    depth++;
                    break;
                default:
                    if (depth == 0)
                    {
                        return at;
                    }

                    depth -= part[at] == ',' ? 0 : 1;
                    break;
            }
        }

        return -1;
    }
}

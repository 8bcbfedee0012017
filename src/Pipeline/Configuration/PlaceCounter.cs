using System.Text;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// Lines and columns of a file by offset. A file is read from its beginning to its end, so that counting goes on from the place asked for
/// last and all places together cost one pass.
/// </summary>
/// <param name="utf8">The file without a byte order mark.</param>
/// <param name="file">The file as the user named it.</param>
internal sealed class PlaceCounter(byte[] utf8, string file)
{
    private int counted;
    private int line = 1;
    private int column = 1;

    /// <summary>The place of a byte.</summary>
    public ConfigPlace Of(int offset)
    {
        if (offset < counted)
        {
            (counted, line, column) = (0, 1, 1);
        }

        var passed = utf8.AsSpan(counted..offset);
        int lines = passed.Count((byte)'\n');
        column =
            lines > 0
                ? Encoding.UTF8.GetCharCount(passed[(passed.LastIndexOf((byte)'\n') + 1)..]) + 1
                : column + Encoding.UTF8.GetCharCount(passed);
        (counted, line) = (offset, line + lines);
        return new(file, line, column);
    }
}

using System.Globalization;
using System.Text;

namespace Cppo.View.Tests.Runs;

/// <summary>
/// What a reader sees of a text, worked out from Unicode's categories: controls, marks of direction, invisible characters and lone
/// surrogates by their names, all else as it is.
/// </summary>
internal static class VisibleText
{
    /// <summary>Format characters that scripts and emoji are written with.</summary>
    private static readonly int[] Joiners = [0x200C, 0x200D];

    public static string Of(string text)
    {
        var shown = new StringBuilder();
        for (int index = 0; index < text.Length; index++)
        {
            bool isPair = char.IsSurrogatePair(text, index);
            int code = isPair ? char.ConvertToUtf32(text, index) : text[index];
            index += isPair ? 1 : 0;
            if (IsActing(code))
            {
                shown.Append(CultureInfo.InvariantCulture, $"⟨U+{code:X4}⟩");
            }
            else
            {
                shown.Append(isPair ? char.ConvertFromUtf32(code) : ((char)code).ToString());
            }
        }

        return shown.ToString();
    }

    private static bool IsActing(int code)
    {
        if (code is '\n' or '\t' || Joiners.Contains(code))
        {
            return false;
        }

        return CharUnicodeInfo.GetUnicodeCategory(code)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate;
    }
}

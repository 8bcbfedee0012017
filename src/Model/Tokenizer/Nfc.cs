using System.Text;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// Unicode normalization form C. .NET's own needs the ICU library, which the invariant globalization mode does without; there
/// <see cref="string.Normalize()"/> returns its input.
/// </summary>
internal static class Nfc
{
    /// <summary>No character below this one is changed by composition or reordering.</summary>
    private const char FirstCombining = '\u0300';

    private const int HangulBase = 0xAC00,
        LeadBase = 0x1100,
        VowelBase = 0x1161,
        TailBase = 0x11A7;
    private const int NumLeads = 19,
        NumVowels = 21,
        NumTails = 28,
        NumSyllables = NumLeads * NumVowels * NumTails;

    /// <summary>The text in form C, with U+FFFD for each surrogate that has no partner; the text itself where nothing changes.</summary>
    public static string Normalize(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(FirstCombining - 1)) < 0)
        {
            return text;
        }

        var (changes, wellFormed) = (false, true);
        foreach (var (rune, isValid) in Runes(text))
        {
            changes |= CompositionData.Instance.MayChange(rune.Value);
            wellFormed &= isValid;
        }

        if (!changes)
        {
            return wellFormed ? text : WellFormed(text);
        }

        var codePoints = new List<int>(text.Length);
        foreach (var (rune, _) in Runes(text))
        {
            Decompose(rune.Value, codePoints);
        }

        Reorder(codePoints);
        Compose(codePoints);
        var normalized = new StringBuilder(text.Length);
        foreach (int codePoint in codePoints)
        {
            normalized.Append(new Rune(codePoint));
        }

        return normalized.ToString();
    }

    /// <summary>The text with U+FFFD for each surrogate that has no partner.</summary>
    public static string WellFormed(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            return text;
        }

        var wellFormed = new StringBuilder(text.Length);
        foreach (var (rune, _) in Runes(text))
        {
            wellFormed.Append(rune);
        }

        return wellFormed.ToString();
    }

    private static IEnumerable<(Rune Rune, bool IsValid)> Runes(string text)
    {
        for (int index = 0; index < text.Length; )
        {
            bool isValid = Rune.TryGetRuneAt(text, index, out var rune);
            yield return (isValid ? rune : Rune.ReplacementChar, isValid);
            index += isValid ? rune.Utf16SequenceLength : 1;
        }
    }

    private static void Decompose(int codePoint, List<int> into)
    {
        if (codePoint - HangulBase is >= 0 and < NumSyllables and var syllable)
        {
            into.Add(LeadBase + syllable / (NumVowels * NumTails));
            into.Add(VowelBase + syllable / NumTails % NumVowels);
            if (syllable % NumTails != 0)
            {
                into.Add(TailBase + syllable % NumTails);
            }

            return;
        }

        if (!CompositionData.Instance.TryDecompose(codePoint, out int first, out int second))
        {
            into.Add(codePoint);
            return;
        }

        Decompose(first, into);
        if (second != 0)
        {
            Decompose(second, into);
        }
    }

    /// <summary>Sorts each run of combining marks by class, marks of one class keeping their order.</summary>
    private static void Reorder(List<int> codePoints)
    {
        var data = CompositionData.Instance;
        for (int start = 0; start < codePoints.Count; start++)
        {
            int end = start;
            while (end < codePoints.Count && data.CombiningClass(codePoints[end]) != 0)
            {
                end++;
            }

            if (end - start < 2)
            {
                continue;
            }

            int[] sorted = codePoints.GetRange(start, end - start).OrderBy(data.CombiningClass).ToArray();
            for (int i = 0; i < sorted.Length; i++)
            {
                codePoints[start + i] = sorted[i];
            }

            start = end;
        }
    }

    /// <summary>Joins each starter with the following marks that are not blocked from it.</summary>
    private static void Compose(List<int> codePoints)
    {
        var data = CompositionData.Instance;
        var (kept, starter, lastClass) = (0, -1, -1);
        foreach (int codePoint in codePoints.ToArray())
        {
            int combiningClass = data.CombiningClass(codePoint);
            bool reachable = starter >= 0 && (starter == kept - 1 || lastClass < combiningClass);
            if (reachable && ComposePair(codePoints[starter], codePoint) is > 0 and var composed)
            {
                codePoints[starter] = composed;
                continue;
            }

            if (combiningClass == 0)
            {
                starter = kept;
            }

            lastClass = combiningClass;
            codePoints[kept++] = codePoint;
        }

        codePoints.RemoveRange(kept, codePoints.Count - kept);
    }

    /// <summary>The code point that the pair composes to; 0 where it does not.</summary>
    private static int ComposePair(int first, int second)
    {
        var (lead, vowel) = (first - LeadBase, second - VowelBase);
        if (lead is >= 0 and < NumLeads && vowel is >= 0 and < NumVowels)
        {
            return HangulBase + (lead * NumVowels + vowel) * NumTails;
        }

        var (syllable, tail) = (first - HangulBase, second - TailBase);
        if (syllable is >= 0 and < NumSyllables && syllable % NumTails == 0 && tail is > 0 and < NumTails)
        {
            return HangulBase + syllable + tail;
        }

        return CompositionData.Instance.Compose(first, second);
    }
}

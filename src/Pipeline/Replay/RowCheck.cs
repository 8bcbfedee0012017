using System.Globalization;

namespace Cppo.Pipeline.Replay;

/// <summary>Whether a part of recorded rows follows from the rest of them, row by row.</summary>
/// <param name="name">What is checked, e.g. <c>advantages</c>.</param>
internal sealed class RowCheck(string name)
{
    public string Name => name;

    /// <summary>Rows that were checked.</summary>
    public int NumRows { get; private set; }

    /// <summary>Those whose part follows.</summary>
    public int NumEqual { get; private set; }

    /// <summary>A sentence about the first row whose part does not; null where there is none.</summary>
    public string? First { get; private set; }

    public bool IsEqual => NumRows == NumEqual;

    /// <summary>Checks a row.</summary>
    /// <param name="place">File and row.</param>
    /// <param name="what">The column or what is compared.</param>
    /// <param name="recorded">As the row has it.</param>
    /// <param name="follows">As it follows from the rest.</param>
    public void Add(string place, string what, string recorded, string follows)
    {
        NumRows++;
        if (recorded == follows)
        {
            NumEqual++;
        }
        else if (First is null)
        {
            var (asRecorded, asFollows) = ValueExcerpt.Of(recorded, follows);
            First = $"{place}: {what} is {asRecorded} as recorded, and {asFollows} follows from the rest of the rows";
        }
    }

    /// <summary>A number as a text that keeps every bit.</summary>
    public static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}

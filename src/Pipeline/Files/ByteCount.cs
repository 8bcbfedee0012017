using System.Globalization;

namespace Cppo.Pipeline.Files;

/// <summary>Numbers of bytes for people.</summary>
internal static class ByteCount
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>In powers of 1000, as disks and the hub count. Examples: <c>660 B</c>, <c>7.0 MB</c>, <c>3.1 GB</c>.</summary>
    public static string Text(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 999.95 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}

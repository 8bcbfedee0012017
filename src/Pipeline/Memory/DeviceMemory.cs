using System.Diagnostics;
using System.Globalization;

namespace Cppo.Pipeline.Memory;

/// <summary>The memory of a GPU, as nvidia-smi says.</summary>
internal static class DeviceMemory
{
    /// <summary>All of a device's memory; null where it cannot be told.</summary>
    /// <param name="device"><c>cuda</c> or <c>cuda:N</c>.</param>
    public static long? TotalBytes(string device) => Ask(device, "memory.total");

    /// <summary>What nobody holds; null where it cannot be told.</summary>
    /// <param name="device">As above.</param>
    public static long? FreeBytes(string device) => Ask(device, "memory.free");

    /// <summary>CUDA counts the devices that the variable names; nvidia-smi counts all, and knows the same ids.</summary>
    internal static string VisibleId(int number, string? visible)
    {
        string[] ids = (visible ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return number < ids.Length ? ids[number] : number.ToString(CultureInfo.InvariantCulture);
    }

    private static long? Ask(string device, string what)
    {
        int colon = device.IndexOf(':', StringComparison.Ordinal);
        int number = colon < 0 ? 0 : int.Parse(device.AsSpan(colon + 1), CultureInfo.InvariantCulture);
        string id = VisibleId(number, Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES"));
        try
        {
            var start = new ProcessStartInfo("nvidia-smi", [$"--query-gpu={what}", "--format=csv,noheader,nounits", $"--id={id}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long mebibytes) ? mebibytes << 20 : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

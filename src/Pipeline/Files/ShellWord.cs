namespace Cppo.Pipeline.Files;

/// <summary>A path in a command that the user is to paste into a shell.</summary>
internal static class ShellWord
{
    /// <summary>Signs that no shell reads as anything but themselves, beside letters and digits.</summary>
    private const string Plain = "-_./:@%+=,";

    /// <summary>Examples: <c>runs/default</c> stays; <c>my run</c> becomes <c>'my run'</c>, on Windows <c>"my run"</c>.</summary>
    public static string Quote(string text) => Quote(text, OperatingSystem.IsWindows());

    internal static string Quote(string text, bool isWindows)
    {
        bool isPlain = text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || Plain.Contains(c) || (isWindows && c == '\\'));
        return isPlain ? text
            : isWindows ? $"\"{text}\""
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}

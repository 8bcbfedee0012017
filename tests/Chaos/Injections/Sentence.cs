namespace Cppo.Chaos.Injections;

/// <summary>Whether what the program says when it ends is what a user can act on.</summary>
internal static class Sentence
{
    private static readonly string[] OfTheLibrary = ["   at ", "System.", "Unhandled", "Object reference"];
    private const string NameOfException = "Exception:";

    /// <summary>What is wrong with the words; null where they are one sentence that names the place.</summary>
    /// <param name="error">The error stream; lines of warning before the sentence are not counted.</param>
    /// <param name="place">What it must name.</param>
    /// <param name="isOfUser">Whether it may name an exception: that of code of the user's own.</param>
    public static string? Fault(string error, string place, bool isOfUser = false)
    {
        string[] lines = Of(error);
        if (lines.Length != 1)
        {
            return $"it says {lines.Length} sentences instead of one: {string.Join(" / ", lines)}";
        }

        string[] refused = isOfUser ? OfTheLibrary : [.. OfTheLibrary, NameOfException];
        if (refused.FirstOrDefault(words => lines[0].Contains(words, StringComparison.Ordinal)) is { } words)
        {
            return $"it says \"{words.Trim()}\": {lines[0]}";
        }

        return lines[0].Contains(place, StringComparison.Ordinal) ? null : $"it does not name {place}: {lines[0]}";
    }

    /// <summary>The lines that are no warnings.</summary>
    public static string[] Of(string error) =>
        [
            .. error
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(line => !line.StartsWith("warning:", StringComparison.Ordinal)),
        ];

    /// <summary>All in one line, with the run's directory left out.</summary>
    public static string Short(string error, string run) =>
        string.Join(" / ", error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Replace(run + "/", "", StringComparison.Ordinal)
            .Replace(run, "the run", StringComparison.Ordinal);
}

namespace Cppo.Pipeline.Files;

/// <summary>A model's text on its way to a terminal, which would obey the codes in it.</summary>
internal static class TerminalText
{
    private const char Shown = '\uFFFD';

    /// <summary>The text as it is where it is piped on; for a terminal with a sign in the place of each control character.</summary>
    /// <param name="text">What a model wrote.</param>
    /// <param name="output">Where it goes.</param>
    public static string For(string text, TextWriter output) =>
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected ? WithoutCodes(text) : text;

    /// <summary>Line feeds and tabs stay.</summary>
    internal static string WithoutCodes(string text) => text.Any(IsCode) ? string.Concat(text.Select(c => IsCode(c) ? Shown : c)) : text;

    private static bool IsCode(char c) => char.IsControl(c) && c is not ('\n' or '\t');
}

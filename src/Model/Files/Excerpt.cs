namespace Cppo.Model.Files;

/// <summary>Shortens what a message quotes: a name in a file may have megabytes.</summary>
internal static class Excerpt
{
    private const int Most = 1500;
    private const int MostOfName = 200;

    /// <summary>A message, each of whose lines has at most 1500 characters: of a longer one its beginning and its end are left.</summary>
    public static string OfMessage(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Length <= Most ? message : string.Join('\n', message.Split('\n').Select(line => Shorten(line, Most)));
    }

    /// <summary>A name or a value of at most 200 characters: of a longer one its beginning and its end are left.</summary>
    public static string OfName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Shorten(name, MostOfName);
    }

    private static string Shorten(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        int head = most * 2 / 3,
            tail = text.Length - (most / 4);
        // A pair of surrogates is not cut in two.
        head -= char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        tail += char.IsLowSurrogate(text[tail]) ? 1 : 0;
        return $"{text[..head]} [... {tail - head} characters ...] {text[tail..]}";
    }
}

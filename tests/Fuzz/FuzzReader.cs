namespace Cppo.Fuzz;

/// <summary>A file as a reader is given it.</summary>
/// <param name="FileName">Its name, by which readers tell kinds of files apart.</param>
/// <param name="Bytes">Its content.</param>
internal sealed record FuzzInput(string FileName, byte[] Bytes);

/// <summary>A reader of the program's, and how its inputs are made.</summary>
/// <param name="Name">Also the directory of its corpus.</param>
/// <param name="Seeds">Sound files.</param>
/// <param name="Mutate">Makes an input of a seed.</param>
/// <param name="Read">Reads an input as the program does, to its end; refuses by throwing.</param>
internal sealed record FuzzReader(
    string Name,
    IReadOnlyList<FuzzInput> Seeds,
    Func<Draws, FuzzInput, byte[]> Mutate,
    Action<FuzzInput> Read
)
{
    /// <summary>What a second must suffice for.</summary>
    private const int MostBytes = 4 << 20;

    /// <summary>The input of a number, which depends on nothing else.</summary>
    public FuzzInput Make(int seed, int number)
    {
        var draws = new Draws(seed, Name, number);
        var sound = draws.Pick(Seeds);
        byte[] bytes = Mutate(draws, sound);
        return sound with { Bytes = bytes.Length > MostBytes ? bytes[..MostBytes] : bytes };
    }

    /// <summary>The name that a file of the corpus has for the reader: those of several names have it after a hyphen.</summary>
    public string FileNameOf(string corpusFile) =>
        Seeds.Select(seed => seed.FileName).FirstOrDefault(name => corpusFile.EndsWith($"-{name}", StringComparison.Ordinal))
        ?? Seeds[0].FileName;
}

/// <summary>A refusal that the program gives as a value, not as an exception.</summary>
internal sealed class RefusedException(string message) : Exception(message);

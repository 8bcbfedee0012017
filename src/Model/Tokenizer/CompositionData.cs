using System.Collections.Frozen;
using System.Globalization;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// Canonical decompositions and combining classes, read from the embedded <c>CanonicalDecompositions.txt</c> (Unicode 14.0).
/// </summary>
internal sealed class CompositionData
{
    private const int FirstVowel = 0x1161,
        LastTail = 0x11C2;
    private static readonly Lazy<CompositionData> Loaded = new(Read);

    private readonly FrozenDictionary<int, (int First, int Second)> decompositions;
    private readonly FrozenDictionary<(int First, int Second), int> compositions;
    private readonly FrozenDictionary<int, int> classes;
    private readonly FrozenSet<int> mayChange;

    private CompositionData(
        Dictionary<int, (int First, int Second)> decompositions,
        Dictionary<(int First, int Second), int> compositions,
        Dictionary<int, int> classes
    )
    {
        this.decompositions = decompositions.ToFrozenDictionary();
        this.compositions = compositions.ToFrozenDictionary();
        this.classes = classes.ToFrozenDictionary();
        mayChange = decompositions
            .Keys.Except(compositions.Values)
            .Concat(compositions.Keys.Select(pair => pair.Second))
            .Concat(classes.Keys)
            .Concat(Enumerable.Range(FirstVowel, LastTail - FirstVowel + 1))
            .ToFrozenSet();
    }

    public static CompositionData Instance => Loaded.Value;

    /// <summary>Whether a text with this code point may differ from its form C. A text without any such code point is in form C.</summary>
    public bool MayChange(int codePoint) => mayChange.Contains(codePoint);

    /// <summary>0 for a starter.</summary>
    public int CombiningClass(int codePoint) => classes.GetValueOrDefault(codePoint);

    /// <summary>One step of decomposition; <paramref name="second"/> is 0 where there is only a first.</summary>
    public bool TryDecompose(int codePoint, out int first, out int second)
    {
        bool found = decompositions.TryGetValue(codePoint, out var pair);
        (first, second) = pair;
        return found;
    }

    /// <summary>The code point that the pair composes to; 0 where it does not.</summary>
    public int Compose(int first, int second) => compositions.GetValueOrDefault((first, second));

    private static CompositionData Read()
    {
        var decompositions = new Dictionary<int, (int First, int Second)>();
        var compositions = new Dictionary<(int First, int Second), int>();
        var classes = new Dictionary<int, int>();
        using var stream = typeof(CompositionData).Assembly.GetManifestResourceStream("Cppo.Model.Tokenizer.CanonicalDecompositions.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split(' ');
            if (fields[0] == "#")
            {
                continue;
            }

            if (fields[0] == "C")
            {
                for (int codePoint = Hex(fields[1]); codePoint <= Hex(fields[2]); codePoint++)
                {
                    classes[codePoint] = int.Parse(fields[3], CultureInfo.InvariantCulture);
                }

                continue;
            }

            var pair = (Hex(fields[2]), fields.Length > 3 ? Hex(fields[3]) : 0);
            decompositions[Hex(fields[1])] = pair;
            if (fields[0] == "D")
            {
                compositions[pair] = Hex(fields[1]);
            }
        }

        return new CompositionData(decompositions, compositions, classes);
    }

    private static int Hex(string field) => int.Parse(field, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

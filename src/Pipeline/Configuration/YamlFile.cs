using System.Text;
using System.Text.RegularExpressions;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// What to tell of a configuration in YAML, as TRL and verl take it, where JSON is read: what it is, and for each key that is known what it
/// is called here. Of YAML no more is understood than which names stand in which lines.
/// </summary>
internal static partial class YamlFile
{
    private const int MostLines = 10_000;

    /// <summary>The faults of a file that is YAML; null where it is something else.</summary>
    public static IReadOnlyList<ConfigFault>? FaultsOf(byte[] utf8, string file)
    {
        string[] lines = Encoding.UTF8.GetString(utf8).TrimStart('\uFEFF').Split('\n').Take(MostLines).ToArray();
        string? first = lines.FirstOrDefault(line => line.Trim() is { Length: > 0 } text && text[0] is not ('#' or '%') && text != "---");
        // JSON that lacks its first brace begins with a name in quotes, too.
        bool isNamedSo = Path.GetExtension(file).ToLowerInvariant() is ".yaml" or ".yml";
        if (first is null || !Member().IsMatch(first) || (first.TrimStart()[0] is '"' or '\'' && !isNamedSo))
        {
            return null;
        }

        var answers = Answers(lines, file);
        string what = ForeignProgram.Of([.. answers.Select(answer => answer.Row.Owner)]) is { } program
            ? $"is YAML, a configuration of {program}; a pipeline file is JSON, with other keys: {ForeignKeys.Page} has those of {program}"
            : "is YAML; a pipeline file is JSON with comments, { \"run\": { ... }, ... }, and --set KEY=VALUE states single keys";
        return [new("", new(file, 1, 1), what), .. answers.Select(answer => answer.Fault)];
    }

    private static List<(ForeignKey Row, ConfigFault Fault)> Answers(string[] lines, string file)
    {
        var answers = new List<(ForeignKey Row, ConfigFault Fault)>();
        var seen = new HashSet<string>();
        var open = new Stack<(int Indent, string Path)>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (Member().Match(lines[i]) is not { Success: true } member)
            {
                continue;
            }

            int indent = member.Groups["indent"].Length;
            while (open.TryPeek(out var above) && above.Indent >= indent)
            {
                open.Pop();
            }

            string path = ConfigSection.Join(open.TryPeek(out var section) ? section.Path : "", member.Groups["name"].Value);
            open.Push((indent, path));
            // What a row says of a whole section is said once.
            if (ForeignKeys.Find(path, out string part) is { } row && !KeyPath.Exists(path) && seen.Add(part))
            {
                answers.Add((row, new ConfigFault(path, new(file, i + 1, indent + 1), row.Answer)));
            }
        }

        return answers;
    }

    [GeneratedRegex("""^(?<indent> *)["']?(?<name>[A-Za-z_][A-Za-z0-9_.\-]{0,100})["']?\s*:(?:\s.*)?$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Member();
}

using System.Text.RegularExpressions;

namespace Cppo.Pipeline.Tests.Architecture;

/// <summary>
/// Finds out which folders of an F# project refer to which, from its sources: by the modules, types, exceptions and union cases that a file
/// names, and by what it opens. A file sees only those before it in the order of compilation, so two folders that take turns there may form
/// a cycle.
/// </summary>
internal static partial class FSharpFolders
{
    /// <param name="Path">Path with slashes.</param>
    /// <param name="Code">Without comments and texts.</param>
    /// <param name="Namespace">The namespace, or that of the module which the whole file is.</param>
    /// <param name="Declared">Modules, types and exceptions that its namespace holds.</param>
    /// <param name="Cases">Cases of its unions, which are named without them.</param>
    private sealed record SourceFile(string Path, string Code, string Namespace, HashSet<string> Declared, HashSet<string> Cases)
    {
        public string Folder { get; } = Path[..Path.LastIndexOf('/')];
    }

    /// <summary>The arrows of files in the order of compilation.</summary>
    public static IEnumerable<FolderArrow> Arrows(IEnumerable<(string Path, string Text)> files)
    {
        var before = new List<SourceFile>();
        foreach (var (path, text) in files)
        {
            var source = Read(path, SourceCode.Of(text, isFSharp: true));
            foreach (var arrow in ArrowsOf(source, before))
            {
                yield return arrow;
            }

            before.Add(source);
        }
    }

    private static SourceFile Read(string path, string code)
    {
        var module = FileModule().Match(code);
        if (module.Success)
        {
            var (parent, name) = Split(module.Groups[1].Value);
            return new(path, code, parent, [name], []);
        }

        return new(
            path,
            code,
            FileNamespace().Match(code).Groups[1].Value,
            [.. Declaration().Matches(code).Select(found => found.Groups[1].Value)],
            [.. Case().Matches(code).Select(found => found.Groups[1].Value)]
        );
    }

    private static IEnumerable<FolderArrow> ArrowsOf(SourceFile source, List<SourceFile> before)
    {
        string[] opened = [.. Open().Matches(source.Code).Select(found => found.Groups[1].Value)];
        string body = Open().Replace(source.Code, "");
        string[] names = [.. Name().Matches(body).Select(found => found.Value).Distinct()];
        var cases = CaseUse().Matches(Attributes().Replace(body, "")).Select(found => found.Value).ToHashSet();
        var heads = names.Select(name => name.Split('.')[0]).ToHashSet();
        foreach (var other in before)
        {
            bool isVisible =
                opened.Append(source.Namespace).Contains(other.Namespace)
                || source.Namespace.StartsWith(other.Namespace + ".", StringComparison.Ordinal);
            string? named =
                other.Declared.FirstOrDefault(name =>
                    !source.Declared.Contains(name)
                    && (
                        (isVisible && heads.Contains(name))
                        || opened.Contains($"{other.Namespace}.{name}")
                        || names.Any(chain => IsQualified(chain, source, other, name))
                    )
                ) ?? other.Cases.FirstOrDefault(name => isVisible && cases.Contains(name) && !source.Cases.Contains(name));
            if (named is not null)
            {
                yield return new(source.Folder, other.Folder, source.Path, named);
            }
        }
    }

    /// <summary>
    /// Whether a chain of names leads to a declaration, as a whole or from a surrounding namespace: <c>Mathematics.Zeros.find</c>.
    /// </summary>
    private static bool IsQualified(string chain, SourceFile source, SourceFile other, string name)
    {
        string full = $"{other.Namespace}.{name}";
        for (string root = source.Namespace; ; root = Split(root).Parent)
        {
            string candidate = root.Length == 0 ? chain : $"{root}.{chain}";
            if (chain.Contains('.', StringComparison.Ordinal) && $"{candidate}.".StartsWith(full + ".", StringComparison.Ordinal))
            {
                return true;
            }

            if (root.Length == 0)
            {
                return false;
            }
        }
    }

    private static (string Parent, string Name) Split(string name) =>
        name.LastIndexOf('.') is var dot and >= 0 ? (name[..dot], name[(dot + 1)..]) : ("", name);

    [GeneratedRegex(@"^module\s+(?:(?:internal|private|public|rec)\s+)*([\w.]+)\s*$", RegexOptions.Multiline)]
    private static partial Regex FileModule();

    [GeneratedRegex(@"^namespace\s+(?:rec\s+)?([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex FileNamespace();

    [GeneratedRegex(@"^(?:type|and|module|exception)\s+(?:(?:internal|private|public|rec)\s+)*([A-Z]\w*)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    /// <summary>A case of a union: a line of its own without the arrow of a pattern.</summary>
    [GeneratedRegex(@"^ {4}\| ([A-Z]\w*)(?: of [^\n>]*)?$", RegexOptions.Multiline)]
    private static partial Regex Case();

    /// <summary>A name that is no part of a longer one and no field that gets a value or a type.</summary>
    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(?![\w.])(?!\s*(?::|=[^=]))")]
    private static partial Regex CaseUse();

    [GeneratedRegex(@"\[<.*?>\]", RegexOptions.Singleline)]
    private static partial Regex Attributes();

    [GeneratedRegex(@"^\s*open\s+(?:type\s+)?([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Open();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(?:\.\w+)*")]
    private static partial Regex Name();
}

using System.Text.RegularExpressions;

namespace Cppo.Pipeline.Tests.Architecture;

/// <summary>
/// Finds out which folders of a C# project refer to which, from its sources: by the names of types that can be seen where they are written
/// (through a <c>using</c>, a global one, or as one's own or a surrounding namespace's), by qualified names, and by a <c>using</c> of whose
/// types none is written, as for extension methods.
/// </summary>
internal static partial class CSharpFolders
{
    private sealed record SourceFile(string Path, string Code, string Namespace, string[] Usings)
    {
        public string Folder { get; } = Path[..Path.LastIndexOf('/')];
    }

    /// <summary>What one namespace declares: folders by the name of a type.</summary>
    private sealed class Declarations : Dictionary<string, HashSet<string>>;

    /// <summary>The arrows of a project's files, each a path with slashes and its text; texts of other languages are passed over.</summary>
    /// <param name="files">All files.</param>
    /// <param name="globalUsings">Namespaces that the project file makes visible everywhere.</param>
    public static IEnumerable<FolderArrow> Arrows(IEnumerable<(string Path, string Text)> files, params IEnumerable<string> globalUsings)
    {
        var code = files.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal));
        SourceFile[] sources = [.. code.Select(file => Read(file.Path, file.Text))];
        var globals = sources.SelectMany(source => GlobalUsing().Matches(source.Code)).Select(found => found.Groups[1].Value);
        string[] everywhere = [.. globalUsings, .. globals];
        var byNamespace = new Dictionary<string, Declarations>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            var declared = byNamespace.TryGetValue(source.Namespace, out var known) ? known : byNamespace[source.Namespace] = [];
            foreach (string type in TopLevelTypes(source.Code))
            {
                (declared.TryGetValue(type, out var folders) ? folders : declared[type] = []).Add(source.Folder);
            }
        }

        return sources.SelectMany(source => ArrowsOf(source, everywhere, byNamespace));
    }

    private static SourceFile Read(string path, string text)
    {
        string code = SourceCode.Of(text, isFSharp: false);
        return new(
            path,
            code,
            NamespaceOf().Match(code).Groups[1].Value,
            [.. LocalUsing().Matches(code).Select(found => found.Groups[1].Value)]
        );
    }

    private static IEnumerable<FolderArrow> ArrowsOf(SourceFile source, string[] everywhere, Dictionary<string, Declarations> byNamespace)
    {
        string[] surrounding = [.. Surrounding(source.Namespace)];
        string body = AnyUsing().Replace(source.Code, "");
        string[] chains = [.. QualifiedName().Matches(body).Select(found => Space().Replace(found.Value, "")).Distinct()];
        var heads = chains.Select(chain => chain.Split('.')[0]).ToHashSet();
        string[] usings = [.. source.Usings, .. everywhere];

        foreach (string visible in usings.Concat(surrounding).Distinct().Where(byNamespace.ContainsKey))
        {
            // An attribute is written without the end of its name.
            var named = byNamespace[visible]
                .Where(type => heads.Contains(type.Key) || heads.Contains(WithoutAttribute(type.Key)))
                .ToArray();
            foreach (var (type, folders) in named.Where(type => !type.Value.Contains(source.Folder)))
            {
                foreach (string folder in folders)
                {
                    yield return new(source.Folder, folder, source.Path, type);
                }
            }

            if (named.Length == 0 && source.Usings.Contains(visible))
            {
                foreach (string folder in byNamespace[visible].Values.SelectMany(folders => folders).Distinct())
                {
                    yield return new(source.Folder, folder, source.Path, $"using {visible}");
                }
            }
        }

        // Qualified names, and what follows `using static` and `using X =`.
        foreach (string[] parts in chains.Concat(usings).Select(chain => chain.Split('.')).Where(parts => parts.Length > 1))
        {
            foreach (string root in surrounding.Append(""))
            {
                for (int length = 1; length < parts.Length; length++)
                {
                    string name = string.Join('.', parts.Take(length).Prepend(root).Where(part => part.Length > 0));
                    if (byNamespace.TryGetValue(name, out var declared) && declared.TryGetValue(parts[length], out var folders))
                    {
                        foreach (string folder in folders)
                        {
                            yield return new(source.Folder, folder, source.Path, string.Join('.', parts.Take(length + 1)));
                        }
                    }
                }
            }
        }
    }

    private static string WithoutAttribute(string type) =>
        type.EndsWith("Attribute", StringComparison.Ordinal) ? type[..^"Attribute".Length] : type;

    /// <summary>Example: <c>A.B.C</c> to <c>A.B.C</c>, <c>A.B</c> and <c>A</c>.</summary>
    private static IEnumerable<string> Surrounding(string name)
    {
        for (; name.Length > 0; name = name.LastIndexOf('.') is var dot and >= 0 ? name[..dot] : "")
        {
            yield return name;
        }
    }

    /// <summary>Types that lie in no other; those in braces of a type are named through it.</summary>
    private static IEnumerable<string> TopLevelTypes(string code)
    {
        int outside = FileScoped().IsMatch(code) || !NamespaceOf().IsMatch(code) ? 0 : 1;
        int depth = 0,
            counted = 0;
        foreach (Match declared in TypeDeclaration().Matches(code))
        {
            for (; counted < declared.Index; counted++)
            {
                depth +=
                    code[counted] == '{' ? 1
                    : code[counted] == '}' ? -1
                    : 0;
            }

            if (depth == outside)
            {
                yield return declared.Groups[1].Value;
            }
        }
    }

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceOf();

    [GeneratedRegex(@"^\s*namespace\s+[\w.]+\s*;", RegexOptions.Multiline)]
    private static partial Regex FileScoped();

    [GeneratedRegex(@"^using\s+(?:static\s+)?(?:\w+\s*=\s*)?([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex LocalUsing();

    [GeneratedRegex(@"^global\s+using\s+(?:static\s+)?(?:\w+\s*=\s*)?([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex GlobalUsing();

    [GeneratedRegex(@"^(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?[\w.]+\s*;|^\s*namespace\s+[\w.]+", RegexOptions.Multiline)]
    private static partial Regex AnyUsing();

    /// <summary>A name and the names that follow it after dots. What follows a closing bracket is a member, not a type.</summary>
    [GeneratedRegex(@"(?<![\w.)\]?!])[A-Za-z_]\w*(?:\s*\.\s*\w+)*")]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(
        @"\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+[\w<>\[\],.?\s]+?)\s+([A-Z]\w*)\s*(?=[<({:;]|where\b)"
    )]
    private static partial Regex TypeDeclaration();
}
